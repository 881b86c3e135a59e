#!/bin/sh
# undici 8.12.4 loses an answer that came before the request was read, when the server then closes.
#
# Documented: a client should watch for such an answer while it sends (RFC 9112, 9.6). Node's own http client reads it.
# Seen:       the body streams. The next write meets the reset and fails, the socket is destroyed with the answer unread, and
#             the request fails with ECONNRESET, EPIPE or UND_ERR_SOCKET.
# For us:     an early 401, 413 or 429 would be a 502, which SDKs send again. sidecar/upstream/socket/connection.ts keeps a
#             failed write pending, so that reading goes on.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent undici@8.12.4

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >answer.mjs <<'JS'
import { createServer } from 'node:net'
import { Readable } from 'node:stream'
import { Pool } from 'undici'

const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => {
    socket.pause()
    // Whole, and sent before the close.
    socket.write('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno', () => socket.destroy())
  })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const pool = new Pool(`http://127.0.0.1:${server.address().port}`)
let lost = 0
for (let i = 0; i < 20; i++) {
  async function* upload() {
    for (let piece = 0; piece < 100; piece++) {
      yield Buffer.alloc(65_536)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  try {
    const { statusCode, body } = await pool.request({ method: 'POST', path: '/', body: Readable.from(upload()) })
    await body.text()
    if (statusCode !== 401) throw new Error(`status ${statusCode}`)
  } catch (error) {
    if (!['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(error.code)) throw error
    lost++
  }
}
console.log(lost > 0 ? 'some are lost' : 'all arrive')
process.exit()
JS

expect 'early answers' 'some are lost' "$(node answer.mjs)"
echo 'as described: answers that came before the request was read are lost'
