/** Certificates that others make, in a folder as the kubelet swaps it, before a real API server. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { type Authority, createAuthority } from '../support/certificates.ts'
import { test as base, createLoad, type Replica, shownBy } from '../support/kube/certificate-test.ts'
import {
  CONFIGURATION,
  createWebhookConfiguration,
  publishedNames,
  webhookConfiguration,
} from '../support/kube/webhook-configuration.ts'
import { type KubeletVolume, kubeletVolume } from '../support/kubelet-volume.ts'

const DEADLINE = { timeout: 30_000, interval: 50 }

const test = base.extend<{ volumes: readonly [KubeletVolume, KubeletVolume] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  volumes: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'm2m-tls-'))
    await use([kubeletVolume(join(folder, 'a')), kubeletVolume(join(folder, 'b'))])
    await rm(folder, { recursive: true })
  },
})

async function filesOf(authority: Authority): Promise<{ 'tls.crt': string; 'tls.key': string; 'ca.crt': string }> {
  const { cert, key } = await authority.issue({ names: ['127.0.0.1'] })
  return { 'tls.crt': cert, 'tls.key': key, 'ca.crt': authority.cert }
}

test('a new authority reaches each replica at another time, and no admission fails', async ({
  cluster,
  namespace,
  start,
  volumes: [a, b],
}) => {
  const [old, next] = [await createAuthority('CN=Old'), await createAuthority('CN=Next')]
  for (const volume of [a, b]) volume.mount(await filesOf(old))
  const first = await start({ folder: a.path })
  const second = await start({ folder: b.path })
  await createWebhookConfiguration(cluster.api, namespace, [first.port, second.port])
  await ready(first, second)
  expect(await publishedNames(cluster.api)).toEqual([['Old'], ['Old']])
  const load = createLoad(cluster, namespace)

  // One has its files first: it publishes, waits, and serves them, while the other goes on with the old ones.
  b.mount(await filesOf(next))
  await expect.poll(async () => (await shownBy(second)).issuer, DEADLINE).toBe('Next')
  expect((await shownBy(first)).issuer).toBe('Old')
  for (const names of await publishedNames(cluster.api)) expect([...names].sort()).toEqual(['Next', 'Old'])
  a.mount(await filesOf(next))
  for (const replica of [first, second])
    await expect.poll(async () => (await shownBy(replica)).issuer, DEADLINE).toBe('Next')
  const { created } = load
  await expect.poll(() => load.created, DEADLINE).toBeGreaterThan(created + 50)
  // Beside it the old one, for a while.
  await expect.poll(() => publishedNames(cluster.api), DEADLINE).toEqual([['Next'], ['Next']])
  await load.end()
  expect([...load.failures]).toEqual([])
})

test('files that do not fit change nothing, and say so', async ({ cluster, namespace, start, volumes: [volume] }) => {
  const authority = await createAuthority('CN=Only')
  const replica = await start({ folder: volume.path })
  await createWebhookConfiguration(cluster.api, namespace, [replica.port])
  await expect.poll(() => replica.source.notReady(), DEADLINE).toEqual([expect.stringContaining('has no tls.crt')])
  const good = await filesOf(authority)
  volume.mount(good)
  await ready(replica)
  const before = await shownBy(replica)
  const { cert, key } = await authority.issue({ names: ['127.0.0.1'] })
  for (const [files, reason] of [
    [{ ...good, 'tls.key': key }, 'tls.key is not the key of tls.crt'],
    [{ ...good, 'tls.crt': 'torn' }, 'tls.crt holds no certificate'],
    [{ 'ca.crt': authority.cert }, 'has no tls.crt'],
  ] as const) {
    volume.mount(files)
    await expect.poll(() => replica.faults.at(-1), DEADLINE).toContain(reason)
    expect(await shownBy(replica)).toEqual(before)
    expect(replica.source.notReady()).toEqual([])
  }
  volume.mount({ 'tls.crt': key + cert, 'ca.crt': authority.cert })
  await expect.poll(async () => (await shownBy(replica)).serial, DEADLINE).not.toBe(before.serial)
  const pod = { metadata: { generateName: 'a-' }, spec: { containers: [{ name: 'app', image: 'app' }] } }
  await cluster.api.create(`/api/v1/namespaces/${namespace}/pods`, pod)
})

test('without ca.crt somebody else publishes: nothing is written, and the replica waits for it', async ({
  cluster,
  namespace,
  start,
  volumes: [volume],
}) => {
  const authority = await createAuthority('CN=Theirs')
  const { 'ca.crt': ca, ...pair } = await filesOf(authority)
  volume.mount(pair)
  const replica = await start({ folder: volume.path })
  await createWebhookConfiguration(cluster.api, namespace, [replica.port])
  await expect.poll(() => replica.source.notReady(), DEADLINE).toEqual([expect.stringContaining('do not believe')])
  const { metadata } = await webhookConfiguration(cluster.api)
  await sleep(2_000)
  expect((await webhookConfiguration(cluster.api)).metadata.resourceVersion).toBe(metadata.resourceVersion)

  // As cert-manager's cainjector does.
  const caBundle = Buffer.from(ca).toString('base64')
  const patch = [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }]
  await cluster.api.call('PATCH', CONFIGURATION, { body: patch, contentType: 'application/json-patch+json' })
  await ready(replica)
  expect(replica.changes).toEqual([])
})

test('a rollout from its own authority to files and back waits for nobody', async ({
  cluster,
  namespace,
  start,
  volumes: [volume],
}) => {
  volume.mount(await filesOf(await createAuthority('CN=Theirs')))
  const own = await start()
  await createWebhookConfiguration(cluster.api, namespace, [own.port])
  await ready(own)
  const { issuer } = await shownBy(own)
  const files = await start({ folder: volume.path, times: { graceMs: 600_000 } })
  await ready(files)
  await expect.poll(async () => (await publishedNames(cluster.api)).flat().sort(), DEADLINE).toEqual(['Theirs', issuer])
  await own.close()
  const again = await start()
  await ready(again, files)
  expect((await publishedNames(cluster.api)).flat()).toContain('Theirs')
})

async function ready(...replicas: readonly Replica[]): Promise<void> {
  for (const { source } of replicas) await expect.poll(() => source.notReady(), DEADLINE).toEqual([])
}
