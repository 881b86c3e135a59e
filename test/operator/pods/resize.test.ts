import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type KeptPod, keepPod } from '../../../operator/controller/kept.ts'
import type { KubeEvent } from '../../../operator/kube/kube-event.ts'
import { createResize, type Resize } from '../../../operator/pods/resize.ts'
import type { Resources } from '../../../src/core/inject/resources.ts'
import { type PolicySpec, wiringHash } from '../../../src/core/policy/documents.ts'
import { type KubeCall, KubeError } from '../../../src/kube/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const SMALL = { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } }

const sized = (memory: string): PolicySpec => ({ sidecar: { resources: { limits: { memory } } } })

interface Pod {
  readonly name?: string
  readonly uid?: string
  readonly resources?: Resources
  readonly wiring?: string
  readonly condition?: object
  readonly qosClass?: string
}

function pod({
  name = 'api-0',
  uid = name,
  resources = SMALL,
  wiring = wiringHash({}),
  condition,
  qosClass,
}: Pod = {}): KeptPod {
  return keepPod({
    metadata: { name, namespace: 'shop', uid, annotations: { 'm2m.io/wiring-hash': wiring } },
    spec: { initContainers: [{ name: 'm2m-proxy', resources }] },
    status: {
      phase: 'Running',
      qosClass: qosClass ?? 'Burstable',
      conditions: condition === undefined ? [] : [condition],
    },
  })
}

interface Scene {
  readonly resize: Resize
  readonly calls: readonly KubeCall[]
  readonly told: readonly KubeEvent[]
  readonly faults: readonly unknown[]
  readonly unserved: () => number
}

function scene({
  resources = ['pods', 'pods/resize'],
  fail,
}: {
  resources?: string[]
  fail?: () => Error | undefined
} = {}): Scene {
  const calls: KubeCall[] = []
  const told: KubeEvent[] = []
  const faults: unknown[] = []
  let unserved = 0
  const request = async <T>(call: KubeCall): Promise<T> => {
    calls.push(call)
    const error = fail?.()
    if (error !== undefined) throw error
    return undefined as T
  }
  const resize = createResize({
    client: { request, get: async <T>() => ({ resources: resources.map((name) => ({ name })) }) as T },
    events: { emit: (event) => void told.push(event) },
    wantedFor: ({ sidecar }) => ({
      requests: SMALL.requests,
      limits: { memory: String(sidecar?.resources?.limits?.memory ?? SMALL.limits.memory) },
    }),
    perSecond: 20,
    onFault: (error) => void faults.push(error),
    onUnserved: () => void unserved++,
  })
  resize.start()
  return { resize, calls, told, faults, unserved: () => unserved }
}

