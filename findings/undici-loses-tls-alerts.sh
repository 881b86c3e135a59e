#!/bin/sh
# undici 8.12.4 loses the TLS alert of a server that wants a client's certificate, when it speaks TLS 1.3.
#
# Documented: in TLS 1.3 a client has finished its handshake before the server looks at the certificate (RFC 8446, 4.4.2.4), so
#             the alert `certificate_required` comes on a connection that is in use. Node's https client reports its code.
# Seen:       undici reports UND_ERR_SOCKET, `other side closed`, as for any lost connection. In TLS 1.2 it reports the alert.
# For us:     such a call looks like one to send again, and nobody would learn that a certificate is missing.
#             sidecar/upstream/connect/connector.ts destroys the socket with the alert before undici sees the close.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent undici@8.12.4 selfsigned@5.5.0

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >ask.mjs <<'JS'
import { once } from 'node:events'
import { createServer, request } from 'node:https'
import { generate } from 'selfsigned'
import { Pool } from 'undici'

const [, , client, maxVersion] = process.argv
const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
const server = createServer({ key, cert, ca: cert, requestCert: true, maxVersion }, (_, res) => res.end())
server.listen(0, 'localhost')
await once(server, 'listening')
const { port } = server.address()

const ask = {
  undici: () => new Pool(`https://localhost:${port}`, { connect: { ca: cert } }).request({ method: 'GET', path: '/' }),
  node: () => once(request({ host: 'localhost', port, ca: cert }).end(), 'response'),
}
const seen = await ask[client]().then(() => 'answered', (error) => (/alert/i.test(error.message) ? 'an alert' : error.message))
console.log(seen)
process.exit()
JS

expect 'node, TLS 1.3' 'an alert' "$(node ask.mjs node TLSv1.3)"
expect 'undici, TLS 1.2' 'an alert' "$(node ask.mjs undici TLSv1.2)"
expect 'undici, TLS 1.3' 'other side closed' "$(node ask.mjs undici TLSv1.3)"
echo 'as described: the alert is lost in TLS 1.3 alone'
