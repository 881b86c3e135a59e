#!/bin/sh
# Node.js 24.21.0: whether a request is complete one microtask after the event `request` depends on who reads the socket.
#
# Documented: `message.complete` is true once a complete message has been received and parsed.
# Seen:       head and body come in one packet. A microtask later `complete` is false, for microtasks run between the two
#             callbacks of the parser. With a listener for the socket's `data` it is true: the packet is parsed in one go.
# For us:     nothing may be decided from `complete` before the body has ended: a refused call kept or lost its connection by it.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
# Linux on x64 or arm64: Node.js as a package.
npm install --ignore-scripts --no-audit --no-fund --silent "node-linux-$(node -p process.arch)@24.21.0"
node=$(echo "$PWD"/node_modules/node-*/bin/node)

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >ask.mjs <<'JS'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'

const server = createServer(async (req, res) => {
  await null
  console.log(req.complete)
  res.end()
})
if (process.argv[2] === 'listener') server.on('connection', (socket) => socket.on('data', () => {}))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const socket = connect(server.address().port, '127.0.0.1')
socket.end('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok')
await once(socket.resume(), 'close')
server.close()
JS

expect 'version' v24.21.0 "$("$node" --version)"
expect 'on the native way' false "$("$node" ask.mjs)"
expect 'with a listener for data' true "$("$node" ask.mjs listener)"
echo 'as described: the same packet, complete or not'
