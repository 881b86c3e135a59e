/** What an API server keeps of an M2MPolicy: what was written, and nothing that the definition does not know. */

import { describe, expect } from 'vitest'
import { DEFAULT_EXCLUDED_TOOLS } from '../../src/core/policy/excluded-tools.ts'
import { type Definition, installPolicyDefinition, shippedDefinition } from '../support/kube/policy-definition.ts'
import { errorsOf, policy, test } from '../support/kube/policy-test.ts'
import { productErrors } from '../support/product-errors.ts'

const KEY = 'sk-proj-0123456789abcdef'
const WITH_KEY = { providers: [{ name: 'openai', apiKey: KEY }] }
const UNKNOWN = 'unknown field "spec.providers[0].apiKey"'

interface Stored {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>>; readonly generation: number }
  readonly spec: object
}

describe('5: a literal key', () => {
  test('is refused by a strict apply', async ({ cluster, policies, namespace }) => {
    const path = policies.path.replace('default', namespace)
    const body = policy({ metadata: { name: 'p' }, spec: WITH_KEY })
    const answer = await cluster.api.call('POST', `${path}?fieldValidation=Strict`, { body })
    expect([answer.status, errorsOf(answer)]).toEqual([400, `strict decoding error: ${UNKNOWN}`])
    expect(errorsOf(answer)).not.toContain(KEY)
  })

  test('is refused by a server-side apply, however it is validated', async ({ cluster, policies, namespace }) => {
    const path = `${policies.path.replace('default', namespace)}/p?fieldManager=me&fieldValidation=Ignore`
    const body = policy({ metadata: { name: 'p' }, spec: WITH_KEY })
    const answer = await cluster.api.call('PATCH', path, { body, contentType: 'application/apply-patch+yaml' })
    expect(answer.status).toBe(500)
    expect(answer.body['message']).toMatch(/: \.spec\.providers\[0\]\.apiKey: field not declared in schema$/)
  })

  test('is dropped otherwise, with a warning, and stays in the annotation of a client-side apply', async ({
    cluster,
    policies,
    namespace,
  }) => {
    const path = policies.path.replace('default', namespace)
    const lastApplied = JSON.stringify(policy({ metadata: { name: 'p' }, spec: WITH_KEY }))
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': lastApplied }
    const body = policy({ metadata: { name: 'p', annotations }, spec: WITH_KEY })
    const { status, warnings } = await cluster.api.call('POST', path, { body })
    expect([status, warnings.join()]).toEqual([201, expect.stringContaining(UNKNOWN.replaceAll('"', '\\"'))])
    const stored = await cluster.api.get<Stored>(`${path}/p`)
    expect(JSON.stringify(stored.spec)).not.toContain(KEY)
    expect(JSON.stringify(stored.metadata.annotations)).toContain(KEY)
  })

  test('has no place in a field without a type', async ({ policies }) => {
    const spec = { providers: [{ name: 'openai', addresses: { apiKey: KEY } }] }
    expect(await policies.judge({ spec })).not.toBe('')
  })
})

test('no default is stored that a later version could change', async ({ cluster, policies, namespace }) => {
  const path = policies.path.replace('default', namespace)
  const spec = {
    compression: { mode: 'Audit', excludeTools: [...DEFAULT_EXCLUDED_TOOLS] },
    limits: { maxBodyBytes: 2048 },
    providers: [{ name: 'openai', credentials: {}, timeouts: {} }],
    sidecar: { resources: {} },
    rollout: {},
    telemetry: {},
    cache: {},
  }
  await cluster.api.create(path, policy({ metadata: { name: 'p' }, spec }))
  const stored = await cluster.api.get<Stored>(`${path}/p`)
  expect(stored.spec).toEqual({ ...spec, scope: 'Default', priority: 0 })
  expect(productErrors({ spec: stored.spec })).toEqual([])
})

test('a list of providers has one owner: its order is the one that was written', async ({
  cluster,
  policies,
  namespace,
}) => {
  const path = `${policies.path.replace('default', namespace)}/p`
  const apply = (manager: string, ...names: string[]) => {
    const spec = { providers: names.map((name) => ({ name })) }
    const body = policy({ metadata: { name: 'p' }, spec })
    return cluster.api.call('PATCH', `${path}?fieldManager=${manager}`, {
      body,
      contentType: 'application/apply-patch+yaml',
    })
  }
  expect((await apply('a', 'openai', 'groq')).status).toBe(201)
  expect((await apply('b', 'anthropic')).status).toBe(409)
  expect((await apply('a', 'groq', 'openai')).status).toBe(200)
  const { spec } = await cluster.api.get<Stored>(path)
  expect(spec).toMatchObject({ providers: [{ name: 'groq' }, { name: 'openai' }] })
})

