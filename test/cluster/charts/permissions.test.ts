/** The chart's permissions against what the programs ask for in a whole life: none is missing, none is idle. */

import { expect } from 'vitest'
import { kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { wiringHash } from '../../../src/core/policy/documents.ts'
import { applyObject, type ChartObject, renderChart } from '../../support/kube/chart.ts'
import { test } from '../../support/kube/cluster-test.ts'
import { ASKS, appPod, injectorAccount, injectorIn, installAdmission } from '../../support/kube/injector.ts'
import { createNamespace } from '../../support/kube/namespaces.ts'
import { operatorIn } from '../../support/kube/operator.ts'
import { permittedTo, refusedTo, usedBy } from '../../support/kube/permissions.ts'
import { conditionsOf, createPolicy, policyPath, programmedIn } from '../../support/kube/policies.ts'
import { installPolicyDefinition } from '../../support/kube/policy-definition.ts'

const HOME = 'm2m-system'
const SECRET = `/api/v1/namespaces/${HOME}/secrets/m2m-injector-ca`
const LIFE = { timeout: 90_000 }

test('the injector uses each permission of the chart, and needs no other', async ({
  ownControlPlane: cluster,
  skip,
}) => {
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const { api, apiServer } = cluster
  const objects = await renderChart(binaries.helm, { namespace: HOME, values: [] })
  await installPolicyDefinition(api)
  await createNamespace(api, HOME)
  await createNamespace(api, 'shop')
  const account = await injectorAccount(cluster, HOME, objects)
  const injector = await injectorIn(cluster, { namespace: HOME, user: account })
  await installAdmission(api, objects, { port: injector.webhookPort })
  await expect.poll(() => injector.ready(), LIFE).toMatchObject({ status: 200 })

  await createPolicy(api, 'shop', 'p', {})
  await api.create('/api/v1/namespaces/shop/pods', appPod({ name: 'a', ...ASKS }))
  // Two of one series: the second changes the Event of the first.
  for (const _ of [1, 2]) {
    await api.create('/api/v1/namespaces/shop/pods', appPod({ generateName: 'host-', ...ASKS }, { hostNetwork: true }))
  }
  await expect.poll(async () => used(), LIFE).toContain('create secrets')
  // An authority that somebody has emptied is made anew, in the same Secret.
  await api.merge(SECRET, { data: null })
  await expect
    .poll(async () => used(), LIFE)
    .toEqual(expect.arrayContaining(['update secrets', 'update coordination.k8s.io/leases']))
  await expect.poll(async () => used(), LIFE).toContain('patch events.k8s.io/events')
  // Watches are in the log once they have ended.
  await injector.close()

  await expect.poll(async () => used(), LIFE).toEqual(permittedTo('m2m-injector', objects))
  expect(refusedTo(account.name, await apiServer.audited())).toEqual([])

  async function used(): Promise<readonly string[]> {
    return usedBy(account.name, await apiServer.audited())
  }
})

test('the operator uses each permission of the chart, and needs no other', async ({
  ownControlPlane: cluster,
  skip,
}) => {
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const { api, apiServer } = cluster
  const values = ['hotReload.nudge=true', 'hotReload.resize=true']
  const objects = (await renderChart(binaries.helm, { namespace: HOME, values })).filter(isOfOperator)
  await installPolicyDefinition(api)
  for (const name of [HOME, 'shop']) await createNamespace(api, name)
  for (const object of objects) await applyObject(api, object)
  const user = await cluster.existingAccount(HOME, 'm2m-operator')
  const hotReload = { nudge: true, resize: true, perSecond: 50 }
  const operator = await operatorIn(cluster, HOME, { hotReload, kubeconfigOptions: { user } })
  const permitted = permittedTo('m2m-operator', objects)
  const used = async (): Promise<readonly string[]> => usedBy(user.name, await apiServer.audited())

  await createPolicy(api, 'shop', 'p', {})
  await api.create('/api/v1/namespaces/shop/pods', sizedPod())
  await expect.poll(() => programmedIn(api, 'shop'), LIFE).toEqual(['shop.p'])
  await expect.poll(() => conditionsOf(api, 'shop', 'p'), LIFE).toMatch(/Programmed=True/)
  await api.merge(policyPath('shop', 'p'), { spec: { sidecar: { resources: { limits: { memory: '512Mi' } } } } })
  await expect.poll(used, LIFE).toContain('patch pods/resize')
  // Two repairs are one Event, whose count is changed.
  for (const text of ['one', 'two']) {
    await api.merge('/api/v1/namespaces/shop/configmaps/m2m-bundle', { data: { 'index.json': text } })
    await expect.poll(() => programmedIn(api, 'shop').catch(() => undefined), LIFE).toEqual(['shop.p'])
  }
  await expect.poll(used, LIFE).toContain('patch events.k8s.io/events')
  await api.call('DELETE', '/api/v1/namespaces/shop/pods/sized?gracePeriodSeconds=0')
  await api.delete(policyPath('shop', 'p'))
  await expect.poll(used, LIFE).toContain('delete configmaps')

  await expect.poll(used, LIFE).toContain('update coordination.k8s.io/leases')
  // Watches are in the log once they have ended.
  await operator.close()
  await expect.poll(async () => missingIn(permitted, await used()), LIFE).toEqual(UNSEEN)
  expect(missingIn(await used(), permitted)).toEqual([])
  expect(refusedTo(user.name, await apiServer.audited())).toEqual([])
})

/** A patch that makes an object asks for both; a bundle is read where its policies have become too large for it. */
const UNSEEN = ['create configmaps', 'get configmaps']

function missingIn(all: readonly string[], some: readonly string[]): readonly string[] {
  return all.filter((each) => !some.includes(each))
}

function isOfOperator({ kind, metadata }: ChartObject): boolean {
  return /Role|^ServiceAccount$|^ValidatingAdmission/.test(kind) && metadata.name.startsWith('m2m-operator')
}

/** As the injector makes it, with a sidecar that may be resized. */
function sizedPod(): object {
  const resources = { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } }
  const annotations = { 'm2m.io/static-hash': 'older', 'm2m.io/wiring-hash': wiringHash({}) }
  const sidecar = { name: 'm2m-proxy', image: 'm2m', restartPolicy: 'Always', resources }
  return appPod({ name: 'sized', labels: { 'm2m.io/injected': 'true' }, annotations }, { initContainers: [sidecar] })
}
