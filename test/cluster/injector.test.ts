/** The injector before a real API server, with the webhook, the guard and the permissions of the chart. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { AdminApi, Json } from '../support/kube/admin-api.ts'
import { ASKS, appPod, initContainersOf, injectorIn, installAdmission } from '../support/kube/injector.ts'
import { READY, test } from '../support/kube/injector-test.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { createPolicy, eventsIn } from '../support/kube/policies.ts'
import { installPolicyDefinition } from '../support/kube/policy-definition.ts'

const SIDECAR = 'm2m-proxy Always'

interface MountingContainer {
  readonly volumeMounts?: readonly { readonly name: string }[]
}

function reviewsIn(metrics: string): string[] {
  return [...metrics.matchAll(/^m2m_injector_reviews_total(.*)$/gm)].map(([, series = '']) => series)
}

async function create(api: AdminApi, namespace: string, pod: object): Promise<Json> {
  return api.create(`/api/v1/namespaces/${namespace}/pods`, pod)
}

test('a pod that asks is made with its sidecar, and lacks nothing that the API server knows', async ({
  cluster: { api },
  injector,
  namespace,
}) => {
  await createPolicy(api, namespace, 'p', { sidecar: { resources: { requests: { cpu: '77m' } } } })
  await expect.poll(() => injector.metrics()).toMatch(/^m2m_injector_policies 1$/m)
  const pod = await create(api, namespace, appPod({ name: 'a', ...ASKS }))
  expect(initContainersOf(pod)).toEqual([SIDECAR])
  expect(pod).toMatchObject({
    metadata: { labels: { 'm2m.io/injected': 'true' }, annotations: { 'm2m.io/status': 'injected' } },
    spec: { initContainers: [{ image: 'm2m-sidecar:1', resources: { requests: { cpu: '77m' } } }] },
  })
  const quiet = await create(api, namespace, appPod({ name: 'quiet' }))
  expect(initContainersOf(quiet)).toEqual([])
  // One review: nothing that the API server adds to containers later is a change for it.
  expect(reviewsIn(await injector.metrics())).toEqual(['{result="injected",reason="",owner_kind="none"} 1'])
})

test('the sidecar gets no token of the service account, and the application keeps its own', async ({
  cluster: { api },
  injector: _,
  namespace,
}) => {
  const pod = await create(api, namespace, appPod({ name: 'a', ...ASKS }))
  const { initContainers, containers } = pod['spec'] as Readonly<Record<string, readonly MountingContainer[]>>
  const names = (list: readonly MountingContainer[] = []): string[] =>
    list.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name))
  expect(names(initContainers).filter((name) => name.startsWith('kube-api-access'))).toEqual([])
  expect(names(containers)).toEqual([expect.stringMatching(/^kube-api-access/)])
})

test('the first pods of namespaces that ask come milliseconds after them, and have sidecars', async ({
  cluster: { api },
  injector,
  home,
}) => {
  const names = Array.from({ length: 10 }, (_, i) => `${home}-new-${i}`)
  for (const name of names) {
    await createNamespace(api, name, { 'm2m.io/inject': 'true' })
    expect(initContainersOf(await create(api, name, appPod({ name: 'first' })))).toEqual([SIDECAR])
    const refusing = appPod({ name: 'refuses', annotations: { 'm2m.io/inject': 'false' } })
    expect(initContainersOf(await create(api, name, refusing))).toEqual([])
  }
  expect(await injector.metrics()).toMatch(/m2m_injector_reviews_total\{result="injected".*\} 10$/m)
  for (const name of names) await removeNamespace(api, name)
})

test('a pod that cannot have one is made, and kubectl, its owner and it itself say why', async ({
  cluster: { api },
  injector,
  namespace,
}) => {
  const owner = await api.create<{ metadata: { uid: string } }>(`/apis/apps/v1/namespaces/${namespace}/replicasets`, {
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { a: 'b' } }, template: appPod({ labels: { a: 'b' } }) },
  })
  const reference = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web',
    uid: owner.metadata.uid,
    controller: true,
  }
  const path = `/api/v1/namespaces/${namespace}/pods`
  const metadata = { generateName: 'web-', ownerReferences: [reference], ...ASKS }
  for (const dryRun of ['?dryRun=All', '', '']) {
    const { status, body, warnings } = await api.call('POST', `${path}${dryRun}`, {
      body: appPod(metadata, { hostNetwork: true }),
    })
    expect(status).toBe(201)
    expect(warnings.join()).toContain('m2m: no sidecar: it uses the network of its node')
    expect(body).toMatchObject({
      metadata: { annotations: { 'm2m.io/status': expect.stringMatching(/^skipped: HostNetwork: /) } },
    })
  }
  for (let i = 0; i < 3; i++) await create(api, namespace, appPod(metadata))
  const told = async (): Promise<unknown> =>
    (await eventsIn(api, namespace)).map(({ reason, regarding, note }) => [reason, regarding.name, note.slice(0, 20)])
  await expect.poll(told).toHaveLength(2)
  expect(await told()).toEqual(
    expect.arrayContaining([
      ['InjectionSkipped', 'web', 'HostNetwork: no side'],
      ['Injected', 'web', expect.any(String)],
    ]),
  )
  expect(injector.lines.filter(({ msg }) => String(msg).startsWith('no sidecar: '))).toHaveLength(3)
  expect(await injector.metrics()).toMatch(
    /m2m_injector_reviews_total\{result="skipped",reason="HostNetwork",owner_kind="ReplicaSet"\} 3$/m,
  )
})

test('without the definition of policies pods get sidecars with defaults; later policies count at once', async ({
  ownControlPlane: cluster,
  chart,
  onTestFinished,
}) => {
  const { api } = cluster
  await createNamespace(api, 'm2m-system')
  await createNamespace(api, 'shop')
  const injector = await injectorIn(cluster, { namespace: 'm2m-system' })
  onTestFinished(() => injector.close())
  await installAdmission(api, await chart(), { port: injector.webhookPort })
  await expect.poll(() => injector.ready(), READY).toMatchObject({ status: 200 })
  expect(JSON.stringify(injector.lines)).toContain('the CRD m2mpolicies.m2m.io is not installed')
  const answer = await api.call('POST', '/api/v1/namespaces/shop/pods', { body: appPod({ name: 'a', ...ASKS }) })
  expect([initContainersOf(answer.body), answer.warnings]).toEqual([[SIDECAR], []])
  await installPolicyDefinition(api)
  await createPolicy(api, 'shop', 'p', { sidecar: { resources: { requests: { cpu: '77m' } } } })
  await expect.poll(() => injector.metrics(), { timeout: 90_000 }).toMatch(/^m2m_injector_policies 1$/m)
  expect(await create(api, 'shop', appPod({ name: 'b', ...ASKS }))).toMatchObject({
    spec: { initContainers: [{ resources: { requests: { cpu: '77m' } } }] },
  })
})

test('with certificates of others it publishes their authority, and pods get sidecars', async ({
  cluster,
  home,
  account,
  admit,
  namespace,
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-tls-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const { cert, key } = await cluster.authority.issue({ names: ['127.0.0.1'] })
  const files = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': cluster.authority.cert }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
  const injector = await injectorIn(cluster, {
    namespace: home,
    user: account,
    config: { tls: { mode: 'Files', folder } },
  })
  onTestFinished(() => injector.close())
  await admit({ port: injector.webhookPort })
  await expect.poll(() => injector.ready(), READY).toMatchObject({ status: 200 })
  const pod = await create(cluster.api, namespace, appPod({ name: 'a', ...ASKS }))
  expect(initContainersOf(pod)).toEqual([SIDECAR])
})
