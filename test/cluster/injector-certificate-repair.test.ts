/** What people do to the Secret and to the bundle, by hand and by tools, and that all is well again soon after. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import type { Json } from '../support/kube/admin-api.ts'
import { createLoad, type Replica, shownBy, test } from '../support/kube/certificate-test.ts'
import type { Cluster } from '../support/kube/cluster.ts'
import {
  CONFIGURATION,
  createWebhookConfiguration,
  publishedNames,
  removeWebhookConfiguration,
  webhookConfiguration,
} from '../support/kube/webhook-configuration.ts'

const DEADLINE = { timeout: 30_000, interval: 50 }

test('a Secret that is spoilt, deleted or restored from a backup fails no admission', async ({
  cluster,
  home,
  namespace,
  start,
}) => {
  // Retired authorities go soon enough to be seen going.
  const replicas = [await start({ times: { leafMs: 5_000 } }), await start({ times: { leafMs: 5_000 } })]
  await serve(cluster, namespace, replicas)
  const secret = `/api/v1/namespaces/${home}/secrets/m2m-injector-ca`
  const load = createLoad(cluster, namespace, 20)
  const backup = await cluster.api.get<Json & { data: object }>(secret)
  const first = await shownBy(replicas[0] as Replica)
  const seen = new Set([first.issuer])
  const restored = { ...backup, metadata: { name: 'm2m-injector-ca' } }
  for (const meddle of [
    () => cluster.api.merge(secret, { data: { 'ca.key': 'Z2FyYmFnZQ==' } }),
    () => cluster.api.merge(secret, { data: null }),
    () => cluster.api.delete(secret),
  ]) {
    await meddle()
    const issuer = await expectAgreement(cluster, replicas, (name) => !seen.has(name))
    seen.add(issuer)
  }
  await cluster.api.replace(secret, restored)
  await expectAgreement(cluster, replicas, (name) => name === first.issuer)
  // In the end only the one that signs is believed.
  await expect
    .poll(async () => (await publishedNames(cluster.api)).flat(), DEADLINE)
    .toEqual(Array(2).fill(first.issuer))
  await load.end()
  expect([...load.failures]).toEqual([])
})

test('a bundle that is emptied, replaced or filled with garbage is repaired, also in a new configuration', async ({
  cluster,
  namespace,
  start,
}) => {
  const replica = await start()
  await serve(cluster, namespace, [replica])
  const { issuer } = await shownBy(replica)
  const foreign = await createAuthority('CN=Foreign')
  for (const [caBundle, expected] of [
    ['', [issuer]],
    [Buffer.from('garbage').toString('base64'), [issuer]],
    [Buffer.from(foreign.cert).toString('base64'), [issuer, 'Foreign']],
  ] as const) {
    const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }]
    await cluster.api.call('PATCH', CONFIGURATION, { body: patch, contentType: 'application/json-patch+json' })
    await expect.poll(() => publishedNames(cluster.api), DEADLINE).toEqual([expected])
    expect(replica.source.notReady()).toEqual([])
  }
  await removeWebhookConfiguration(cluster.api)
  await sleep(500)
  await createWebhookConfiguration(cluster.api, namespace, [replica.port])
  await expect.poll(() => publishedNames(cluster.api), DEADLINE).toEqual([[issuer, 'Foreign']])
  await createPod(cluster, namespace)
})

test('while nothing changes nothing is written, and the bundle is all that is ours in the configuration', async ({
  cluster,
  home,
  namespace,
  start,
}) => {
  const replicas = [await start(), await start()]
  await serve(cluster, namespace, replicas)
  const read = async () => {
    const { metadata } = await webhookConfiguration(cluster.api)
    const secret = await cluster.api.get<Json & { metadata: { resourceVersion: string } }>(
      `/api/v1/namespaces/${home}/secrets/m2m-injector-ca`,
    )
    return [metadata.resourceVersion, secret.metadata.resourceVersion]
  }
  const before = await read()
  await sleep(5_000)
  expect(await read()).toEqual(before)
  const { managedFields } = (await webhookConfiguration(cluster.api)).metadata
  const ours = managedFields.find(({ manager }) => manager === 'm2m-injector') as unknown as { fieldsV1: Json }
  const field = { '.': {}, 'f:clientConfig': { 'f:caBundle': {} }, 'f:name': {} }
  expect(ours.fieldsV1).toEqual({
    'f:webhooks': {
      'k:{"name":"replica-0.injector.m2m.io"}': field,
      'k:{"name":"replica-1.injector.m2m.io"}': field,
    },
  })
  const changes = replicas.flatMap((replica) => replica.changes)
  expect(changes).toEqual(['created', 'published'])
})

test('somebody who writes another bundle each time is written over less and less often', async ({
  cluster,
  namespace,
  start,
}) => {
  const replica = await start()
  await serve(cluster, namespace, [replica])
  const end = performance.now() + 10_000
  let emptied = 0
  while (performance.now() < end) {
    if ((await publishedNames(cluster.api)).flat().length > 0) {
      const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: '' }]
      await cluster.api.call('PATCH', CONFIGURATION, { body: patch, contentType: 'application/json-patch+json' })
      emptied++
    }
    await sleep(20)
  }
  expect(emptied).toBeGreaterThan(2)
  expect(emptied).toBeLessThan(20)
})

test('a webhook keeps its name for ever: with our bundle in it, server-side apply cannot take it out', async ({
  cluster,
  start,
}) => {
  const webhook = (name: string): object => ({
    name: `${name}.injector.m2m.io`,
    clientConfig: { url: 'https://127.0.0.1:1/inject' },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    namespaceSelector: { matchLabels: { 'no-namespace.has': 'this' } },
  })
  const applyChart = (...webhooks: readonly object[]) =>
    cluster.api.call('PATCH', `${CONFIGURATION}?fieldManager=helm&force=true`, {
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'MutatingWebhookConfiguration',
        metadata: { name: 'm2m-injector' },
        webhooks,
      },
    })
  expect(await applyChart(webhook('a'), webhook('b'))).toMatchObject({ status: 201 })
  const replica = await start()
  await expect.poll(() => replica.source.notReady(), DEADLINE).toEqual([])
  const refused = await applyChart(webhook('a'))
  expect(refused.status).toBe(422)
  expect(refused.body['message']).toContain('webhooks[1].clientConfig: Required value')
  // What an upgrade would have to do first.
  const body = { webhooks: [{ $patch: 'delete', name: 'b.injector.m2m.io' }] }
  const contentType = 'application/strategic-merge-patch+json'
  expect(await cluster.api.call('PATCH', CONFIGURATION, { body, contentType })).toMatchObject({ status: 200 })
  expect(await applyChart(webhook('a'))).toMatchObject({ status: 200 })
  expect(await publishedNames(cluster.api)).toEqual([[(await shownBy(replica)).issuer]])
})

async function serve(cluster: Cluster, namespace: string, replicas: readonly Replica[]): Promise<void> {
  await createWebhookConfiguration(
    cluster.api,
    namespace,
    replicas.map(({ port }) => port),
  )
  for (const { source } of replicas) await expect.poll(() => source.notReady(), DEADLINE).toEqual([])
}

/** @returns the authority of which all replicas show a leaf */
async function expectAgreement(
  cluster: Cluster,
  replicas: readonly Replica[],
  isRight: (issuer: string) => boolean,
): Promise<string> {
  await expect
    .poll(async () => {
      const shown = await Promise.all(replicas.map(shownBy))
      const published = await publishedNames(cluster.api)
      return shown.every(({ issuer }) => isRight(issuer) && published.every((names) => names.includes(issuer)))
    }, DEADLINE)
    .toBe(true)
  return (await shownBy(replicas[0] as Replica)).issuer
}

async function createPod({ api }: Cluster, namespace: string): Promise<void> {
  const spec = { containers: [{ name: 'app', image: 'app' }] }
  await api.create(`/api/v1/namespaces/${namespace}/pods`, { metadata: { generateName: 'a-' }, spec })
}
