import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createQueue, type QueueOptions } from '../../../operator/kube/index.ts'
import { KubeError } from '../../../src/kube/index.ts'
import { assertAsyncProperty } from '../../support/assert-property.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A worker whose runs end when the test says so. */
function handWorker(options: Partial<QueueOptions> = {}) {
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<void>>()
  const queue = createQueue({
    ...options,
    reconcile: (key) => {
      if (ends.has(key)) throw new Error(`${key} twice at once`)
      begun.push(key)
      const end = Promise.withResolvers<void>()
      ends.set(key, end)
      return end.promise.finally(() => ends.delete(key))
    },
  })
  const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
  const end = async (key: string, error?: unknown): Promise<void> => {
    if (error === undefined) ends.get(key)?.resolve()
    else ends.get(key)?.reject(error)
    await settle()
  }
  return { queue, begun, end, settle }
}

describe('a queue of keys', () => {
  test('works on what is added in one go once', async () => {
    const { queue, begun, settle } = handWorker()
    for (const key of ['a', 'a', 'a']) queue.add(key)
    await settle()
    expect(begun).toEqual(['a'])
  })

  test('works once more on a key that is added while it runs, and never twice at once', async () => {
    const { queue, begun, end, settle } = handWorker({ concurrency: 5 })
    queue.add('a')
    await settle()
    queue.add('a')
    queue.add('a')
    await settle()
    expect(begun).toEqual(['a'])
    await end('a')
    expect(begun).toEqual(['a', 'a'])
    await end('a')
    await queue.idle()
    expect(begun).toEqual(['a', 'a'])
  })

  test('works on urgent keys before the thousands that wait', async () => {
    const { queue, begun, end, settle } = handWorker({ isUrgent: (key) => key.startsWith('!') })
    for (const key of ['a', 'b', 'c']) queue.add(key)
    await settle()
    queue.add('!d')
    await end('a')
    await end('!d')
    expect(begun).toEqual(['a', '!d', 'b'])
  })

  test('does not wait for a day because a server asks for it, nor for no time at all', async () => {
    const waits: number[] = []
    const { queue, begun, end, settle } = handWorker({ hooks: { onRetry: (_key, _error, ms) => void waits.push(ms) } })
    queue.add('a')
    await settle()
    // More than a timer takes: Node.js fires it at once.
    await end('a', new KubeError('x', { status: 503, retryAfterMs: 86_400_000_000 }))
    expect(waits).toEqual([60_000])
    expect(begun).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(begun).toHaveLength(2)
  })

  test('works on as many keys as it may, in the order of their addition', async () => {
    const depths: number[] = []
    const { queue, begun, end, settle } = handWorker({
      concurrency: 2,
      hooks: { onDepth: (depth) => void depths.push(depth) },
    })
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key)
    await settle()
    expect(begun).toEqual(['a', 'b'])
    expect(depths.at(-1)).toBe(2)
    await end('b')
    await end('a')
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
  })

  test('comes again after a failure: 5 ms, doubled each time, until it succeeds', async () => {
    const waits: number[] = []
    const { queue, begun, end, settle } = handWorker({ hooks: { onRetry: (_key, _error, ms) => void waits.push(ms) } })
    queue.add('a')
    await settle()
    for (const ms of [5, 10, 20, 40]) {
      await end('a', new Error('no'))
      await vi.advanceTimersByTimeAsync(ms - 1)
      const before = begun.length
      await vi.advanceTimersByTimeAsync(1)
      expect(begun.length).toBe(before + 1)
    }
    await end('a')
    queue.add('a')
    await settle()
    await end('a', new Error('no'))
    expect(waits).toEqual([5, 10, 20, 40, 5])
  })

  test('waits no longer than 1,000 s, and at least what the server asked for', async () => {
    const waits: number[] = []
    const { queue, end, settle } = handWorker({ hooks: { onRetry: (_key, _error, ms) => void waits.push(ms) } })
    queue.add('a')
    await settle()
    await end('a', new KubeError('x', { status: 429, retryAfterMs: 3_000 }))
    for (let i = 0; i < 2_000; i++) {
      await vi.advanceTimersByTimeAsync(1_000_000)
      await end('a', new Error('no'))
    }
    expect(waits[0]).toBe(3_000)
    expect(Math.max(...waits)).toBe(1_000_000)
  })

  test('gives up a key whose namespace is being deleted', async () => {
    const { queue, begun, end, settle } = handWorker()
    queue.add('a')
    await settle()
    await end('a', new KubeError('x', { status: 403, causes: ['NamespaceTerminating'] }))
    await vi.advanceTimersByTimeAsync(10_000_000)
    expect(begun).toEqual(['a'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('does not wait for a key that is added meanwhile, nor runs it again for the old reason', async () => {
    const { queue, begun, end, settle } = handWorker()
    queue.add('a')
    await settle()
    queue.add('a')
    await end('a', new Error('no'))
    expect(begun).toEqual(['a', 'a'])
    await end('a')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(begun).toEqual(['a', 'a'])
  })

  test('of two later times the earlier holds', async () => {
    const { queue, begun } = handWorker()
    queue.addAfter('a', 2_000)
    queue.addAfter('a', 1_000)
    queue.addAfter('a', 3_000)
    await vi.advanceTimersByTimeAsync(999)
    expect(begun).toEqual([])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(begun).toEqual(['a'])
  })

  test('once closed takes and begins nothing, and has ended when the running ones have', async () => {
    const { queue, begun, end, settle } = handWorker()
    for (const key of ['a', 'b']) queue.add(key)
    queue.addAfter('c', 10)
    await settle()
    let isClosed = false
    const closed = queue.close().then(() => {
      isClosed = true
    })
    queue.add('d')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(isClosed).toBe(false)
    await end('a', new Error('no'))
    await closed
    await vi.advanceTimersByTimeAsync(10_000_000)
    expect(begun).toEqual(['a'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('each addition is followed by a run that began after it, whatever fails', async () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), afterMs: fc.nat(20), fails: fc.boolean() })
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, concurrency) => {
        let clock = 0
        const added = new Map<string, number>()
        const ran = new Map<string, number>()
        const running = new Set<string>()
        const failing = new Map<string, number>()
        const queue = createQueue({
          concurrency,
          reconcile: async (key) => {
            expect(running.has(key)).toBe(false)
            expect(running.size).toBeLessThan(concurrency)
            running.add(key)
            const beganAt = ++clock
            await new Promise((resolve) => setTimeout(resolve, 7))
            running.delete(key)
            const rest = failing.get(key) ?? 0
            failing.set(key, rest - 1)
            if (rest > 0) throw new Error('no')
            ran.set(key, beganAt)
          },
        })
        for (const { key, afterMs, fails } of steps) {
          await vi.advanceTimersByTimeAsync(afterMs)
          if (fails) failing.set(key, 2)
          added.set(key, ++clock)
          queue.add(key)
        }
        await vi.advanceTimersByTimeAsync(100_000)
        for (const [key, at] of added) expect(ran.get(key)).toBeGreaterThan(at)
        await queue.close()
      },
    )
    await assertAsyncProperty(property, { numRuns: 200, seed: 13 })
  })
})
