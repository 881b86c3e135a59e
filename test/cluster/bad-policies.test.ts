/** Policies that cannot be obeyed, and those with a key: what is told, and what stays. */

import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { parse } from 'yaml'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { test } from '../support/kube/operator-test.ts'
import {
  bundleOf,
  conditionsOf,
  createPolicy,
  eventsIn,
  policyObject,
  policyPath,
  programmedIn,
  statusOf,
} from '../support/kube/policies.ts'

// In two halves, so that no scanner of repositories takes it for a key.
const KEY = `sk-${'proj'}-Ab3dE6gH9jK2mN5pQ8sTuV4w`
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** All that the operator has said about a namespace. */
async function told(api: AdminApi, namespace: string): Promise<string> {
  const { items } = await api.get<{ items: { status?: unknown }[] }>(policyPath(namespace))
  const statuses = items.map(({ status }) => status)
  return JSON.stringify([statuses, await eventsIn(api, namespace), (await bundleOf(api, namespace))?.data])
}

test('5: a key that the server pruned is found in the annotation that keeps it; nobody repeats it', async ({
  cluster,
  namespace,
  operator,
}) => {
  const { api } = cluster
  const applied = policyObject('a', { providers: [{ name: 'openai', apiKey: KEY } as { name: string }] })
  const strict = await api.call('POST', `${policyPath(namespace)}?fieldValidation=Strict`, { body: applied })
  expect(strict.status).toBe(400)
  const object = {
    ...policyObject('a', { providers: [{ name: 'openai' }] }),
    metadata: { name: 'a', annotations: { [LAST_APPLIED]: JSON.stringify(applied) } },
  }
  await api.create(policyPath(namespace), object)
  await expect.poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason)).toEqual(['LiteralKey'])
  const [accepted] = (await statusOf(api, namespace, 'a')).conditions ?? []
  expect(accepted).toMatchObject({ type: 'Accepted', status: 'True' })
  expect(accepted?.message).toContain('spec.providers[0].apiKey')
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.a`])
  expect(await told(api, namespace)).not.toContain(KEY)
  expect(JSON.stringify(operator.lines)).not.toContain(KEY)

  await api.merge(policyPath(namespace, 'a'), { metadata: { annotations: { [LAST_APPLIED]: null } } })
  await expect.poll(async () => (await statusOf(api, namespace, 'a')).conditions?.[0]?.message).toBe('')
})

test('a key in a field of text keeps the policy out of every bundle', async ({ cluster, namespace, operator }) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'a', { providers: [{ name: 'mine', baseURL: `https://llm.example/${KEY}/v1` }] })
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toBe('Accepted=False/Invalid Programmed=False/NotAccepted')
  await expect.poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason)).toEqual(['LiteralKey'])
  expect(await programmedIn(api, namespace)).toEqual([])
  expect(await told(api, namespace)).not.toContain(KEY)
  expect(JSON.stringify(operator.lines)).not.toContain(KEY)
})

test('a policy that selects namespaces is refused outside the namespace of the operator', async ({
  cluster,
  home,
  namespace,
  operator,
}) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'wide', { namespaceSelector: { matchLabels: { team: 'red' } } })
  await expect
    .poll(() => conditionsOf(api, namespace, 'wide'))
    .toBe('Accepted=False/NamespaceSelectorNotAllowed Programmed=False/NotAccepted')
  expect((await statusOf(api, namespace, 'wide')).conditions?.[0]?.message).toContain(home)
  expect(await programmedIn(api, namespace)).toEqual([])
  await operator.idle()
})

