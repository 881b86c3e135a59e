/**
 * The runtime of the operator with nothing on it: it keeps what an operator needs of pods and policies, and prints the
 * memory of its process as JSON. Bundled as the operator is.
 *
 * pods-process.js KUBECONFIG
 */

import { readFileSync } from 'node:fs'
import { createListWatch, type KubeObject } from '../../../operator/kube/index.ts'
import { createKubeClient, loadKubeConfig, pause } from '../../../src/kube/index.ts'

const client = createKubeClient(loadKubeConfig(process.argv[2]))
const began = performance.now()
const pods = createListWatch({
  client,
  path: '/api/v1/pods',
  keep: ({ metadata }) => ({
    labels: metadata.labels,
    uid: metadata.uid,
    isGoing: metadata.deletionTimestamp !== undefined,
  }),
  onChange: () => undefined,
})
const policies = createListWatch({
  client,
  path: '/api/v1/configmaps',
  labelSelector: 'stands-for=policy',
  keep: (raw: KubeObject) => ({ data: raw['data'], labels: raw.metadata.labels }),
  onChange: () => undefined,
})
for (const watch of [pods, policies]) watch.start()
await Promise.all([pods.synced, policies.synced])
const ms = Math.round(performance.now() - began)
await pause(3_000)
const report = { pods: pods.items.size, policies: policies.items.size, ms, ...memory() }
process.stdout.write(JSON.stringify(report))
await Promise.all([pods.stop(), policies.stop()])
await client.close()

/** In MB: now, and the most there ever was. */
function memory(): { rss: number; peak: number } {
  const status = readFileSync('/proc/self/status', 'utf8')
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024
  return { rss: of('VmRSS'), peak: of('VmHWM') }
}
