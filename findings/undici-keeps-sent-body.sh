#!/bin/sh
# undici 8.12.4 keeps the body of a request in memory until its reply has ended, long after the body was sent.
#
# Documented: `body` of dispatch() takes a Buffer; the pages say nothing about how long it is held.
# Seen:       the server has read the whole body and streams its reply. Nobody but undici refers to the body: it is not
#             collected while the reply lasts, and is once the reply has ended.
# For us:     a proxy of long streams holds each request for the length of its reply (ARCHITECTURE.md, sent request).
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent undici@8.12.4

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >hold.mjs <<'JS'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'

const server = createServer((req, res) => {
  req.resume().on('end', () => {
    res.write('begun')
    server.emit('read', res)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const pool = new Pool(`http://127.0.0.1:${server.address().port}`)

/** No closure, so that it holds nothing but its promise. */
class Handler {
  ended = new Promise((resolve) => {
    this.resolve = resolve
  })
  onRequestStart() {}
  onResponseStart() {}
  onResponseData() {}
  onResponseEnd() {
    this.resolve()
  }
  onResponseError() {
    this.resolve()
  }
}

/** Sends 8 MB; the only other reference to them is weak. */
function send(handler) {
  const body = Buffer.alloc(8 * 1024 * 1024, 'a')
  pool.dispatch({ method: 'POST', path: '/', headers: ['content-length', String(body.length)], body }, handler)
  return new WeakRef(body.buffer)
}

async function stateOf(body) {
  for (let i = 0; i < 20 && body.deref() !== undefined; i++) {
    await delay(50)
    globalThis.gc()
  }
  return body.deref() === undefined ? 'gone' : 'kept'
}

const handler = new Handler()
const body = send(handler)
const [res] = await once(server, 'read')
const during = await stateOf(body)
res.end()
await handler.ended
console.log(`${during} while the reply lasts, ${await stateOf(body)} after it`)
process.exit()
JS

expect 'the sent body' 'kept while the reply lasts, gone after it' "$(node --expose-gc hold.mjs)"
echo 'as described: a sent body is kept until the reply has ended'
