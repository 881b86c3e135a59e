/** Running sidecars get the resources of a changed policy, by the subresource `resize` of a real API server. */

import { expect } from 'vitest'
import { kubectlBinaries } from '../../scripts/kube/binaries.ts'
import { wiringHash } from '../../src/core/policy/documents.ts'
import { inject } from '../support/inject/injecting.ts'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { type ChartObject, renderChart, withApplied } from '../support/kube/chart.ts'
import { explain } from '../support/kube/explain.ts'
import { operatorIn } from '../support/kube/operator.ts'
import { test as base } from '../support/kube/operator-test.ts'
import { conditionsOf, createPolicy, eventsIn, policyPath } from '../support/kube/policies.ts'

/** Applies objects that are gone after the test, those of the whole cluster too. */
const test = base.extend<{ apply(objects: readonly ChartObject[]): Promise<void> }>({
  apply: ({ cluster }, use) => withApplied(cluster.api, use),
})

const SIZE = { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } }
const EVEN = { requests: { cpu: '20m', memory: '96Mi' }, limits: { cpu: '20m', memory: '96Mi' } }

interface SidecarPod {
  readonly resources?: object
  readonly app?: object
  readonly isOurs?: boolean
  readonly isClassic?: boolean
}

function sidecarPod(name: string, { resources = SIZE, app = {}, isOurs = true, isClassic = false }: SidecarPod = {}) {
  const sidecar = { name: 'm2m-proxy', image: 'm2m', resources }
  const hash = isOurs ? { 'm2m.io/wiring-hash': wiringHash({}) } : {}
  const containers = [{ name: 'app', image: 'app:1', resources: app }]
  return {
    metadata: { name, labels: { 'm2m.io/injected': 'true' }, annotations: { 'm2m.io/static-hash': 'older', ...hash } },
    spec: isClassic
      ? { containers: [...containers, sidecar] }
      : { initContainers: [{ ...sidecar, restartPolicy: 'Always' }], containers },
  }
}

interface StoredPod {
  readonly spec: { readonly initContainers?: Container[]; readonly containers: Container[] }
  readonly metadata: { readonly generation: number }
}

interface Container {
  readonly name: string
  readonly resources: typeof SIZE
}

async function sizeOf(api: AdminApi, path: string): Promise<unknown> {
  const { spec } = await api.get<StoredPod>(path)
  return [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === 'm2m-proxy')?.resources
}

test('running sidecars get the resources of a changed policy once; those that cannot are told, and need a restart', async ({
  cluster,
  home,
  namespace,
  onTestFinished,
}) => {
  const { api } = cluster
  const pods = `/api/v1/namespaces/${namespace}/pods`
  await createPolicy(api, namespace, 'a', {})
  await api.create(pods, sidecarPod('native'))
  await api.create(pods, sidecarPod('classic', { isClassic: true }))
  await api.create(pods, sidecarPod('even', { resources: EVEN, app: EVEN }))
  await api.create(pods, sidecarPod('none', { resources: {} }))
  await api.create(pods, sidecarPod('own', { isOurs: false }))
  const hotReload = { nudge: false, resize: true, perSecond: 50 }
  const operator = await operatorIn(cluster, home, { hotReload })
  onTestFinished(() => operator.close())
  await expect.poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason)).not.toEqual([])

  await api.merge(policyPath(namespace, 'a'), { spec: { sidecar: { resources: { limits: { memory: '512Mi' } } } } })
  const grown = { requests: SIZE.requests, limits: { memory: '512Mi' } }
  await expect.poll(() => sizeOf(api, `${pods}/native`)).toEqual(grown)
  await expect.poll(() => sizeOf(api, `${pods}/classic`)).toEqual(grown)
  const refused = async (): Promise<unknown> =>
    new Set((await eventsIn(api, namespace)).map(({ reason, regarding }) => `${reason} ${regarding.name}`))
  await expect.poll(refused).toEqual(new Set(['SidecarResizeRefused none']))
  expect(await sizeOf(api, `${pods}/none`)).toEqual({})
  expect(await sizeOf(api, `${pods}/own`)).toEqual(SIZE)
  // Those of `none` and `own`.
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toContain('RestartRequired=True')
  await operator.idle()
  const { metadata } = await api.get<StoredPod>(`${pods}/native`)
  expect(metadata.generation).toBe(2)

  // An autoscaler, say.
  await api.call('PATCH', `${pods}/native/resize`, {
    body: { spec: { initContainers: [{ name: 'm2m-proxy', resources: { limits: { memory: '300Mi' } } }] } },
    contentType: 'application/strategic-merge-patch+json',
  })
  await api.call('DELETE', `${pods}/none?gracePeriodSeconds=0`)
  await api.call('DELETE', `${pods}/own?gracePeriodSeconds=0`)
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toContain('RestartRequired=False')
  expect(await sizeOf(api, `${pods}/native`)).toMatchObject({ limits: { memory: '300Mi' } })
  // Of three pods, and before it that of the Guaranteed one to what the chart gives it. Two sizes of `none`.
  expect(await operator.metrics()).toContain('m2m_operator_resizes_total{result="done"} 4')
  expect(await operator.metrics()).toContain('m2m_operator_resizes_total{result="refused"} 2')
})

