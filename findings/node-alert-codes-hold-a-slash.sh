#!/bin/sh
# Node.js 22.22.0 gives a refused TLS handshake another `code` than 22.12.0, and the new one holds a slash.
#
# Documented: `error.code` is the stable name of an error, for programs to compare. Nothing says that the codes of TLS alerts
#             are made from OpenSSL's words, which change when a minor version of Node.js brings another OpenSSL.
# Seen:       one server that refuses a client without a certificate in TLS 1.2: `ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE` in
#             22.12.0 is `ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE` in 22.22.0, and still in 24.21.0.
# For us:     an alert is told by the end of its code (sidecar/upstream/connect/tls-faults.ts).
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
# Linux on x64 or arm64: Node.js as a package.
arch=$(node -p process.arch)
npm install --ignore-scripts --no-audit --no-fund --silent selfsigned@5.5.0 \
  "node-22.12@npm:node-linux-$arch@22.12.0" "node-22.22@npm:node-linux-$arch@22.22.0" "node-24.21@npm:node-linux-$arch@24.21.0"

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >shake.mjs <<'JS'
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'
import { generate } from 'selfsigned'

const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
const server = createServer({ key, cert, ca: cert, requestCert: true, maxVersion: 'TLSv1.2' })
server.listen(0, 'localhost')
await once(server, 'listening')
const socket = connect({ host: 'localhost', port: server.address().port, ca: cert })
await once(socket, 'secureConnect').catch(({ code }) => console.log(code))
process.exit()
JS

slash='ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'
expect '22.12.0' 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' "$(node_modules/node-22.12/bin/node shake.mjs)"
expect '22.22.0' "$slash" "$(node_modules/node-22.22/bin/node shake.mjs)"
expect '24.21.0' "$slash" "$(node_modules/node-24.21/bin/node shake.mjs)"
echo 'as described: two codes for one alert'
