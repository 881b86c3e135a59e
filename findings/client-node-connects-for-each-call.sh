#!/bin/sh
# @kubernetes/client-node 2.0.1 opens a connection for each call.
#
# Documented: nothing. The documentation makes one client and calls it again and again.
# Seen:       20 calls, one after the other, from one client: 20 connections, 20 open at once, though server and client keep them
#             alive. Over TLS each is a handshake. The cause: KubeConfig makes an undici Agent for every call; kept, one is enough.
# For us:     src/kube/transport.ts keeps its dispatchers, by the content of the certificates.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent @kubernetes/client-node@2.0.1 undici@8.12.4

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >call.mjs <<'JS'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }
const server = createServer((_req, res) => res.setHeader('content-type', 'application/json').end(JSON.stringify(namespace)))
let made = 0
let open = 0
server.on('connection', (socket) => {
  made++
  open++
  socket.on('close', () => open--)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const config = new KubeConfig()
const url = `http://127.0.0.1:${server.address().port}`
config.loadFromClusterAndUser({ name: 'c', server: url, skipTLSVerify: true }, { name: 'u' })
if (process.argv[2] === 'kept') {
  const create = config.createDispatcher.bind(config)
  let kept
  config.createDispatcher = (cluster, options) => (kept ??= create(cluster, options))
}
const api = config.makeApiClient(CoreV1Api)
for (let i = 0; i < 20; i++) await api.readNamespace({ name: 'default' })
console.log(made <= 2 ? `at most 2 made` : `${made} made, ${open} open`)
process.exit()
JS

expect 'as it is' '20 made, 20 open' "$(node call.mjs)"
expect 'with one dispatcher' 'at most 2 made' "$(node call.mjs kept)"
echo 'as described: each call makes a connection'
