import { expect, test } from 'vitest'
import { paired } from '../../src/eval/result/paired.ts'

/** Pairs by their counts. */
function pairs(both: number, lost: number, won: number, neither: number): (readonly [boolean, boolean])[] {
  const times = (count: number, pair: readonly [boolean, boolean]): (readonly [boolean, boolean])[] =>
    Array.from({ length: count }, () => pair)
  return [
    ...times(both, [true, true]),
    ...times(lost, [true, false]),
    ...times(won, [false, true]),
    ...times(neither, [false, false]),
  ]
}

test('adds up what was lost and won', () => {
  expect(paired(pairs(60, 9, 1, 30))).toMatchObject({
    questions: 100,
    original_right: 69,
    form_right: 61,
    difference: -8,
    lost: 9,
    won: 1,
  })
})

test.each([
  [0, 0, 1],
  [1, 0, 1],
  [6, 0, 2 / 64],
  [9, 1, (2 * 11) / 1024],
  [5, 5, 1],
])('%i lost and %i won have the p of an exact two-sided test: %f', (lost, won, p) => {
  expect(paired(pairs(10, lost, won, 3)).p).toBeCloseTo(p, 10)
})

test('thousands of pairs have a p as well', () => {
  const { p } = paired(pairs(0, 2100, 1900, 0))
  expect(p).toBeGreaterThan(0.001)
  expect(p).toBeLessThan(0.002)
})

test('the interval holds the difference, and is narrower with more questions', () => {
  const few = paired(pairs(10, 4, 1, 5))
  const many = paired(pairs(100, 40, 10, 50))
  for (const { interval, difference } of [few, many]) {
    expect(interval[0]).toBeLessThan(difference)
    expect(interval[1]).toBeGreaterThan(difference)
  }
  expect(many.interval[1] - many.interval[0]).toBeLessThan(few.interval[1] - few.interval[0])
})

test('nothing asked is no difference', () => {
  expect(paired([])).toMatchObject({ questions: 0, difference: 0, p: 1 })
})
