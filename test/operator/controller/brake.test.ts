import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBrake } from '../../../operator/controller/brake.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** How many repairs a rival gets that writes every 100 ms. */
function repairsIn(ms: number, brake = createBrake()): { repairs: number; told: number } {
  let [repairs, told] = [0, 0]
  for (let at = 0; at < ms; at += 100) {
    const pause = brake.ask('shop', 'one')
    if (pause === undefined) repairs++
    else if (pause.isNew) told++
    vi.advanceTimersByTime(100)
  }
  return { repairs, told }
}

test('some repairs are made at once, and then fewer and fewer, with one word on each pause', () => {
  expect(repairsIn(900)).toEqual({ repairs: 9, told: 0 })
  const { repairs, told } = repairsIn(3_600_000)
  expect(repairs).toBeGreaterThan(60)
  expect(repairs).toBeLessThan(150)
  expect(repairs - told).toBe(9)
})

test('other content, another key, and a fight that is over begin anew', () => {
  const brake = createBrake()
  repairsIn(10_000, brake)
  expect(brake.ask('shop', 'one')).toMatchObject({ isNew: false })
  expect(brake.ask('other', 'one')).toBeUndefined()
  expect(brake.ask('shop', 'two')).toBeUndefined()
  repairsIn(10_000, brake)
  vi.advanceTimersByTime(300_000)
  expect(repairsIn(900, brake)).toEqual({ repairs: 9, told: 0 })
})
