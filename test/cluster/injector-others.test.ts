/** Another webhook changes pods after the injector, as ones that were built on old types do. */

import { expect } from 'vitest'
import type { Answer, Json } from '../support/kube/admin-api.ts'
import { ASKS, appPod, initContainersOf } from '../support/kube/injector.ts'
import { test as base } from '../support/kube/injector-test.ts'
import { allowed, installLater, type RogueWebhook, startRogueWebhook } from '../support/kube/rogue-webhook.ts'

interface Container {
  readonly name: string
  readonly restartPolicy?: string
}

type Change = (pod: Json) => readonly object[]

interface Fixtures {
  /** Asked after the injector, about each pod of the namespace. */
  later: (change: Change, reinvocationPolicy?: 'Never' | 'IfNeeded') => Promise<RogueWebhook>
  make: (name: string) => Promise<Answer>
}

const test = base.extend<Fixtures>({
  later: async ({ cluster: { api, authority }, namespace }, use) => {
    const rogues: RogueWebhook[] = []
    const removes: (() => Promise<void>)[] = []
    await use(async (change, reinvocationPolicy = 'Never') => {
      const rogue = await startRogueWebhook(authority, ({ uid, object }) => allowed(uid, change(object)))
      rogues.push(rogue)
      removes.push(await installLater(api, namespace, { port: rogue.port, authority, reinvocationPolicy }))
      return rogue
    })
    for (const remove of removes) await remove()
    for (const rogue of rogues) await rogue.close()
  },
  make: async ({ cluster: { api }, namespace }, use) => {
    await use((name) => api.call('POST', `/api/v1/namespaces/${namespace}/pods`, { body: appPod({ name, ...ASKS }) }))
  },
})

function sidecarIndex(pod: Json): number {
  const { initContainers = [] } = pod['spec'] as { initContainers?: readonly Container[] }
  return initContainers.findIndex(({ name, restartPolicy }) => name === 'm2m-proxy' && restartPolicy !== undefined)
}

/** Takes a member of the sidecar, or all of it, wherever it stands. */
function taking(member: string): Change {
  return (pod) => {
    const index = sidecarIndex(pod)
    return index < 0 ? [] : [{ op: 'remove', path: `/spec/initContainers/${index}${member}` }]
  }
}

const stripsRestartPolicy = taking('/restartPolicy')
const stripsSidecar = taking('')

test('23: a second webhook strips restartPolicy after us: we are asked again, and restore it', async ({
  injector,
  later,
  make,
}) => {
  const rogue = await later(stripsRestartPolicy)
  await expect.poll(() => make('try').then(() => rogue.asked)).toBeGreaterThan(0)
  const { status, body } = await make('a')
  expect([status, initContainersOf(body)]).toEqual([201, ['m2m-proxy Always']])
  expect(body).toMatchObject({ spec: { initContainers: [{ startupProbe: expect.anything() }] } })
  expect(await injector.metrics()).not.toMatch(/result="failed"/)
})

test('23: one that takes the whole sidecar away: it comes back', async ({ injector: _, later, make }) => {
  const rogue = await later(stripsSidecar)
  await expect.poll(() => make('try').then(() => rogue.asked)).toBeGreaterThan(0)
  const { status, body } = await make('a')
  expect([status, initContainersOf(body)]).toEqual([201, ['m2m-proxy Always']])
})

test('23: one that takes it away again: the guard refuses the pod, and says what is wrong', async ({
  injector: _,
  later,
  make,
}) => {
  const rogue = await later(stripsSidecar, 'IfNeeded')
  await expect.poll(() => make('try').then(() => rogue.asked)).toBeGreaterThan(0)
  // A guard is in force a moment after it was made.
  let made = 0
  await expect.poll(async () => (await make(`a-${made++}`)).status, { timeout: 30_000 }).toBe(403)
  const { body } = await make('b')
  expect(body['message']).toContain('this pod has no M2M sidecar')
})

test('23: one that strips restartPolicy again: no pod is made whose sidecar would block its start', async ({
  injector: _,
  later,
  make,
}) => {
  const rogue = await later(stripsRestartPolicy, 'IfNeeded')
  await expect.poll(() => make('try').then(() => rogue.asked)).toBeGreaterThan(0)
  const { status, body } = await make('a')
  expect([status, body['message']]).toEqual([422, expect.stringContaining('restartPolicy=Always')])
})

test('23: one that changes something else changes nothing of the sidecar', async ({ injector, later, make }) => {
  const rogue = await later((pod) => {
    const { labels = {} } = pod['metadata'] as { labels?: Record<string, string> }
    return labels['later'] === undefined ? [{ op: 'add', path: '/metadata/labels/later', value: 'true' }] : []
  })
  await expect.poll(() => make('try').then(() => rogue.asked)).toBeGreaterThan(0)
  const { body } = await make('a')
  expect(initContainersOf(body)).toEqual(['m2m-proxy Always'])
  expect(await injector.metrics()).toMatch(/m2m_injector_reviews_total\{result="unchanged".*\} [1-9]/)
})
