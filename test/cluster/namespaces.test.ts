/** Namespaces that come, go, and change. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createNamespace, finishNamespace } from '../support/kube/namespaces.ts'
import { operatorIn } from '../support/kube/operator.ts'
import { test, writesOf } from '../support/kube/operator-test.ts'
import {
  bundleOf,
  conditionsOf,
  createPolicy,
  injectedPod,
  policyPath,
  programmedIn,
  statusOf,
} from '../support/kube/policies.ts'
import { printSeconds } from '../support/kube/print-measured.ts'

const TEAM = { namespaceSelector: { matchLabels: { team: 'red' } } }
const aWhile = (): Promise<void> => sleep(1000)

test('24: a namespace with policies goes while the operator runs, which writes nothing more into it', async ({
  cluster,
  home,
  operator,
  proxy,
}) => {
  const { api } = cluster
  const name = `${home}-a`
  await createNamespace(api, name)
  for (const policy of ['a', 'b']) await createPolicy(api, name, policy, {})
  await expect.poll(() => conditionsOf(api, name, 'b')).toMatch(/Programmed=True/)
  await operator.idle()
  await aWhile()
  await api.delete(`/api/v1/namespaces/${name}`)
  // As the namespace controller does it, one by one, the bundle first: an operator that does not look writes it again.
  await aWhile()
  const before = writesOf(proxy).length
  await api.delete(`/api/v1/namespaces/${name}/configmaps/m2m-bundle`)
  await api.delete(policyPath(name, 'a'))
  await aWhile()
  await finishNamespace(api, name)
  await expect.poll(async () => (await api.call('GET', `/api/v1/namespaces/${name}`)).status).toBe(404)
  await operator.idle()
  expect(writesOf(proxy).slice(before)).toEqual([])
  expect(proxy.calls.filter(({ status }) => status === 403)).toEqual([])
})

test('24: it goes just so while no operator runs: nothing holds it', async ({ cluster, home }) => {
  const { api } = cluster
  const name = `${home}-b`
  await createNamespace(api, name)
  const operator = await operatorIn(cluster, home)
  await createPolicy(api, name, 'a', {})
  await expect.poll(() => conditionsOf(api, name, 'a')).toMatch(/Programmed=True/)
  await operator.close()
  const { metadata } = await api.get<{ metadata: { finalizers?: string[] } }>(policyPath(name, 'a'))
  expect(metadata.finalizers).toBeUndefined()
  const startedAt = performance.now()
  await api.delete(`/api/v1/namespaces/${name}`)
  await finishNamespace(api, name)
  await expect.poll(async () => (await api.call('GET', `/api/v1/namespaces/${name}`)).status).toBe(404)
  printSeconds('24: gone after its deletion, emptied by the test', startedAt)
})

test('24: a refusal because the namespace is being deleted is not tried again', async ({
  cluster,
  namespace,
  operator,
  proxy,
}) => {
  const { api } = cluster
  const refusal = {
    kind: 'Status',
    status: 'Failure',
    reason: 'Forbidden',
    code: 403,
    message: `configmaps "m2m-bundle" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    details: { causes: [{ reason: 'NamespaceTerminating' }] },
  }
  proxy.setRule(({ method, url }) =>
    method === 'PATCH' && url.includes(`${namespace}/configmaps`) ? { status: 403, body: refusal } : undefined,
  )
  await createPolicy(api, namespace, 'a', {})
  await expect.poll(() => writesOf(proxy).length).toBe(1)
  await aWhile()
  await operator.idle()
  expect(writesOf(proxy)).toEqual([`PATCH /api/v1/namespaces/${namespace}/configmaps/m2m-bundle`])
})

test('a permission that is missing is told by status and log, and is not asked for again and again', async ({
  cluster,
  namespace,
  operator,
  proxy,
}) => {
  const { api } = cluster
  const message = 'configmaps "m2m-bundle" is forbidden: User "x" cannot patch resource "configmaps" in API group ""'
  const body = { kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message }
  proxy.setRule(({ method, url }) =>
    method === 'PATCH' && url.includes(`${namespace}/configmaps`) ? { status: 403, body } : undefined,
  )
  await createPolicy(api, namespace, 'a', {})
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toBe('Accepted=True/Accepted Programmed=False/WriteFailed')
  expect(JSON.stringify(await statusOf(api, namespace, 'a'))).toContain('cannot patch resource')
  expect(JSON.stringify(operator.lines)).toContain('lacks a permission')
  await aWhile()
  expect(writesOf(proxy).filter((write) => write.includes('/configmaps/'))).toHaveLength(1)
  // Given back, the next change finds it.
  proxy.setRule(undefined)
  await api.merge(policyPath(namespace, 'a'), { spec: { priority: 1, compression: { mode: 'Audit' } } })
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toBe('Accepted=True/Accepted Programmed=True/Programmed')
})

test('a namespace gets a bundle with its first injected pod or by its label, and loses it with the last', async ({
  cluster,
  home,
  namespace,
  operator,
}) => {
  const { api } = cluster
  await createPolicy(api, home, 'fleet', TEAM)
  await expect.poll(() => conditionsOf(api, home, 'fleet')).toBe('Accepted=True/Accepted Programmed=False/Pending')
  const labels = (change: object): Promise<unknown> =>
    api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: change } })
  await labels({ team: 'red' })
  await api.create(`/api/v1/namespaces/${namespace}/pods`, injectedPod('one'))
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${home}.fleet`])
  await expect.poll(() => conditionsOf(api, home, 'fleet')).toMatch(/Programmed=True/)
  // The pod is gone, but the next run of its job must find the policy.
  await api.call('DELETE', `/api/v1/namespaces/${namespace}/pods/one?gracePeriodSeconds=0`)
  await aWhile()
  expect(await programmedIn(api, namespace)).toEqual([`${home}.fleet`])
  await labels({ team: 'blue', 'm2m.io/inject': 'true' })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([])
  await expect.poll(() => conditionsOf(api, home, 'fleet')).toMatch(/Programmed=False\/Pending/)
  await labels({ 'm2m.io/inject': null })
  await expect.poll(() => bundleOf(api, namespace)).toBeUndefined()
  await operator.idle()
})

test('an older sidecar in a namespace gets a bundle that it reads', async ({ cluster, namespace, operator }) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'all', {})
  await createPolicy(api, namespace, 'some', { selector: { matchLabels: { app: 'x' } } })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.some`, `${namespace}.all`])
  const old = injectedPod('old', {}, { 'm2m.io/bundle-version': '1' })
  await api.create(`/api/v1/namespaces/${namespace}/pods`, old)
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.all`])
  expect(JSON.parse((await bundleOf(api, namespace))!.data['index.json']!)).toMatchObject({ version: 1 })
  await expect.poll(() => conditionsOf(api, namespace, 'some')).toBe('Accepted=True/Accepted Programmed=False/Pending')
  await api.call('DELETE', `/api/v1/namespaces/${namespace}/pods/old?gracePeriodSeconds=0`)
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.some`, `${namespace}.all`])
  await operator.idle()
})
