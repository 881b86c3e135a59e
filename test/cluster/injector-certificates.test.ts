/** The injector's own certificates before a real API server, which calls webhooks and believes nobody it is not told to. */

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createOwnCa, type OwnCaTimes } from '../../operator/injector/tls/own-ca.ts'
import { createKubeClient } from '../../src/kube/index.ts'
import { type CertifiedWebhook, startCertifiedWebhook } from '../support/kube/certified-webhook.ts'
import type { Cluster } from '../support/kube/cluster.ts'
import { test as clusterTest } from '../support/kube/cluster-test.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { printMeasured } from '../support/kube/print-measured.ts'
import {
  createWebhookConfiguration,
  publishedSerials,
  removeWebhookConfiguration,
} from '../support/kube/webhook-configuration.ts'

const DEADLINE = { timeout: 60_000, interval: 50 }

/** A fifth of the times in the field. */
const LEASE = { durationMs: 3_000, renewDeadlineMs: 2_000, retryMs: 400 }

const TIMES = { lifeMs: 20_000, leafMs: 10_000, pauseMs: 1_000, minLeftMs: 500 }

interface Replica extends CertifiedWebhook {
  readonly changes: readonly string[]
  readonly faults: readonly string[]
  isLeading(): boolean
}

type Start = (options?: { times?: Partial<OwnCaTimes>; url?: string }) => Promise<Replica>

const test = clusterTest.extend<{ home: string; start: Start }>({
  home: async ({ cluster }, use) => {
    const name = `m2m-${randomBytes(4).toString('hex')}`
    await createNamespace(cluster.api, name)
    await use(name)
    await removeWebhookConfiguration(cluster.api)
    await removeNamespace(cluster.api, name)
  },
  start: async ({ cluster, home }, use) => {
    const replicas: Replica[] = []
    await use(async (options = {}) => {
      const replica = await startReplica(cluster, home, options)
      replicas.push(replica)
      return replica
    })
    await Promise.all(replicas.map((replica) => replica.close()))
  },
})

test('18: certificates expire and the CA rotates under 50 pod creations a second', async ({
  cluster,
  namespace,
  start,
}) => {
  const replicas = [await start(), await start()]
  await createWebhookConfiguration(
    cluster.api,
    namespace,
    replicas.map(({ port }) => port),
  )
  for (const { source } of replicas) await expect.poll(() => source.notReady(), DEADLINE).toEqual([])
  const sizes: number[] = []
  const signers = new Set<string>()
  const load = createLoad(cluster, namespace)
  const end = performance.now() + 50_000
  while (performance.now() < end) {
    for (const serials of await publishedSerials(cluster.api)) {
      if (serials.length !== sizes.at(-1)) sizes.push(serials.length)
      for (const serial of serials) signers.add(serial)
    }
    await sleep(100)
  }
  const { created, failures, perSecond } = await load.end()
  printMeasured(`18: ${created} pods, ${perSecond.toFixed(0)} a second, ${signers.size} authorities, bundles ${sizes}`)
  expect(failures).toEqual([])
  expect(sizes.slice(0, 5)).toEqual([1, 2, 1, 2, 1])
  expect(signers.size).toBeGreaterThan(2)
  for (const { answered, refused } of replicas) {
    expect(answered()).toBeGreaterThanOrEqual(created)
    expect(refused).toEqual([])
  }
})

async function startReplica(
  cluster: Cluster,
  home: string,
  { times, url }: { times?: Partial<OwnCaTimes>; url?: string },
): Promise<Replica> {
  const config = cluster.kubeConfig(url === undefined ? {} : { url })
  const client = createKubeClient(config)
  const leaseClient = createKubeClient(config)
  const changes: string[] = []
  const faults: string[] = []
  const source = createOwnCa({
    client,
    leaseClient,
    namespace: home,
    podName: 'injector',
    names: ['127.0.0.1'],
    times: { ...TIMES, ...times },
    lease: LEASE,
    hooks: {
      onChange: (change) => void changes.push(change),
      onFault: (resource, error) => void faults.push(`${resource}: ${error}`),
    },
  })
  const webhook = await startCertifiedWebhook(source)
  return {
    ...webhook,
    changes,
    faults,
    isLeading: () => source.isLeading,
    async close() {
      await webhook.close()
      await Promise.all([client.close(), leaseClient.close()])
    },
  }
}

/** Pods at a steady pace, whatever the answers do. */
function createLoad(cluster: Cluster, namespace: string, perSecond = 50) {
  const began = performance.now()
  const running = new Set<Promise<void>>()
  const failures: string[] = []
  let created = 0
  const createPod = async (): Promise<void> => {
    const body = { metadata: { generateName: 'load-' }, spec: { containers: [{ name: 'app', image: 'app' }] } }
    const { status, body: answer } = await cluster.api.call('POST', `/api/v1/namespaces/${namespace}/pods`, { body })
    if (status === 201) created++
    else failures.push(String(answer['message']))
  }
  let sent = 0
  const timer = setInterval(() => {
    // By the clock: timers of a busy process are late.
    for (; sent < ((performance.now() - began) * perSecond) / 1_000; sent++) {
      const one = createPod().catch((error) => void failures.push(String(error)))
      running.add(one)
      void one.finally(() => running.delete(one))
    }
  }, 1_000 / perSecond)
  return {
    async end() {
      clearInterval(timer)
      await Promise.all(running)
      return { created, failures, perSecond: (created * 1_000) / (performance.now() - began) }
    },
  }
}
