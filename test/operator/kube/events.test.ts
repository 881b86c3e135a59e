/** Events by a clock of its own: what is sent, counted and dropped. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createEventRecorder, type KubeEvent } from '../../../operator/kube/index.ts'
import { type KubeCall, KubeError } from '../../../src/kube/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

const POLICY = { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', namespace: 'team', name: 'one', uid: 'u-1' }

function event(changes: Partial<KubeEvent> = {}): KubeEvent {
  return { regarding: POLICY, type: 'Warning', reason: 'LiteralKey', action: 'Check', note: 'rotate it', ...changes }
}

function recorder(answers: (call: KubeCall) => Promise<unknown> = async () => ({})) {
  const calls: KubeCall[] = []
  const faults: unknown[] = []
  const request = <T>(call: KubeCall): Promise<T> => {
    calls.push(call)
    return answers(call) as Promise<T>
  }
  const options = {
    controller: 'm2m.io/operator',
    instance: 'pod-1',
    onFault: (error: unknown) => void faults.push(error),
  }
  return { calls, faults, events: createEventRecorder({ request }, options) }
}

describe('an event', () => {
  test('is what events.k8s.io/v1 wants', async () => {
    const { calls, events } = recorder()
    events.emit(event())
    await tick()
    expect(calls).toMatchObject([{ method: 'POST', path: '/apis/events.k8s.io/v1/namespaces/team/events' }])
    expect(calls[0]?.body).toMatchObject({
      metadata: { name: expect.stringMatching(/^one\.[0-9a-f]{16}$/), namespace: 'team' },
      eventTime: expect.stringMatching(/\.\d{6}Z$/),
      reportingController: 'm2m.io/operator',
      reportingInstance: 'pod-1',
      regarding: POLICY,
      note: 'rotate it',
    })
    expect(calls[0]?.body).not.toHaveProperty('series')
  })

  test('about an object without namespace goes into `default`', async () => {
    const { calls, events } = recorder()
    events.emit(event({ regarding: { apiVersion: 'v1', kind: 'Namespace', name: 'team' } }))
    await tick()
    expect(calls[0]?.path).toContain('/namespaces/default/')
  })

  test('goes to no other path, whatever its namespace is said to be', async () => {
    const { calls, events } = recorder()
    events.emit(event({ regarding: { ...POLICY, namespace: '../../x?y=' } }))
    await tick()
    expect(calls[0]?.path).toBe('/apis/events.k8s.io/v1/namespaces/..%2F..%2Fx%3Fy%3D/events')
  })

  test.for(['a', 'ä', '語', '😀'])('has a note of at most 1,024 bytes that ends at a character: %s', async (letter) => {
    const { calls, events } = recorder()
    events.emit(event({ note: letter.repeat(2_000) }))
    await tick()
    const { note = '' } = (calls[0]?.body ?? {}) as { note?: string }
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024)
    expect(Buffer.byteLength(note)).toBeGreaterThan(1_018)
    expect(note).toMatch(new RegExp(`^(${letter})+…$`, 'u'))
  })
})

describe('the same event again', () => {
  test('in one go is one Event with a count', async () => {
    const { calls, events } = recorder()
    for (let i = 0; i < 5; i++) events.emit(event())
    await tick()
    expect(calls).toHaveLength(1)
    expect(calls[0]?.body).toMatchObject({ series: { count: 5 } })
  })

  test('changes the series of the first, once a minute at most, and no count is lost', async () => {
    const { calls, events } = recorder()
    for (let i = 0; i < 300; i++) {
      events.emit(event())
      await tick(1_000)
    }
    await tick(60_000)
    const [first, ...others] = calls
    expect(first?.method).toBe('POST')
    expect(others.every(({ method }) => method === 'PATCH')).toBe(true)
    expect(others.length).toBeLessThanOrEqual(8)
    const { metadata } = (first?.body ?? {}) as { metadata?: { name: string } }
    expect(others.at(-1)).toMatchObject({
      path: expect.stringContaining(metadata?.name ?? 'no name'),
      contentType: 'application/merge-patch+json',
      body: { series: { count: 300 } },
    })
  })

  test('after six minutes of silence is a new Event, and so is another note', async () => {
    const { calls, events } = recorder()
    events.emit(event())
    await tick(6 * 60_000)
    events.emit(event())
    await tick()
    events.emit(event({ note: 'another' }))
    await tick()
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST'])
  })

  test('whose Event is gone makes a new one', async () => {
    const { calls, events } = recorder(async ({ method }) => {
      if (method === 'PATCH') throw new KubeError('x', { status: 404 })
    })
    events.emit(event())
    await tick()
    events.emit(event())
    await tick()
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST'])
  })
})

describe('a recorder', () => {
  test('sends ten events about one object, then one a minute; others have their own', async () => {
    const { calls, faults, events } = recorder()
    for (let i = 0; i < 50; i++) events.emit(event({ note: `${i}` }))
    events.emit(event({ regarding: { ...POLICY, name: 'two' } }))
    await tick()
    expect(calls).toHaveLength(11)
    expect(faults).toHaveLength(40)
    await tick(60_000)
    expect(calls).toHaveLength(12)
  })

  test('gives a refusal up, and tries again after an outage', async () => {
    let error = new KubeError('x', { status: 403, causes: ['NamespaceTerminating'] })
    const { calls, faults, events } = recorder(async () => {
      throw error
    })
    events.emit(event())
    await tick(10 * 60_000)
    expect(calls).toHaveLength(1)
    error = new KubeError('x', { status: 0 })
    events.emit(event({ note: 'outage' }))
    await tick(3 * 60_000)
    expect(calls.length).toBeGreaterThan(2)
    expect(faults).toHaveLength(calls.length)
    await events.close()
  })

  test('that is closed tells the last counts, waits no longer than a second, and takes nothing more', async () => {
    const { calls, events } = recorder(({ method, signal }) =>
      method === 'POST'
        ? Promise.resolve({})
        : new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    )
    for (let i = 0; i < 4; i++) {
      events.emit(event())
      await tick()
    }
    const closed = events.close()
    await tick(1_000)
    await closed
    events.emit(event({ note: 'late' }))
    await tick(120_000)
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'PATCH'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