test('a status is kept apart from its spec, and its lists are merged by key', async ({
  cluster,
  policies,
  namespace,
}) => {
  const path = `${policies.path.replace('default', namespace)}/p`
  await cluster.api.create(policies.path.replace('default', namespace), policy({ metadata: { name: 'p' }, spec: {} }))
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: type,
    message: '',
    lastTransitionTime: '2026-11-30T12:00:00Z',
    observedGeneration: 1,
  })
  const status = {
    observedGeneration: 1,
    configHash: 'a'.repeat(64),
    bundle: { configMap: 'm2m-bundle', bytes: 2048 },
    pods: { matched: 3, stale: 1, overridden: 0 },
    conflicts: [{ policy: 'team/other', outcome: 'Wins', rule: 'Age' }],
    conditions: ['Accepted', 'Programmed', 'Overridden', 'RestartRequired'].map(condition),
  }
  const answer = await cluster.api.call('PATCH', `${path}/status?fieldManager=m2m-operator&fieldValidation=Strict`, {
    body: policy({ metadata: { name: 'p' }, status }),
    contentType: 'application/apply-patch+yaml',
  })
  expect([answer.status, errorsOf(answer)]).toEqual([200, ''])
  const stored = await cluster.api.get<Stored & { status: object }>(path)
  expect([stored.status, stored.metadata.generation]).toEqual([status, 1])
})

/** The definition as it may have been: the same fields, without rules, patterns and bounds. */
function olderDefinition(): Definition {
  const dropped = new Set(['x-kubernetes-validations', 'pattern', 'maximum', 'minProperties', 'minItems'])
  const loosened = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node
    if (Array.isArray(node)) return node.map(loosened)
    const kept = Object.entries(node).filter(
      ([key, value]) => !dropped.has(key) || (typeof value === 'object' && key !== 'x-kubernetes-validations'),
    )
    return Object.fromEntries(kept.map(([key, value]) => [key, loosened(value)]))
  }
  return loosened(shippedDefinition()) as Definition
}

describe('an object that was stored under an older definition', () => {
  const spec = {
    selector: {},
    providers: [{ name: 'vllm' }],
    compression: { holdoutPercent: 90, mode: 'Enforce' },
  }

  test('may be edited elsewhere, is not accepted anew, and is refused by the product', async ({
    cluster,
    policies,
    namespace,
  }) => {
    const path = policies.path.replace('default', namespace)
    try {
      await installPolicyDefinition(cluster.api, olderDefinition())
      const create = () => cluster.api.call('POST', path, { body: policy({ metadata: { name: 'p' }, spec }) })
      await expect.poll(async () => (await create()).status).toBeOneOf([201, 409])
    } finally {
      await installPolicyDefinition(cluster.api)
    }
    await expect.poll(() => policies.judge({ spec })).not.toBe('')
    const merge = (patch: object) =>
      cluster.api.call('PATCH', `${path}/p`, { body: patch, contentType: 'application/merge-patch+json' })
    const elsewhere = await merge({ metadata: { labels: { a: 'b' } }, spec: { failureMode: 'Closed' } })
    expect([elsewhere.status, elsewhere.warnings.join('\n')]).toEqual([200, expect.stringContaining('is empty')])
    const status = { conditions: [], observedGeneration: 1 }
    const written = await cluster.api.call('PATCH', `${path}/p/status`, {
      body: { status },
      contentType: 'application/merge-patch+json',
    })
    expect(written.status).toBe(200)
    // An edit beside the mistake, in the same object, runs its rules again.
    expect(errorsOf(await merge({ spec: { compression: { holdoutPercent: 91 } } }))).toContain('holdoutPercent')
    const stored = await cluster.api.get<Stored>(`${path}/p`)
    expect(productErrors({ spec: stored.spec })).toEqual([
      'spec.compression.holdoutPercent: must be between 0 and 50',
      'spec.selector: is empty: leave it out to match everything',
      'spec.providers[0].baseURL: is required for a provider that is not built in',
    ])
  })
})
