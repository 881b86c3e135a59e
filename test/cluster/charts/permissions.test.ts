/** The chart's permissions against what the programs ask for in a whole life: none is missing, none is idle. */

import { expect } from 'vitest'
import { kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { renderChart } from '../../support/kube/chart.ts'
import { test } from '../../support/kube/cluster-test.ts'
import { ASKS, appPod, injectorAccount, injectorIn, installAdmission } from '../../support/kube/injector.ts'
import { createNamespace } from '../../support/kube/namespaces.ts'
import { permittedTo, refusedTo, usedBy } from '../../support/kube/permissions.ts'
import { createPolicy } from '../../support/kube/policies.ts'
import { installPolicyDefinition } from '../../support/kube/policy-definition.ts'

const HOME = 'm2m-system'
const SECRET = `/api/v1/namespaces/${HOME}/secrets/m2m-injector-ca`
const LIFE = { timeout: 90_000 }

test('the injector uses each permission of the chart, and needs no other', async ({
  ownControlPlane: cluster,
  skip,
  onTestFinished,
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
  onTestFinished(() => injector.close())
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

  await expect.poll(async () => used(), LIFE).toEqual(permittedTo('m2m-injector', objects))
  expect(refusedTo(account.name, await apiServer.audited())).toEqual([])

  async function used(): Promise<readonly string[]> {
    return usedBy(account.name, await apiServer.audited())
  }
})
