/** The injector's own certificates before a real API server, which calls webhooks and believes nobody it is not told to. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createLoad, type Replica, shownBy, test } from '../support/kube/certificate-test.ts'
import type { Cluster } from '../support/kube/cluster.ts'
import { printMeasured, printSeconds } from '../support/kube/print-measured.ts'
import { createWebhookConfiguration, publishedNames } from '../support/kube/webhook-configuration.ts'

const DEADLINE = { timeout: 60_000, interval: 50 }

/** Two rotations take 70 s on an idle machine. */
const LONG = { timeout: 600_000 }

/** Leaves live for 10 s, an authority until its last leaf has gone. */
const SHORT = { lifeMs: 30_000, leafMs: 10_000, pauseMs: 1_000 }

test(
  '18: certificates expire and the CA rotates under 50 pod creations a second',
  LONG,
  async ({ cluster, namespace, start }) => {
    const replicas = [await start({ times: SHORT }), await start({ times: SHORT })]
    await serve(cluster, namespace, replicas)
    const load = createLoad(cluster, namespace)
    const { sizes, authorities } = await watchBundle(cluster, 5)
    const perSecond = await load.end()
    printMeasured(`18: ${load.created} pods, ${perSecond.toFixed(0)} a second, bundles of ${sizes}`)
    expect([...load.failures]).toEqual([])
    expect(sizes).toEqual([1, 2, 1, 2, 1])
    expect(authorities.size).toBeGreaterThan(2)
    for (const { answered, refused } of replicas) {
      expect(answered()).toBeGreaterThanOrEqual(load.created)
      expect(refused).toEqual([])
    }
  },
)

test(
  '18: a leader that hears nothing any more in the middle of a rotation, under load',
  LONG,
  async ({ cluster, namespace, start }) => {
    // Its last leaf of the old authority lives for 15 s after the rotation has begun: time for others to notice.
    const times = { lifeMs: 45_000, leafMs: 45_000, pauseMs: 1_000 }
    const first = await start({ times })
    await expect.poll(() => first.isLeading(), DEADLINE).toBe(true)
    const second = await start({ times })
    await serve(cluster, namespace, [first, second])
    const load = createLoad(cluster, namespace)
    await expect.poll(() => first.changes, DEADLINE).toContain('begun')
    const since = performance.now()
    first.proxy.setRule(() => 'hang')
    first.proxy.stall()
    await expect.poll(() => second.changes, DEADLINE).toContain('promoted')
    printSeconds('18: from the silence to the next authority, by another leader', since)
    first.proxy.setRule(undefined)
    first.proxy.cut()
    await expect.poll(async () => sameIssuer(await Promise.all([first, second].map(shownBy))), DEADLINE).toBe(true)
    const { sizes } = await watchBundle(cluster, 2)
    const perSecond = await load.end()
    printMeasured(`18: ${load.created} pods, ${perSecond.toFixed(0)} a second`)
    expect(sizes).toEqual([2, 1])
    expect([...load.failures]).toEqual([])
  },
)

test('19: a replica with the old CA still verifies while caBundle has moved on', async ({
  cluster,
  home,
  namespace,
  start,
}) => {
  const first = await start()
  await expect.poll(() => first.isLeading(), DEADLINE).toBe(true)
  const second = await start()
  await serve(cluster, namespace, [first, second])
  const before = await shownBy(second)
  expect(await publishedNames(cluster.api)).toEqual([[before.issuer], [before.issuer]])
  second.proxy.setRule(() => 'hang')
  second.proxy.stall()
  const load = createLoad(cluster, namespace)

  // A rotation that somebody asks for.
  await cluster.api.delete(`/api/v1/namespaces/${home}/secrets/m2m-injector-ca`)
  await expect.poll(() => first.changes, DEADLINE).toContain('promoted')
  await expect.poll(async () => (await shownBy(first)).issuer, DEADLINE).not.toBe(before.issuer)
  const after = await shownBy(first)
  expect(await shownBy(second)).toEqual(before)
  expect(await publishedNames(cluster.api)).toEqual([
    [after.issuer, before.issuer],
    [after.issuer, before.issuer],
  ])
  const { created } = load
  await expect.poll(() => load.created, DEADLINE).toBeGreaterThan(created + 100)
  expect(await shownBy(second)).toEqual(before)

  second.proxy.setRule(undefined)
  second.proxy.cut()
  await expect.poll(async () => (await shownBy(second)).issuer, DEADLINE).toBe(after.issuer)
  await load.end()
  expect([...load.failures]).toEqual([])
})

async function serve(cluster: Cluster, namespace: string, replicas: readonly Replica[]): Promise<void> {
  await createWebhookConfiguration(
    cluster.api,
    namespace,
    replicas.map(({ port }) => port),
  )
  for (const { source } of replicas) await expect.poll(() => source.notReady(), DEADLINE).toEqual([])
}

function sameIssuer(shown: readonly { issuer: string }[]): boolean {
  return new Set(shown.map(({ issuer }) => issuer)).size === 1
}

/** Until it has had so many sizes. @returns them in their order, and all authorities that it named */
async function watchBundle({ api }: Cluster, count: number): Promise<{ sizes: number[]; authorities: Set<string> }> {
  const sizes: number[] = []
  const authorities = new Set<string>()
  while (sizes.length < count) {
    for (const names of await publishedNames(api)) {
      if (names.length !== sizes.at(-1)) sizes.push(names.length)
      for (const name of names) authorities.add(name)
    }
    await sleep(100)
  }
  return { sizes, authorities }
}
