#!/bin/sh
# @kubernetes/client-node 2.0.1: an informer whose list is never answered waits for ever; only its watch has a limit.
#
# Documented: 2.0.1 ends a watch on which nothing came for 30 s. Nothing is said of lists.
# Seen:       a server takes both and says nothing. The watch is asked for again after 30 s. The list is not: after 60 s there
#             was one list, no event, and start() is pending.
# For us:     each call has a time-out of its own (src/kube/deadline.ts).
# Takes:      two minutes.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init --yes >/dev/null
npm install --ignore-scripts --no-audit --no-fund --silent @kubernetes/client-node@2.0.1

expect() { # what, wanted, seen
  [ "$2" = "$3" ] || { printf 'changed: %s\n  wanted: %s\n  seen:   %s\n' "$1" "$2" "$3" >&2; exit 1; }
}

cat >wait.mjs <<'JS'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node'

const silent = process.argv[2]
const list = { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] }
const asked = { list: 0, watch: 0 }
const server = createServer((req, res) => {
  const kind = req.url.includes('watch=true') ? 'watch' : 'list'
  asked[kind]++
  res.setHeader('content-type', 'application/json')
  if (kind === 'watch') res.flushHeaders()
  else if (silent === 'watch') res.end(JSON.stringify(list))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const config = new KubeConfig()
const url = `http://127.0.0.1:${server.address().port}`
config.loadFromClusterAndUser({ name: 'c', server: url, skipTLSVerify: true }, { name: 'u' })
const api = config.makeApiClient(CoreV1Api)
const informer = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces())
let events = 0
for (const event of ['error', 'add', 'connect']) informer.on(event, () => event === 'error' && events++)
let state = 'pending'
informer.start().then(() => { state = 'started' }, () => { state = 'failed' })
await delay(60_000)
console.log(silent === 'watch' ? `${asked.watch > 1 ? 'again' : 'once'}` : `${asked.list} list, ${events} errors, start ${state}`)
process.exit()
JS

expect 'a silent watch' 'again' "$(node wait.mjs watch)"
expect 'a silent list' '1 list, 0 errors, start pending' "$(node wait.mjs list)"
echo 'as described: a list has no time-out'
