#!/bin/sh
# @kubernetes/client-node 2.0.1: stop() of an informer raises its `error` event, and does nothing while the informer lists.
#
# Documented: errors are for the caller to start again: the example of an informer calls start() 5 s after each.
# Seen:       stop() during a watch calls the error handler with an AbortError, so that the documented handler starts the informer
#             again. stop() during the list is forgotten: the watch begins afterwards, and its events are told.
# For us:     operator/kube/list-watch.ts is a loop of our own, whose stop leaves nothing running and tells nothing.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent @kubernetes/client-node@2.0.1

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >stop.mjs <<'JS'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node'

const list = { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] }
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late', namespace: 'n', uid: 'u', resourceVersion: '2' } }
let answerList
const server = createServer((req, res) => {
  res.setHeader('content-type', 'application/json')
  if (!req.url.includes('watch=true')) {
    answerList = () => res.end(JSON.stringify(list))
    server.emit('list')
    return
  }
  res.flushHeaders()
  server.emit('watch', () => res.write(`${JSON.stringify({ type: 'ADDED', object: pod })}\n`))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const config = new KubeConfig()
const url = `http://127.0.0.1:${server.address().port}`
config.loadFromClusterAndUser({ name: 'c', server: url, skipTLSVerify: true }, { name: 'u' })
const api = config.makeApiClient(CoreV1Api)
const informer = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces())
const told = []
informer.on('error', (error) => told.push(error.name))
informer.on('add', (object) => told.push(`added ${object.metadata.name}`))

const listing = once(server, 'list')
const watching = once(server, 'watch')
informer.start()
await listing
if (process.argv[2] === 'list') await informer.stop()
answerList()
const [say] = await Promise.race([watching, delay(2_000, [])])
if (process.argv[2] === 'watch') {
  // Until its answer is there, a watch is not stopped either.
  await delay(500)
  await informer.stop()
} else say?.()
await delay(500)
console.log(told.join(', '))
process.exit()
JS

expect 'stop during a watch' 'AbortError' "$(node stop.mjs watch)"
expect 'stop during a list' 'added late' "$(node stop.mjs list)"
echo 'as described: stop is an error during a watch, and nothing during a list'
