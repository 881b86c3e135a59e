/** Work that is woken: never twice at once, never forgotten, never in a hot circle. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLoop } from '../../../../operator/injector/tls/loop.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const tick = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

test('work is done at the start, after the time that it asks for, and when it is woken', async () => {
  let runs = 0
  const loop = createLoop({
    work: async () => {
      runs++
      return 5_000
    },
    onFault: () => undefined,
  })
  loop.start()
  loop.start()
  await tick(4_999)
  expect(runs).toBe(1)
  await tick(1)
  expect(runs).toBe(2)
  loop.wake()
  await tick(0)
  expect(runs).toBe(3)
  await loop.stop()
  loop.wake()
  await tick(600_000)
  expect(runs).toBe(3)
})

test('who is woken during a run runs once more, not beside it', async () => {
  let running = 0
  let most = 0
  let runs = 0
  const loop = createLoop({
    work: async () => {
      most = Math.max(most, ++running)
      runs++
      await new Promise((resolve) => setTimeout(resolve, 100))
      running--
      return 60_000
    },
    onFault: () => undefined,
  })
  loop.start()
  await tick(50)
  for (let i = 0; i < 10; i++) loop.wake()
  await tick(300)
  expect([runs, most]).toEqual([2, 1])
  void loop.stop()
  await tick(100)
})

test('a day is looked at each minute, because a timer stands still while a machine sleeps', async () => {
  let runs = 0
  const loop = createLoop({
    work: async () => {
      runs++
      return 86_400_000
    },
    onFault: () => undefined,
  })
  loop.start()
  await tick(10 * 60_000)
  expect(runs).toBe(11)
  void loop.stop()
  await tick(0)
})

test('work that fails is tried again after growing pauses, and told each time', async () => {
  const faults: unknown[] = []
  const loop = createLoop({ work: () => Promise.reject(new Error('no')), onFault: (error) => void faults.push(error) })
  loop.start()
  await tick(60_000)
  expect(faults.length).toBeGreaterThan(5)
  expect(faults.length).toBeLessThan(20)
  await loop.stop()
  const told = faults.length
  await tick(60_000)
  expect(faults).toHaveLength(told)
})