test('an object that was stored under an older definition is refused with every mistake, until it is mended', async ({
  cluster,
  namespace,
  operator,
}) => {
  const { api } = cluster
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/m2mpolicies.m2m.io'
  const current = parse(await readFile('crds/m2mpolicies.yaml', 'utf8')) as { spec: { versions: Version[] } }
  const loose = structuredClone(current)
  loose.spec.versions[0]!.schema.openAPIV3Schema.properties['spec'] = {
    type: 'object',
    properties: { scope: { type: 'string' } },
    'x-kubernetes-preserve-unknown-fields': true,
  }
  await api.merge(path, { spec: loose.spec })
  const bad = { selector: {}, failureMode: 'Ajar' } as object
  await expect
    .poll(async () => (await api.call('POST', policyPath(namespace), { body: policyObject('old', bad) })).status)
    .toBe(201)
  await createPolicy(api, namespace, 'good', {})
  await api.merge(path, { spec: current.spec })
  await expect
    .poll(() => conditionsOf(api, namespace, 'old'))
    .toBe('Accepted=False/Invalid Programmed=False/NotAccepted')
  const message = (await statusOf(api, namespace, 'old')).conditions?.[0]?.message
  expect(message).toContain('spec.selector')
  expect(message).toContain('spec.failureMode: must be one of Open, Closed')
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.good`])
  await expect
    .poll(
      async () =>
        (
          await api.call('PATCH', policyPath(namespace, 'old'), {
            body: { spec: { selector: null, failureMode: null } },
            contentType: 'application/merge-patch+json',
          })
        ).status,
    )
    .toBe(200)
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.good`, `${namespace}.old`])
  await operator.idle()
})

interface Version {
  readonly schema: { readonly openAPIV3Schema: { readonly properties: Record<string, object> } }
}

test('a set of policies that is too large leaves the last good bundle but for Overrides, and says so', async ({
  cluster,
  home,
  namespace,
  operator,
}) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'a', {})
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.a`])
  const good = (await bundleOf(api, namespace))?.data
  // Over 8 KiB: sixteen providers with long addresses.
  const providers = Array.from({ length: 16 }, (_, i) => ({
    name: `p${i}`,
    baseURL: `https://llm.example/${'a/'.repeat(240)}${i}`,
  }))
  await createPolicy(api, namespace, 'huge', { providers, selector: { matchLabels: { app: 'x' } } })
  await expect
    .poll(() => conditionsOf(api, namespace, 'huge'))
    .toBe('Accepted=False/BundleTooLarge Programmed=False/Pending')
  await expect
    .poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason))
    .toEqual(['BundleTooLarge'])
  // Its entry is in the bundle that stays.
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toBe('Accepted=True/Accepted Programmed=True/Programmed')
  expect((await bundleOf(api, namespace))?.data).toEqual(good)

  // Nobody escapes the off switch by it; what was good stays behind it.
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } }
  await createPolicy(api, home, 'off', { scope: 'Override', namespaceSelector, compression: { mode: 'Disabled' } })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${home}.off`, `${namespace}.a`])
  await expect
    .poll(() => conditionsOf(api, home, 'off'))
    .toMatch(/^Accepted=True\/Accepted Programmed=True\/Programmed/)
  const off = (await bundleOf(api, namespace))?.data
  expect(off).toMatchObject({ [`${namespace}.a.json`]: good?.[`${namespace}.a.json`] })
  await api.delete(policyPath(home, 'off'))
  await expect.poll(async () => (await bundleOf(api, namespace))?.data).toEqual(good)

  // Nor may others change what stays.
  const bundle = `/api/v1/namespaces/${namespace}/configmaps/m2m-bundle`
  await api.merge(bundle, { data: { 'index.json': '{}' } })
  await expect.poll(async () => (await bundleOf(api, namespace))?.data).toEqual(good)
  await api.delete(bundle)
  await expect.poll(async () => (await bundleOf(api, namespace))?.data).toEqual(good)
  await expect.poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason)).toContain('DriftRepaired')
  await api.delete(policyPath(namespace, 'huge'))

  // About 2 MB in policies of the largest size that is taken.
  const medium = providers.slice(0, 14)
  const names = Array.from({ length: 260 }, (_, i) => `m${i}`)
  for (const name of names) {
    await createPolicy(api, namespace, name, { providers: medium, selector: { matchLabels: { app: name } } })
  }
  await expect
    .poll(() => conditionsOf(api, namespace, 'm259'))
    .toBe('Accepted=False/BundleTooLarge Programmed=False/Pending')
  expect(Object.keys((await bundleOf(api, namespace))!.data).length).toBeLessThan(150)
  await api.call('DELETE', policyPath(namespace))
  await expect.poll(() => programmedIn(api, namespace)).toBeUndefined()
  await operator.idle()
})
