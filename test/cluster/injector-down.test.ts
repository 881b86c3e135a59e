/** No injector answers, or something else does in its place: what becomes of pods, under both failure policies. */

import { expect } from 'vitest'
import type { AdminApi, Answer } from '../support/kube/admin-api.ts'
import { ASKS, appPod, initContainersOf } from '../support/kube/injector.ts'
import { test } from '../support/kube/injector-test.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { printSeconds } from '../support/kube/print-measured.ts'
import { allowed, type RogueAnswer, startRogueWebhook } from '../support/kube/rogue-webhook.ts'

const GUARDED = 'injector.withoutSidecar=Deny'
const UNGUARDED = 'injector.withoutSidecar=Allow'
const FAIL = 'injector.failurePolicy=Fail'

/** A guard is in force a moment after it was made. */
const SOON = { timeout: 30_000, interval: 100 }

let pods = 0

function make(api: AdminApi, namespace: string, metadata: object = ASKS, spec: object = {}): Promise<Answer> {
  const name = `pod-${pods++}`
  return api.call('POST', `/api/v1/namespaces/${namespace}/pods`, { body: appPod({ name, ...metadata }, spec) })
}

/** Without leaving a pod: until the configuration has reached the API server's own watch. */
function tried(api: AdminApi, namespace: string): Promise<Answer> {
  return api.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, { body: appPod({ name: 'try', ...ASKS }) })
}

test('20: webhook down, Ignore: the pod goes without; with the guard it is refused in our words', async ({
  cluster: { api },
  home,
  namespace,
  admit,
}) => {
  const unguarded = await admit({ values: [UNGUARDED] })
  const { status, body } = await make(api, namespace)
  expect([status, initContainersOf(body)]).toEqual([201, []])
  await unguarded.remove()

  await admit({ values: [GUARDED] })
  await expect.poll(async () => (await tried(api, namespace)).status, SOON).toBe(403)
  const began = performance.now()
  const refused = await make(api, namespace)
  printSeconds('20: a refusal by the guard', began)
  expect(refused.status).toBe(403)
  expect(refused.body['message']).toContain('this pod has no M2M sidecar, although it asks for one')
  expect(refused.body['message']).toContain(`kubectl get pods -n ${home}`)

  expect((await make(api, namespace, {})).status).toBe(201)
  expect((await make(api, namespace, { labels: { 'm2m.io/inject': 'false' }, ...ASKS })).status).toBe(201)
  expect((await make(api, namespace, { annotations: { 'm2m.io/inject': 'yes' } })).status).toBe(201)
  expect((await make(api, namespace, ASKS, { hostNetwork: true })).status).toBe(201)
  // What a template brought along proves nothing.
  const claims = { annotations: { 'm2m.io/inject': 'true', 'm2m.io/status': 'injected' } }
  expect((await make(api, namespace, claims)).status).toBe(403)
})

test('20: the guard knows what the namespace asks for', async ({ cluster: { api }, home, admit }) => {
  const name = `${home}-asks`
  await createNamespace(api, name, { 'm2m.io/inject': 'true' })
  await admit({ values: [GUARDED] })
  await expect.poll(async () => (await tried(api, name)).status, SOON).toBe(403)
  const refused = await make(api, name, {})
  expect([refused.status, refused.body['message']]).toEqual([
    403,
    expect.stringContaining('although the namespace asks for one'),
  ])
  expect((await make(api, name, { annotations: { 'm2m.io/inject': 'false' } })).status).toBe(201)
  await removeNamespace(api, name)
})

test('21: webhook down, Fail: pods that ask are refused, all others and kube-system are not', async ({
  cluster: { api },
  home,
  namespace,
  admit,
}) => {
  await admit({ values: [FAIL, UNGUARDED] })
  await expect.poll(async () => (await tried(api, namespace)).status, SOON).toBe(500)
  const began = performance.now()
  const refused = await make(api, namespace)
  printSeconds('21: a refusal under Fail, with nobody at the port', began)
  expect([refused.status, refused.body['message']]).toEqual([
    500,
    expect.stringContaining('failed calling webhook "pod.injector.m2m.io"'),
  ])
  expect((await make(api, namespace, {})).status).toBe(201)
  expect((await make(api, namespace, { annotations: { 'm2m.io/inject': 'false' } })).status).toBe(201)
  for (const excluded of ['kube-system', home]) {
    await api.call('POST', `/api/v1/namespaces/${excluded}/serviceaccounts`, {
      body: { metadata: { name: 'default' } },
    })
    expect((await tried(api, excluded)).status, excluded).toBe(201)
  }
})

type Reply = (uid: string) => RogueAnswer | undefined

/** As the injector says it. */
const BUSY: RogueAnswer = { status: 429, body: '{}', headers: { 'retry-after': '1' } }

const CASES: readonly (readonly [string, Reply])[] = [
  ['slow', () => undefined],
  ['garbage', () => ({ body: '<html>' })],
  ['500', () => ({ status: 500, body: '{}' })],
  ['an answer for another uid', () => allowed('someone-else')],
  ['an answer without a response', () => ({ body: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}' })],
  [
    'a patch that is no list',
    (uid) => ({ body: allowed(uid, [{}]).body.replace(/"patch":"[^"]*"/, '"patch":"e30="') }),
  ],
]

for (const [title, reply] of CASES) {
  test(`22: in the webhook's place is something ${title}: the failure policy decides`, async ({
    cluster: { api, authority },
    namespace,
    admit,
    onTestFinished,
  }) => {
    const rogue = await startRogueWebhook(authority, ({ uid }) => reply(uid))
    onTestFinished(() => rogue.close())
    const place = { port: rogue.port, caBundle: authority.cert }
    const quick = 'injector.timeoutSeconds=1'
    const ignoring = await admit({ ...place, values: [quick, UNGUARDED] })
    await expect.poll(() => tried(api, namespace).then(() => rogue.asked), SOON).toBeGreaterThan(0)
    const { status, body } = await make(api, namespace)
    expect([status, initContainersOf(body)]).toEqual([201, []])
    await ignoring.remove()

    const guarded = await admit({ ...place, values: [quick, GUARDED] })
    await expect.poll(async () => (await tried(api, namespace)).status, SOON).toBe(403)
    await guarded.remove()

    await admit({ ...place, values: [quick, FAIL, UNGUARDED] })
    await expect.poll(async () => (await tried(api, namespace)).status, SOON).toBe(500)
    expect((await make(api, namespace, {})).status).toBe(201)
  })
}

test('22: one that has too much to do asks the API server to come again, and the pod is made', async ({
  cluster: { api, authority },
  namespace,
  admit,
  onTestFinished,
}) => {
  const rogue = await startRogueWebhook(authority, ({ uid }) => (rogue.asked % 2 === 1 ? BUSY : allowed(uid)))
  onTestFinished(() => rogue.close())
  await admit({ port: rogue.port, caBundle: authority.cert, values: [FAIL, UNGUARDED] })
  await expect.poll(() => tried(api, namespace).then(() => rogue.asked), SOON).toBeGreaterThan(0)
  const before = rogue.asked
  expect((await make(api, namespace)).status).toBe(201)
  expect(rogue.asked - before).toBe(2)
})
