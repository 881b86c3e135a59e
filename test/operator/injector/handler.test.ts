import { type DestinationStream, pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { type Cluster, createHandler, hasPath, PATHS } from '../../../operator/injector/handler.ts'
import { createObserve } from '../../../operator/injector/observe.ts'
import type { KubeEvent } from '../../../operator/kube/index.ts'
import { heldBytes } from '../../support/held-bytes.ts'
import { askingPod, OWNER, type ReadAnswer, readAnswer, reviewOf } from './reviews.ts'

const SETTINGS = {
  image: 'm2m-sidecar:1',
  imagePullPolicy: 'IfNotPresent',
  mode: 'Native',
  resources: { requests: { cpu: '20m' }, limits: {} },
  env: {},
} as const

interface Told {
  readonly counts: string[]
  readonly events: KubeEvent[]
  readonly lines: { level: number; msg: string }[]
}

function handlerOf(changes: Partial<Cluster> = {}) {
  const told: Told = { counts: [], events: [], lines: [] }
  const destination: DestinationStream = { write: (line) => void told.lines.push(JSON.parse(line)) }
  const log = pino({ level: 'debug' }, destination)
  const observe = createObserve({
    metrics: {
      record: (name, _, ...labels) => void told.counts.push([name.replace('m2m_injector_', ''), ...labels].join(' ')),
    },
    events: { emit: (event) => void told.events.push(event) },
    log,
  })
  const cluster = {
    facts: async (name: string) => ({ name, labels: {} }),
    policyFor: () => undefined,
    knowsPolicies: true,
    ...changes,
  }
  const handle = createHandler({ settings: SETTINGS, releaseNamespace: 'm2m-system', cluster, observe, log })
  const answer = async (text: string, path: string = PATHS.pod): Promise<ReadAnswer> => {
    const { status, body } = await handle(path, text)
    expect(status).toBe(200)
    return readAnswer(body)
  }
  return { told, handle, answer }
}

const sidecarIn = ({ patch }: ReadAnswer): boolean => JSON.stringify(patch).includes('m2m-sidecar:1')

describe('a pod', () => {
  test('that asks gets its sidecar by additions alone, and its owner an Event without a name of a pod', async () => {
    const { told, answer } = handlerOf()
    const answered = await answer(reviewOf(askingPod({ ownerReferences: [OWNER] })))
    expect(answered).toMatchObject({ uid: 'u-1', allowed: true, patchType: 'JSONPatch', warnings: [] })
    expect(sidecarIn(answered)).toBe(true)
    expect(new Set(answered.patch.map(({ op }) => op))).toEqual(new Set(['add']))
    expect(told.counts).toContain('reviews injected  ReplicaSet')
    expect(told.events).toEqual([
      {
        regarding: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7f', uid: 'o-1', namespace: 'shop' },
        type: 'Normal',
        reason: 'Injected',
        action: 'Inject',
        note: expect.not.stringContaining('web-7f'),
      },
    ])
  })

  test('that asks for nothing passes without a word', async () => {
    const { told, answer } = handlerOf()
    const pod = { metadata: { name: 'quiet' }, spec: { containers: [{ name: 'app' }] } }
    expect(await answer(reviewOf(pod))).toEqual({ uid: 'u-1', allowed: true, patch: [], warnings: [] })
    expect(told.events).toEqual([])
    expect(told.counts.filter((line) => line.startsWith('reviews'))).toEqual([
      expect.stringMatching(/^reviews not-asked \w+ none$/),
    ])
  })

  test('that asks and cannot have one gets the reason as a warning, a line and an Event', async () => {
    const { told, answer } = handlerOf()
    const pod = askingPod({ ownerReferences: [OWNER] })
    const answered = await answer(reviewOf({ ...pod, spec: { ...pod.spec, hostNetwork: true } }))
    expect(answered.warnings).toEqual([expect.stringMatching(/^m2m: no sidecar: /)])
    expect(sidecarIn(answered)).toBe(false)
    expect(told.events).toEqual([expect.objectContaining({ type: 'Warning', reason: 'InjectionSkipped' })])
    expect(told.lines).toContainEqual(expect.objectContaining({ level: 30, result: 'skipped' }))
  })

  test('of a dry run leaves no Event', async () => {
    const { told, answer } = handlerOf()
    expect(sidecarIn(await answer(reviewOf(askingPod({ ownerReferences: [OWNER] }), { dryRun: true })))).toBe(true)
    expect(told.events).toEqual([])
  })

  test('gets no sidecar twice: the second review changes and tells nothing', async () => {
    const { told, answer } = handlerOf()
    const pod = askingPod({ ownerReferences: [OWNER] })
    const { patch } = await answer(reviewOf(pod))
    const again = await answer(reviewOf(patched(pod, patch)))
    expect(again.patch).toEqual([])
    expect(told.counts).toContain('reviews unchanged  ReplicaSet')
    expect(told.events).toHaveLength(1)
  })

  test.each([
    ['UPDATE', { operation: 'UPDATE' }],
    ['a subresource', { subResource: 'ephemeralcontainers' }],
    ['another resource', { resource: { group: 'apps', version: 'v1', resource: 'deployments' } }],
  ])('is left alone on %s', async (_title, request) => {
    const { answer } = handlerOf()
    expect(await answer(reviewOf(askingPod(), request))).toEqual({ uid: 'u-1', allowed: true, patch: [], warnings: [] })
  })

  test.each([
    ['no object', undefined],
    ['an object without spec', { metadata: { annotations: { 'm2m.io/inject': 'true' } } }],
    ['containers that are a text', { ...askingPod(), spec: { containers: 'x' } }],
    ['containers that are numbers', { ...askingPod(), spec: { containers: [1, null] } }],
    ['labels that are a list', { ...askingPod({ labels: [1] }) }],
    ['variables that are a text', { ...askingPod(), spec: { containers: [{ name: 'a', env: 'x' }] } }],
    ['a member __proto__', JSON.parse('{"__proto__":{"spec":1},"metadata":{"__proto__":{"annotations":1}}}')],
  ])('with %s is let through', async (_title, object) => {
    const { answer } = handlerOf()
    expect(await answer(reviewOf(object))).toMatchObject({ uid: 'u-1', allowed: true })
  })

  test('that is nested a hundred thousand times is let through', async () => {
    const { answer } = handlerOf()
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const text = reviewOf({ ...askingPod(), spec: { containers: [{ name: 'app', x: 'DEEP' }], y: 'DEEP' } })
    expect(await answer(text.replaceAll('"DEEP"', deep))).toMatchObject({ uid: 'u-1', allowed: true })
  })

  test('at which the injector fails is let through, with a word', async () => {
    const { told, answer } = handlerOf({
      policyFor: () => {
        throw new Error('broken')
      },
    })
    const answered = await answer(reviewOf(askingPod({ ownerReferences: [OWNER] })))
    expect(answered).toMatchObject({ allowed: true, patch: [] })
    expect(answered.warnings).toEqual([expect.stringMatching(/no sidecar: the injector failed \(broken\)/)])
    expect(told.counts).toContain('reviews failed InjectorFault ReplicaSet')
    expect(told.lines).toContainEqual(expect.objectContaining({ level: 50 }))
    expect(told.events).toMatchObject([{ reason: 'InjectionSkipped' }])
  })
})

describe('a namespace', () => {
  const silent = { metadata: { name: 'silent' }, spec: { containers: [{ name: 'app', image: 'a' }] } }

  test.each([
    ['that the watch has not told of', async () => undefined],
    ['whose label the watch has not told of', async (name: string) => ({ name, labels: { a: 'b' } })],
  ])('%s asks, where the API server has seen its label', async (_title, facts) => {
    const { answer } = handlerOf({ facts })
    expect(sidecarIn(await answer(reviewOf(silent), PATHS.namespace))).toBe(true)
    expect(sidecarIn(await answer(reviewOf(silent), PATHS.pod))).toBe(false)
  })

  test('that asks does not ask for a pod that refuses', async () => {
    const { answer } = handlerOf()
    const pod = { ...silent, metadata: { annotations: { 'm2m.io/inject': 'false' } } }
    expect((await answer(reviewOf(pod), PATHS.namespace)).patch).toEqual([])
  })

  test('that nobody has told of yet keeps the text of a review, and nothing that was read', async () => {
    const known = Promise.withResolvers<undefined>()
    const { answer } = handlerOf({ facts: () => known.promise })
    const objects = Array.from({ length: 100_000 }, () => ({}))
    const text = reviewOf({ ...silent, spec: { ...silent.spec, objects } })
    const before = heldBytes()
    const answers = Array.from({ length: 5 }, () => answer(text, PATHS.namespace))
    // Read, they are 30 MB.
    expect(heldBytes() - before).toBeLessThan(5_000_000)
    known.resolve(undefined)
    expect((await Promise.all(answers)).every(sidecarIn)).toBe(true)
  })

  test('is that of the request, whatever the pod says', async () => {
    const asked: string[] = []
    const { answer } = handlerOf({
      facts: async (name) => {
        asked.push(name)
        return { name, labels: {} }
      },
    })
    await answer(reviewOf(askingPod({ namespace: 'other' })))
    expect(asked).toEqual(['shop'])
  })
})

test('a pod that is made before the policies are read is told so', async () => {
  const { told, answer } = handlerOf({ knowsPolicies: false })
  const answered = await answer(reviewOf(askingPod({ ownerReferences: [OWNER] })))
  expect(sidecarIn(answered)).toBe(true)
  expect(answered.warnings).toEqual([expect.stringContaining('has not read the policies yet')])
  expect(told.counts).toContain('notes PoliciesUnknown')
})

test('what is no review is refused, and counted by its cause', async () => {
  const { told, handle } = handlerOf()
  expect(await handle(PATHS.pod, 'x')).toEqual({ status: 400, body: '{"message":"m2m: the body is no JSON object"}' })
  expect(told.counts).toEqual(['refused_requests json'])
})

test('a flood of what anybody in the cluster may send is counted, and told in few lines', async () => {
  const { told, handle, answer } = handlerOf()
  const skipped = reviewOf({ ...askingPod(), spec: { hostNetwork: true, containers: [{ name: 'a' }] } })
  for (let i = 0; i < 1_000; i++) {
    await handle(PATHS.pod, 'x')
    await answer(skipped)
  }
  expect(told.counts.filter((count) => count === 'refused_requests json')).toHaveLength(1_000)
  const lines = told.lines.filter(({ level }) => level > 20)
  expect(lines.length).toBeGreaterThanOrEqual(100)
  // Five more of each for every second that this takes.
  expect(lines.length).toBeLessThan(500)
})

test('a text of millions of values is not read', async () => {
  const { told, handle } = handlerOf()
  for (const value of ['[]', '{}', '1']) {
    const { status } = await handle(PATHS.pod, reviewOf({ x: 'X' }).replace('"X"', `[${`${value},`.repeat(600_000)}1]`))
    expect(status).toBe(400)
  }
  expect((await handle(PATHS.pod, '['.repeat(8_000_000))).status).toBe(400)
  expect(told.counts).toEqual(Array.from({ length: 4 }, () => 'refused_requests too-large'))
})

test('there are two paths', () => {
  expect(['/inject', '/inject/namespace', '/inject/', '/'].map(hasPath)).toEqual([true, true, false, false])
})

/** Additions to objects and to lists, as RFC 6902 has them. */
function patched(pod: object, patch: ReadAnswer['patch']): object {
  const copy = structuredClone(pod) as Record<string, unknown>
  for (const { path, value } of patch) {
    const parts = path
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = parts.pop() ?? ''
    const parent = parts.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, copy)
    if (Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, structuredClone(value))
    else parent[last] = structuredClone(value)
  }
  return copy
}
