/** How often the operator writes: once for a change, and never for none. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { operatorIn } from '../support/kube/operator.ts'
import { test, writesOf } from '../support/kube/operator-test.ts'
import {
  bundleOf,
  conditionsOf,
  createPolicy,
  injectedPod,
  policyPath,
  programmedIn,
} from '../support/kube/policies.ts'
import { printMeasured } from '../support/kube/print-measured.ts'
import { startRecordingProxy } from '../support/kube/recording-proxy.ts'

const DONE = 'Accepted=True/Accepted Programmed=True/Programmed'
const aWhile = (): Promise<void> => sleep(1500)

test('one edit of a policy is one write of its bundle, and one of its status', async ({
  cluster,
  namespace,
  operator,
  proxy,
}) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'a', {})
  await createPolicy(api, namespace, 'b', { selector: { matchLabels: { app: 'b' } } })
  await expect.poll(() => conditionsOf(api, namespace, 'b')).toBe(DONE)
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toBe(DONE)
  await operator.idle()
  await aWhile()
  const before = writesOf(proxy).length
  await api.merge(policyPath(namespace, 'a'), { spec: { compression: { mode: 'Audit' } } })
  await expect
    .poll(async () => (await bundleOf(api, namespace))?.data[`${namespace}.a.json`])
    .toContain('"mode":"Audit"')
  await aWhile()
  await operator.idle()
  expect(writesOf(proxy).slice(before)).toEqual([
    `PATCH /api/v1/namespaces/${namespace}/configmaps/m2m-bundle`,
    `PATCH ${policyPath(namespace, 'a')}/status`,
  ])
  const after = writesOf(proxy).length
  await api.merge(policyPath(namespace, 'a'), { metadata: { labels: { seen: 'yes' } } })
  await aWhile()
  expect(writesOf(proxy)).toHaveLength(after)
})

test('a policy that is edited 200 times in a row is written far less often, and the last edit holds', async ({
  cluster,
  namespace,
  operator,
  proxy,
}) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'a', {})
  for (let minTokens = 1; minTokens <= 200; minTokens++) {
    await api.merge(policyPath(namespace, 'a'), { spec: { compression: { minTokens } } })
  }
  await expect
    .poll(async () => (await bundleOf(api, namespace))?.data[`${namespace}.a.json`])
    .toContain('"minTokens":200')
  await operator.idle()
  const bundles = writesOf(proxy).filter((write) => write.includes('/configmaps/'))
  printMeasured(
    `200 edits: ${bundles.length} writes of the bundle, ${writesOf(proxy).length - bundles.length} of the status`,
  )
  expect(bundles.length).toBeLessThanOrEqual(201)
})

test('an operator that starts anew, again and again, writes nothing', async ({ cluster, home, namespace }) => {
  const { api } = cluster
  const first = await operatorIn(cluster, home)
  await createPolicy(api, namespace, 'all', {})
  await createPolicy(api, namespace, 'twin', {})
  await api.create(policyPath(namespace), {
    apiVersion: 'm2m.io/v1alpha1',
    kind: 'M2MPolicy',
    metadata: { name: 'wide' },
    spec: { namespaceSelector: { matchLabels: { a: 'b' } } },
  })
  await api.create(`/api/v1/namespaces/${namespace}/pods`, injectedPod('one'))
  await expect.poll(() => conditionsOf(api, namespace, 'twin')).toMatch(/Overridden=True/)
  await expect.poll(() => conditionsOf(api, namespace, 'wide')).toMatch(/Accepted=False/)
  await expect
    .poll(async () => (await api.get<{ status: { pods: object } }>(policyPath(namespace, 'all'))).status.pods)
    .toMatchObject({ matched: 1 })
  await aWhile()
  await first.close()
  const proxy = await startRecordingProxy(cluster)
  for (let round = 0; round < 3; round++) {
    const next = await operatorIn(cluster, home, { kubeconfigOptions: { url: proxy.url } })
    await expect.poll(() => next.lines.some(({ msg }) => msg === 'in step with the cluster')).toBe(true)
    await aWhile()
    await next.idle()
    await next.close()
  }
  expect(await programmedIn(api, namespace)).toEqual([`${namespace}.all`, `${namespace}.twin`])
  expect(writesOf(proxy)).toEqual([])
  await proxy.close()
})
