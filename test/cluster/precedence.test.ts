/** Which policy wins in a cluster, and what its rivals are told. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
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

const APP = { matchLabels: { app: 'api' } }
const RED = { matchLabels: { team: 'red' } }
const BOTH = 'Accepted=True/Accepted Programmed=True/Programmed'

/** Objects of one second are of the same age, and then the name decides. */
async function nextSecond(): Promise<void> {
  await sleep(1050)
}

test('7: of two policies for the same pods the older wins; without it the other one takes over, and no pod is touched', async ({
  cluster,
  namespace,
  operator,
  proxy,
}) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'z-older', { selector: APP })
  await nextSecond()
  await createPolicy(api, namespace, 'a-newer', { selector: APP, compression: { mode: 'Audit' } })
  await api.create(`/api/v1/namespaces/${namespace}/pods`, injectedPod('one', { app: 'api' }))
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.z-older`, `${namespace}.a-newer`])
  await expect.poll(() => conditionsOf(api, namespace, 'a-newer')).toBe(`${BOTH} Overridden=True/Overridden`)
  await expect
    .poll(() => statusOf(api, namespace, 'a-newer'))
    .toMatchObject({
      conflicts: [{ policy: `${namespace}/z-older`, outcome: 'Loses', rule: 'Age' }],
      pods: { matched: 0, overridden: 1 },
    })
  await expect
    .poll(() => statusOf(api, namespace, 'z-older'))
    .toMatchObject({
      conflicts: [{ policy: `${namespace}/a-newer`, outcome: 'Wins', rule: 'Age' }],
      pods: { matched: 1, overridden: 0 },
    })
  expect(await conditionsOf(api, namespace, 'z-older')).toBe(BOTH)

  const deletedAt = performance.now()
  await api.delete(policyPath(namespace, 'z-older'))
  await expect.poll(() => programmedIn(api, namespace), { interval: 5 }).toEqual([`${namespace}.a-newer`])
  printSeconds('7: the loser is programmed after the winner was deleted', deletedAt)
  await expect.poll(() => conditionsOf(api, namespace, 'a-newer')).toBe(`${BOTH} Overridden=False/Effective`)
  await expect.poll(() => statusOf(api, namespace, 'a-newer')).toMatchObject({ pods: { matched: 1, overridden: 0 } })
  expect((await statusOf(api, namespace, 'a-newer')).conflicts).toBeUndefined()
  await operator.idle()
  expect(writesOf(proxy).filter((write) => write.includes('/pods'))).toEqual([])
})

test('8: an override wins over the policy of a namespace and that of a selector; suspended, the selector wins', async ({
  cluster,
  home,
  namespace,
  operator,
}) => {
  const { api } = cluster
  await api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { team: 'red' } } })
  await createPolicy(api, namespace, 'all', {})
  await createPolicy(api, namespace, 'some', { selector: APP })
  await createPolicy(api, home, 'fleet', { scope: 'Override', namespaceSelector: RED, compression: { mode: 'Audit' } })
  await api.create(`/api/v1/namespaces/${namespace}/pods`, injectedPod('one', { app: 'api' }))
  await expect
    .poll(() => programmedIn(api, namespace))
    .toEqual([`${home}.fleet`, `${namespace}.some`, `${namespace}.all`])
  for (const name of ['all', 'some']) {
    await expect.poll(() => conditionsOf(api, namespace, name)).toBe(`${BOTH} Overridden=True/Overridden`)
    const conflict = { policy: `${home}/fleet`, outcome: 'Loses', rule: 'Override' }
    expect((await statusOf(api, namespace, name)).conflicts).toContainEqual(conflict)
  }
  await expect.poll(() => statusOf(api, home, 'fleet')).toMatchObject({ pods: { matched: 1 } })

  await api.merge(policyPath(home, 'fleet'), { spec: { suspend: true } })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.some`, `${namespace}.all`])
  await expect.poll(() => conditionsOf(api, namespace, 'some')).toBe(`${BOTH} Overridden=False/Effective`)
  await expect.poll(() => statusOf(api, namespace, 'some')).toMatchObject({ pods: { matched: 1 } })
  await expect.poll(() => conditionsOf(api, namespace, 'all')).toBe(`${BOTH} Overridden=True/PartlyOverridden`)
  await expect.poll(() => conditionsOf(api, home, 'fleet')).toBe('Accepted=True/Accepted Programmed=False/Suspended')
  await operator.idle()
})

test('an override with mode Disabled switches the whole fleet off, and on again when it is deleted', async ({
  cluster,
  home,
  namespace,
  operator,
}) => {
  const { api } = cluster
  const other = `${namespace}-b`
  await createNamespace(api, other)
  for (const name of [namespace, other]) await createPolicy(api, name, 'own', { compression: { profile: 'Balanced' } })
  for (const name of [namespace, other]) await expect.poll(() => programmedIn(api, name)).toEqual([`${name}.own`])
  const before = await bundlesOf(api, [namespace, other])
  const everywhere = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' as const }] }
  await createPolicy(api, home, 'off', {
    scope: 'Override',
    namespaceSelector: everywhere,
    compression: { mode: 'Disabled' },
    cache: { mode: 'Disabled' },
  })
  for (const name of [namespace, other]) {
    await expect.poll(() => programmedIn(api, name)).toEqual([`${home}.off`, `${name}.own`])
    await expect.poll(() => conditionsOf(api, name, 'own')).toBe(`${BOTH} Overridden=True/Overridden`)
  }
  await expect.poll(() => conditionsOf(api, home, 'off')).toBe(BOTH)
  await api.delete(policyPath(home, 'off'))
  await expect.poll(() => bundlesOf(api, [namespace, other])).toEqual(before)
  await operator.idle()
  await removeNamespace(api, other)
})

async function bundlesOf(api: AdminApi, namespaces: readonly string[]): Promise<unknown[]> {
  return Promise.all(namespaces.map(async (name) => (await bundleOf(api, name))?.data))
}
