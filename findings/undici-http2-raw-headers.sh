#!/bin/sh
# undici 8.12.4 with `allowH2`: `controller.rawHeaders` of a handler is a list over HTTP/1.1 and an object over HTTP/2.
#
# Documented: `rawHeaders` are "the raw response headers, preserving duplicates and casing"; the type allows an object.
# Seen:       one server, one handler. Over HTTP/1.1 names and values come in turn. Over HTTP/2 there is an object in which two
#             `x-a` are one, joined by a comma, and which says nothing of where a repeated field stood.
# For us:     which of the two a proxy gets is the server's choice, made in the handshake. HTTP/2 is off upstream
#             (docs/decisions/0004-http2-upstreams.md), for this among other reasons.
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
import { createSecureServer } from 'node:http2'
import { generate } from 'selfsigned'
import { Pool } from 'undici'

const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
const server = createSecureServer({ key, cert, allowHTTP1: true }, (_, res) => {
  res.setHeader('x-a', ['1', '2'])
  res.setHeader('set-cookie', ['a=1', 'b=2'])
  res.sendDate = false
  res.end()
})
server.listen(0, 'localhost')
await once(server, 'listening')

const allowH2 = process.argv[2] === 'h2'
const pool = new Pool(`https://localhost:${server.address().port}`, { allowH2, connect: { ca: cert } })
pool.dispatch({ method: 'GET', path: '/' }, {
  onRequestStart() {},
  onResponseStart({ rawHeaders }) {
    console.log(JSON.stringify(Array.isArray(rawHeaders) ? rawHeaders.map(String).slice(0, 8) : rawHeaders))
  },
  onResponseData() {},
  onResponseEnd: () => process.exit(),
  onResponseError: (_, error) => console.log(error) ?? process.exit(),
})
JS

expect 'HTTP/1.1' '["x-a","1","x-a","2","set-cookie","a=1","set-cookie","b=2"]' "$(node ask.mjs h1)"
expect 'HTTP/2' '{"x-a":"1, 2","set-cookie":["a=1","b=2"]}' "$(node ask.mjs h2)"
echo 'as described: a list over HTTP/1.1, an object over HTTP/2'
