/** The election by a clock of its own, against a Lease in memory that is kept as the API server keeps it. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLease, type Lease, type LeaseOptions } from '../../../operator/kube/index.ts'
import { heldBy, type LeaseObject, mayTake, released, see } from '../../../operator/kube/lease-record.ts'
import { microTime } from '../../../operator/kube/micro-time.ts'
import { type KubeCall, KubeError } from '../../../src/kube/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const tick = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

/** One Lease with optimistic locking; calls fail or hang while a test says so. */
function leaseServer() {
  let stored: LeaseObject | undefined
  let version = 0
  const faults: { how?: KubeError | 'hang' } = {}
  const read = (): LeaseObject => {
    if (stored === undefined) throw new KubeError('x', { status: 404 })
    return structuredClone(stored)
  }
  const write = (method: string, next: LeaseObject): LeaseObject => {
    const isStale = method === 'POST' ? stored !== undefined : next.metadata?.resourceVersion !== `${version}`
    if (isStale) throw new KubeError('x', { status: 409 })
    version++
    stored = structuredClone({ ...next, metadata: { ...next.metadata, resourceVersion: `${version}` } })
    return structuredClone(stored)
  }
  const client = {
    async request<T>({ method, body, signal, timeoutMs }: KubeCall): Promise<T> {
      if (faults.how !== undefined) await fail(faults.how, signal, timeoutMs)
      return (method === 'GET' ? read() : write(method, body as LeaseObject)) as T
    },
  }
  return {
    client,
    faults,
    spec: () => stored?.spec,
    /** As somebody with kubectl. */
    edit: (spec: LeaseObject['spec']) => {
      version++
      stored = { metadata: { resourceVersion: `${version}` }, ...(spec === undefined ? {} : { spec }) }
    },
  }
}

async function fail(how: KubeError | 'hang', signal?: AbortSignal, timeoutMs = 10_000): Promise<void> {
  if (how !== 'hang') throw how
  await new Promise((resolve) => {
    setTimeout(resolve, timeoutMs)
    signal?.addEventListener('abort', resolve)
  })
  throw new KubeError('x', { status: 0, reason: 'Timeout' })
}

function contender(server: ReturnType<typeof leaseServer>, identity: string, options: Partial<LeaseOptions> = {}) {
  const said: string[] = []
  const lease: Lease = createLease({
    client: server.client,
    namespace: 'm2m',
    name: 'operator',
    identity,
    onStartedLeading: () => void said.push('started'),
    onStoppedLeading: () => void said.push(lease.isHeld() ? 'stopped, yet held' : 'stopped'),
    ...options,
  })
  lease.start()
  return { lease, said }
}

describe('an election', () => {
  test('has one winner, who stays', async () => {
    const server = leaseServer()
    const all = ['a', 'b', 'c'].map((name) => contender(server, name))
    await tick(60_000)
    expect(all.map(({ lease }) => lease.isHeld())).toEqual([true, false, false])
    expect(all.map(({ said }) => said)).toEqual([['started'], [], []])
    expect(server.spec()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 })
    for (const { lease } of all) void lease.stop()
    await tick(0)
  })

  test('passes to another once nothing has changed for 15 s as seen from there, whatever the clocks say', async () => {
    const server = leaseServer()
    server.edit({ holderIdentity: 'gone', leaseDurationSeconds: 15, renewTime: '2099-01-01T00:00:00.000000Z' })
    const { lease, said } = contender(server, 'b')
    await tick(14_900)
    expect(said).toEqual([])
    await tick(2_300)
    expect(said).toEqual(['started'])
    expect(server.spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
    void lease.stop()
    await tick(0)
  })

  test('does not pass while the holder renews, though its clock is an hour behind', async () => {
    const server = leaseServer()
    const { lease, said } = contender(server, 'b')
    server.edit({ holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: '2000-01-01T00:00:00.000000Z' })
    for (let second = 0; second < 60; second += 2) {
      await tick(2_000)
      server.edit({ holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: microTime(second) })
    }
    expect(said).toEqual([])
    void lease.stop()
    await tick(0)
  })
})

