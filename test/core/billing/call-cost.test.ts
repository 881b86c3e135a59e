import { expect, test } from 'vitest'
import { callCost } from '../../../src/core/billing/index.ts'
import type { Prices } from '../../../src/core/model/index.ts'

const prices: Prices = {
  asOf: '2026-11-21',
  source: 'made up',
  input: 2,
  output: 10,
  cacheRead: 0.2,
  cacheWrite: 2.5,
  cacheWrite1h: 4,
  upToTokens: 200_000,
}

test.each([
  ['all input at full price', { input: 1_000_000 / 10, output: 0 }, 0.2],
  ['output', { input: 0, output: 100_000 }, 1],
  ['input read from the cache at its own price', { input: 100_000, output: 0, cacheRead: 50_000 }, 0.11],
  ['input written to the cache at its own price', { input: 100_000, output: 0, cacheCreation: 100_000 }, 0.25],
  [
    'input written for an hour at the price of that',
    { input: 100_000, output: 0, cacheCreation: 100_000, cacheCreation1h: 50_000 },
    0.325,
  ],
])('charges %s', (_what, usage, usd) => {
  expect(callCost(usage, prices)).toBeCloseTo(usd, 9)
})

test('charges writing as input where it has no price of its own', () => {
  const { cacheWrite: _none, cacheWrite1h: _neither, ...free } = prices
  expect(callCost({ input: 100_000, output: 0, cacheCreation: 100_000 }, free)).toBeCloseTo(0.2, 9)
})

test.each([
  ['no usage', undefined, prices],
  ['no input', { output: 1 }, prices],
  ['no output', { input: 1 }, prices],
  ['no prices', { input: 1, output: 1 }, undefined],
  ['a longer request than the prices are for', { input: 200_001, output: 1 }, prices],
  ['reads without a price', { input: 10, output: 1, cacheRead: 5 }, { ...prices, cacheRead: undefined } as never],
])('is not known with %s', (_what, usage, known) => {
  expect(callCost(usage, known)).toBeUndefined()
})
