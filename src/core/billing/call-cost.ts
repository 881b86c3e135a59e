/** Computes the cost of a call from the provider's usage and the maker's list prices. */

import type { Usage } from '../dialect/index.ts'
import type { Prices } from '../model/index.ts'

const MILLION = 1e6

/** @returns USD; undefined when the usage or a price that applies to it is unknown */
export function callCost(usage: Usage | undefined, prices: Prices | undefined): number | undefined {
  if (usage?.input === undefined || usage.output === undefined || prices === undefined) return undefined
  if (!holdFor(prices, usage.input)) return undefined
  const { cacheRead = 0, cacheCreation = 0 } = usage
  if (cacheRead > 0 && prices.cacheRead === undefined) return undefined
  const fresh = Math.max(0, usage.input - cacheRead - cacheCreation)
  const input = fresh * prices.input + cacheRead * (prices.cacheRead ?? 0) + cacheCreation * writePrice(usage, prices)
  return (input + usage.output * prices.output) / MILLION
}

/** Do the prices apply? Longer requests have higher prices. */
export function holdFor({ upToTokens = Number.POSITIVE_INFINITY }: Prices, inputTokens: number): boolean {
  return inputTokens <= upToTokens
}

/** Mean price of a cache-write token; some are written for an hour. The input price where writing has no own price. */
export function writePrice({ cacheCreation = 0, cacheCreation1h = 0 }: Usage, prices: Prices): number {
  const { input, cacheWrite = input, cacheWrite1h = cacheWrite } = prices
  const shareFor1h = cacheCreation === 0 ? 0 : Math.min(1, cacheCreation1h / cacheCreation)
  return shareFor1h * cacheWrite1h + (1 - shareFor1h) * cacheWrite
}