test('a pod as the injector makes it gets a larger policy in place, needs no restart, and explain agrees', async ({
  cluster,
  home,
  namespace,
  onTestFinished,
}) => {
  const { api } = cluster
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const { pod } = inject({}, { metadata: { name: 'api-0' } })
  await api.create(pods, pod)
  await createPolicy(api, namespace, 'a', {})
  const operator = await operatorIn(cluster, home, { hotReload: { nudge: false, resize: true, perSecond: 50 } })
  onTestFinished(() => operator.close())
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toContain('Programmed=True')
  const resources = { requests: { cpu: '50m' }, limits: { memory: '1Gi' } }
  await api.merge(policyPath(namespace, 'a'), { spec: { sidecar: { resources } } })
  await expect
    .poll(() => sizeOf(api, `${pods}/api-0`))
    .toEqual({ requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '1Gi' } })
  await operator.idle()
  expect(await conditionsOf(api, namespace, 'a')).not.toContain('RestartRequired=True')
  const told = await explain(cluster, ['pod/api-0', '-n', namespace])
  expect(told.stdout).not.toContain('RestartRequired')
  await api.merge(policyPath(namespace, 'a'), { spec: { sidecar: { logLevel: 'debug' } } })
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toContain('RestartRequired=True')
})

test('the fence of the chart lets the operator resize the sidecar, and nothing else', async ({
  cluster,
  home,
  namespace,
  apply,
  skip,
}) => {
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const { api } = cluster
  const values = ['crds.enabled=false', 'injector.mode=disabled', 'hotReload.resize=true']
  const objects = await renderChart(binaries.helm, { namespace: home, values })
  await apply(objects)
  const { status } = await api.create<{ status: { token: string } }>(
    `/api/v1/namespaces/${home}/serviceaccounts/m2m-operator/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  )
  const thief = cluster.as({ name: 'operator', token: status.token })
  const pods = `/api/v1/namespaces/${namespace}/pods`
  await api.create(pods, sidecarPod('ours', { app: SIZE }))
  await api.create(pods, sidecarPod('own', { isOurs: false }))
  const attempt = async (name: string, spec: object): Promise<string> => {
    const { status: code, body } = await thief.call('PATCH', `${pods}/${name}/resize`, {
      body: { spec },
      contentType: 'application/strategic-merge-patch+json',
    })
    return `${code} ${String(body['message'] ?? '')}`
  }
  const grown = { limits: { memory: '512Mi' } }
  const sidecar = { initContainers: [{ name: 'm2m-proxy', resources: grown }] }
  await expect.poll(() => attempt('own', sidecar)).toMatch(/m2m-operator-resize.* may only resize pods/)
  expect(await attempt('ours', sidecar)).toMatch(/^200/)
  const app = { containers: [{ name: 'app', resources: grown }] }
  expect(await attempt('ours', app)).toMatch(/m2m-operator-resize.* of the container m2m-proxy only/)
  expect(await attempt('ours', { ...sidecar, ...app })).toMatch(/of the container m2m-proxy only/)
  const { status: code } = await thief.call('PATCH', `${pods}/ours`, {
    body: { metadata: { annotations: { a: 'b' } } },
    contentType: 'application/merge-patch+json',
  })
  expect(code).toBe(403)
})
