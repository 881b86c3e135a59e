/**
 * A program that writes without pause while it leads; only its fence keeps it from doing so later. Its user agent is its
 * identity, so the audit log of the API server tells who wrote when.
 *
 * leader-process.ts KUBECONFIG '{"identity":"a","namespace":"default",...}'
 */

import { createLease, fenced } from '../../../operator/kube/index.ts'
import { createKubeClient, loadKubeConfig, pause } from '../../../src/kube/index.ts'
import { configMap, pathOf } from './watched.ts'

export interface LeaderSettings {
  readonly identity: string
  readonly namespace: string
  /** The wall clock is off by so much. */
  readonly skewMs?: number
  readonly durationMs?: number
  readonly renewDeadlineMs?: number
  readonly retryMs?: number
}

const [kubeconfig = '', settings = '{}'] = process.argv.slice(2)
const { skewMs = 0, identity, namespace, ...times } = JSON.parse(settings) as LeaderSettings
const realNow = Date.now
Date.now = () => realNow() + skewMs

const config = loadKubeConfig(kubeconfig)
const leaseClient = createKubeClient(config, { userAgent: `lease-${identity}`, connections: 1 })
const client = createKubeClient(config, { userAgent: identity })
const leading = Promise.withResolvers<void>()
const lease = createLease({
  client: leaseClient,
  namespace,
  name: 'leader',
  identity,
  ...times,
  onStartedLeading: () => {
    say('leads')
    leading.resolve()
  },
  onStoppedLeading: () => say('stopped'),
  onFault: (error) => say(`fault ${error}`),
})
const writer = fenced(client, () => lease.isHeld())
let isEnding = false
process.once('SIGTERM', () => {
  isEnding = true
})

say('runs')
lease.start()
while (!isEnding) {
  await Promise.race([leading.promise, pause(100)])
  await write()
}
await lease.stop()
await Promise.all([client.close(), leaseClient.close()])

/** It never asks whether it leads: the fence must. */
async function write(): Promise<void> {
  const written = configMap('written', identity)
  try {
    await writer.apply(`${pathOf(namespace)}/written`, written, { fieldManager: identity, force: true })
  } catch (error) {
    await pause(5)
    if (!String(error).includes('not sent')) say(`write failed: ${error}`)
  }
}

function say(what: string): void {
  process.stdout.write(`${identity} ${what}\n`)
}