describe('a holder', () => {
  test.for<[string, KubeError | 'hang']>([
    ['are refused', new KubeError('x', { status: 500 })],
    ['hang', 'hang'],
  ])('whose renewals %s holds for 10 s and no longer, and is told', async ([, how]) => {
    const server = leaseServer()
    const { lease, said } = contender(server, 'a')
    await tick(2_500)
    server.faults.how = how
    // The last renewal was at 2.0 to 2.2 s.
    await tick(9_000)
    expect(lease.isHeld()).toBe(true)
    await tick(1_000)
    expect(lease.isHeld()).toBe(false)
    await tick(5_000)
    expect(said).toEqual(['started', 'stopped'])
    delete server.faults.how
    await tick(8_000)
    expect(said).toEqual(['started', 'stopped', 'started'])
    void lease.stop()
    await tick(0)
  })

  test('that was frozen holds nothing at its first look, before any timer has run', async () => {
    const server = leaseServer()
    const { lease, said } = contender(server, 'a')
    await tick(1_000)
    expect(lease.isHeld()).toBe(true)
    const now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now + 20_000)
    expect(lease.isHeld()).toBe(false)
    expect(said).toEqual(['started'])
    clock.mockRestore()
    void lease.stop()
    await tick(0)
  })

  test('that another has replaced stops at its next renewal', async () => {
    const server = leaseServer()
    const { lease, said } = contender(server, 'a')
    await tick(1_000)
    server.edit({ holderIdentity: 'b', leaseDurationSeconds: 15, renewTime: 'x' })
    await tick(1_500)
    expect(lease.isHeld()).toBe(false)
    expect(said).toEqual(['started', 'stopped'])
    void lease.stop()
    await tick(0)
    expect(server.spec()?.holderIdentity).toBe('b')
  })

  test('stays one when somebody changes a label of its Lease', async () => {
    const server = leaseServer()
    const { lease, said } = contender(server, 'a')
    await tick(1_000)
    server.edit(server.spec())
    await tick(20_000)
    expect(said).toEqual(['started'])
    expect(lease.isHeld()).toBe(true)
    void lease.stop()
    await tick(0)
  })

  test('that ends gives the lease back, and the next one does not wait', async () => {
    const server = leaseServer()
    const first = contender(server, 'a')
    await tick(1_000)
    const second = contender(server, 'b')
    await tick(1_000)
    await first.lease.stop()
    expect(server.spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
    expect(first.said).toEqual(['started', 'stopped'])
    await tick(2_300)
    expect(second.said).toEqual(['started'])
    await second.lease.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('ends also when the API server is away', async () => {
    const server = leaseServer()
    const { lease, said } = contender(server, 'a')
    await tick(1_000)
    server.faults.how = new KubeError('x', { status: 0 })
    await lease.stop()
    expect(said).toEqual(['started', 'stopped'])
  })

  test('and a standby survive handlers that throw', async () => {
    const server = leaseServer()
    const faults: unknown[] = []
    const broken = (): never => {
      throw new Error('handler')
    }
    const options = { onStartedLeading: broken, onStoppedLeading: broken, onFault: (e: unknown) => void faults.push(e) }
    const { lease } = contender(server, 'a', options)
    await tick(30_000)
    expect(lease.isHeld()).toBe(true)
    await lease.stop()
    expect(faults).toHaveLength(2)
  })
})

test('times that cannot keep two holders apart are refused', () => {
  const server = leaseServer()
  expect(() => contender(server, 'a', { durationMs: 10_000 })).toThrow(RangeError)
  expect(() => contender(server, 'a', { retryMs: 10_000 })).toThrow(RangeError)
})

describe('the record', () => {
  const claim = { identity: 'me', nowMs: 100_000, durationMs: 15_000 }
  const since = (sinceMs: number) => ({ record: 'x', sinceMs })

  test('may be taken when it is free, ours, or unchanged for its duration', () => {
    expect(mayTake({}, since(100_000), claim)).toBe(true)
    expect(mayTake({ holderIdentity: '' }, since(100_000), claim)).toBe(true)
    expect(mayTake({ holderIdentity: 'me' }, since(100_000), claim)).toBe(true)
    expect(mayTake({ holderIdentity: 'it' }, since(85_001), claim)).toBe(false)
    expect(mayTake({ holderIdentity: 'it' }, since(85_000), claim)).toBe(true)
    expect(mayTake({ holderIdentity: 'it', leaseDurationSeconds: 60 }, since(85_000), claim)).toBe(false)
  })

  test('is seen since its last change, not since it was last read', () => {
    const first = see({ renewTime: '1' }, 10, undefined)
    expect(see({ renewTime: '1' }, 20, first)).toBe(first)
    expect(see({ renewTime: '2' }, 30, first).sinceMs).toBe(30)
  })

  test('has times of six digits, counts holders, and keeps fields of later versions', () => {
    const times = { wallMs: Date.UTC(2026, 0, 1), durationMs: 15_000 }
    const held = heldBy('me', { holderIdentity: 'it', leaseTransitions: 4, strategy: 'OldestEmulationVersion' }, times)
    expect(held).toEqual({
      holderIdentity: 'me',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 5,
      strategy: 'OldestEmulationVersion',
    })
    const later = heldBy('me', held, { ...times, wallMs: times.wallMs + 2_000 })
    expect(later).toEqual({ ...held, renewTime: '2026-01-01T00:00:02.000000Z' })
    expect(released(later, times.wallMs)).toMatchObject({ holderIdentity: '', leaseTransitions: 5 })
  })
})
