/** What a call costs by its maker's list prices, from the provider's own usage. */

import type { Usage } from '../../src/core/dialect/index.ts'
import type { Prices } from '../../src/core/model/index.ts'

const MILLION = 1e6

/** @returns USD; undefined where usage, or a price that it needs, is not known */
export function callCost(usage: Usage | undefined, prices: Prices | undefined): number | undefined {
  if (usage?.input === undefined || usage.output === undefined || prices === undefined) return undefined
  if (usage.input > (prices.upToTokens ?? Number.POSITIVE_INFINITY)) return undefined
  const { cacheRead = 0, cacheCreation = 0 } = usage
  if (cacheRead > 0 && prices.cacheRead === undefined) return undefined
  const fresh = Math.max(0, usage.input - cacheRead - cacheCreation)
  const input =
    fresh * prices.input + cacheRead * (prices.cacheRead ?? 0) + cacheCreation * (prices.cacheWrite ?? prices.input)
  return (input + usage.output * prices.output) / MILLION
}
