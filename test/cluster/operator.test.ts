/** From M2MPolicy objects to ConfigMaps and status, on a real API server. */

import { expect } from 'vitest'
import { test } from '../support/kube/operator-test.ts'
import { conditionsOf, createPolicy, programmedIn, statusOf } from '../support/kube/policies.ts'

test('a policy becomes a bundle and a status', async ({ cluster, operator, namespace }) => {
  await createPolicy(cluster.api, namespace, 'a', { priority: 3, compression: { mode: 'Audit' } })
  await expect.poll(() => programmedIn(cluster.api, namespace)).toEqual([`${namespace}.a`])
  await expect
    .poll(() => conditionsOf(cluster.api, namespace, 'a'))
    .toBe('Accepted=True/Accepted Programmed=True/Programmed')
  expect(await statusOf(cluster.api, namespace, 'a')).toMatchObject({
    observedGeneration: 1,
    configHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    bundle: { configMap: 'm2m-bundle' },
    pods: { matched: 0, stale: 0, overridden: 0 },
  })
  await operator.idle()
  expect(await operator.metrics()).toContain('m2m_operator_writes_total{kind="bundle",verb="apply"} 1\n')
})
