#!/bin/sh
# undici 8.12.4 over TLS: a call with a `host` header closes the kept connection, and so does the next one without.
#
# Documented: a Pool keeps its connections between calls. Nothing on its page says that a header decides over them.
# Seen:       undici takes the server name of TLS from the header. When it differs from the last call's, the idle connection is
#             closed and a new one made, also where the header names the very host that the pool is for: six calls in turn,
#             with and without it, take six handshakes. With it, or without it, in each of them: one.
# For us:     a signed call keeps its own `host` (docs/spec/signed-requests.md); beside calls that have none, one pool would make
#             a connection for each of them. So each call names the provider (sidecar/request/upstream-request.ts).
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
import { createServer } from 'node:https'
import { generate } from 'selfsigned'
import { Pool } from 'undici'

const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
const server = createServer({ key, cert }, (req, res) => res.end(`${req.headers.host} ${req.socket.servername}`))
let handshakes = 0
server.on('secureConnection', () => handshakes++)
server.listen(0, 'localhost')
await once(server, 'listening')
const host = `localhost:${server.address().port}`

const pool = new Pool(`https://${host}`, { connections: 1, connect: { ca: cert } })
const seen = new Set()
for (const does of process.argv[2]) {
  const { body } = await pool.request({ method: 'GET', path: '/', headers: does === '+' ? { host } : {} })
  seen.add((await body.text()).replace(host, 'HOST'))
}
console.log(`${handshakes} for ${[...seen].join(', ')}`)
process.exit()
JS

expect 'never' '1 for HOST localhost' "$(node ask.mjs ------)"
expect 'always' '1 for HOST localhost' "$(node ask.mjs ++++++)"
expect 'in turn' '6 for HOST localhost' "$(node ask.mjs -+-+-+)"
echo 'as described: each change between a host header and none is a new handshake'
