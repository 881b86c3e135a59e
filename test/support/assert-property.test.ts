import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertProperty } from './assert-property.ts'

/** Counts its runs; each takes `ms`. */
function slow(ms: number, runs: { made: number }) {
  return fc.property(fc.nat(), () => {
    const end = performance.now() + ms
    while (performance.now() < end);
    runs.made++
  })
}

test('a property makes every run within its limit', () => {
  const runs = { made: 0 }
  assertProperty(slow(0, runs), { numRuns: 300 })
  expect(runs.made).toBe(300)
})

test('a property that reaches its limit passes with fewer runs', () => {
  const runs = { made: 0 }
  assertProperty(slow(20, runs), { numRuns: 100_000, limitMs: 100 })
  expect(runs.made).toBeGreaterThan(0)
})

test('a property that made no run fails', () => {
  expect(() => assertProperty(slow(0, { made: 0 }), { limitMs: 0 })).toThrow('interrupted')
})

test('a property that does not hold fails, also when it reaches its limit', () => {
  const isSmall = fc.property(fc.nat(1000), (n) => expect(n).toBeLessThan(1))
  expect(() => assertProperty(isSmall, { limitMs: 1_000 })).toThrow()
})