describe('running sidecars', () => {
  test('are given the size of their policy, each once, so many in a second', async () => {
    const { resize, calls } = scene()
    const pods = Array.from({ length: 40 }, (_, i) => pod({ name: `p${i}` }))
    for (const each of pods) resize.follow(each, sized('512Mi'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(calls.length).toBeLessThanOrEqual(21)
    for (const each of pods) resize.follow(each, sized('512Mi'))
    await vi.advanceTimersByTimeAsync(5000)
    expect(calls).toHaveLength(40)
    expect(calls[0]).toMatchObject({
      path: '/api/v1/namespaces/shop/pods/p0/resize',
      contentType: 'application/strategic-merge-patch+json',
      body: {
        spec: { initContainers: [{ name: 'm2m-proxy', resources: { requests: {}, limits: { memory: '512Mi' } } }] },
      },
    })
    await resize.stop()
  })

  test('get the newest size; one that was taken back is not sent', async () => {
    const { resize, calls } = scene()
    resize.follow(pod(), sized('512Mi'))
    resize.follow(pod(), sized('1Gi'))
    resize.follow(pod({ name: 'other' }), sized('512Mi'))
    resize.follow(pod({ name: 'other' }), {})
    await vi.advanceTimersByTimeAsync(1000)
    expect(calls.map(({ body }) => JSON.stringify(body))).toEqual([expect.stringContaining('1Gi')])
    await resize.stop()
  })

  test('that others resize afterwards are not fought; a new pod of the name is no other’s', async () => {
    const { resize, calls } = scene()
    resize.follow(pod(), sized('512Mi'))
    await vi.advanceTimersByTimeAsync(100)
    for (const memory of ['512Mi', '700Mi', '800Mi', '256Mi']) {
      resize.follow(pod({ resources: { ...SMALL, limits: { memory } } }), sized('512Mi'))
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(calls).toHaveLength(1)
    resize.follow(pod({ uid: 'another' }), sized('512Mi'))
    await vi.advanceTimersByTimeAsync(100)
    expect(calls).toHaveLength(2)
    await resize.stop()
  })

  test('whose class would change are told so once, and need a restart', async () => {
    const { resize, calls, told } = scene()
    const bare = pod({ resources: { requests: {}, limits: {} }, qosClass: 'BestEffort' })
    for (let i = 0; i < 3; i++) {
      resize.follow(bare, sized('512Mi'))
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(calls).toEqual([])
    expect(told).toMatchObject([{ reason: 'SidecarResizeRefused', note: expect.stringContaining('BestEffort') }])
    expect(resize.needsRestart(bare, sized('512Mi'))).toBe(true)
    await resize.stop()
  })

  test('that the API server refuses are told once, and need a restart until the policy says something else', async () => {
    const { resize, calls, told } = scene({
      fail: () => new KubeError('windows pods cannot be resized', { status: 422 }),
    })
    for (let i = 0; i < 3; i++) {
      resize.follow(pod(), sized('512Mi'))
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(calls).toHaveLength(1)
    expect(told).toMatchObject([{ note: expect.stringContaining('windows pods') }])
    expect(resize.needsRestart(pod(), sized('512Mi'))).toBe(true)
    resize.follow(pod(), {})
    expect(resize.needsRestart(pod(), {})).toBe(false)
    await resize.stop()
  })

  test('wait for a permission, and for an API server that is away', async () => {
    const errors = [new KubeError('no', { status: 403 }), new KubeError('no', { status: 500 })]
    const { resize, calls, faults } = scene({ fail: () => errors.shift() })
    resize.follow(pod(), sized('512Mi'))
    await vi.advanceTimersByTimeAsync(30_000)
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(3)
    expect(faults).toHaveLength(2)
    await resize.stop()
  })

  test('that their node has no room for are told so; only where it never will they need a restart', async () => {
    const { resize, told } = scene()
    resize.follow(pod(), sized('512Mi'))
    await vi.advanceTimersByTimeAsync(100)
    const grown = { ...SMALL, limits: { memory: '512Mi' } }
    const pending = (reason: string): KeptPod =>
      pod({ resources: grown, condition: { type: 'PodResizePending', status: 'True', reason, message: 'no room' } })
    for (const reason of ['Deferred', 'Deferred', 'Infeasible']) resize.follow(pending(reason), sized('512Mi'))
    expect(told.map(({ reason }) => reason)).toEqual(['SidecarResizeDeferred', 'SidecarResizeInfeasible'])
    expect(resize.needsRestart(pending('Deferred'), sized('512Mi'))).toBe(false)
    expect(resize.needsRestart(pending('Infeasible'), sized('512Mi'))).toBe(true)
    await resize.stop()
  })

  test('with another log level need a restart, whatever their size', async () => {
    const { resize } = scene()
    expect(resize.needsRestart(pod(), { sidecar: { logLevel: 'debug' } })).toBe(true)
    expect(resize.needsRestart(pod(), sized('512Mi'))).toBe(false)
    expect(resize.needsRestart(keepPod({ metadata: { name: 'old' } }), {})).toBeUndefined()
    await resize.stop()
  })

  test('of an older cluster are left alone, and their hash decides', async () => {
    const { resize, calls, unserved } = scene({ resources: ['pods'] })
    resize.follow(pod(), sized('512Mi'))
    await vi.advanceTimersByTimeAsync(1000)
    expect(calls).toEqual([])
    expect(unserved()).toBe(1)
    expect(resize.needsRestart(pod(), sized('512Mi'))).toBeUndefined()
    await resize.stop()
  })
})
