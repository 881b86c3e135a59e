/** What a call costs by its maker's list prices, from the provider's own usage. */

import type { Usage } from '../dialect/index.ts'
import type { Prices } from '../model/index.ts'

const MILLION = 1e6

/** @returns USD; undefined where usage, or a price that it needs, is not known */
export function callCost(usage: Usage | undefined, prices: Prices | undefined): number | undefined {
  if (usage?.input === undefined || usage.output === undefined || prices === undefined) return undefined
  if (!holdFor(prices, usage.input)) return undefined
  const { cacheRead = 0, cacheCreation = 0 } = usage
  if (cacheRead > 0 && prices.cacheRead === undefined) return undefined
  const fresh = Math.max(0, usage.input - cacheRead - cacheCreation)
  const input = fresh * prices.input + cacheRead * (prices.cacheRead ?? 0) + cacheCreation * writePrice(usage, prices)
  return (input + usage.output * prices.output) / MILLION
}

/** Longer requests are charged more than the prices say. */
export function holdFor({ upToTokens = Number.POSITIVE_INFINITY }: Prices, inputTokens: number): boolean {
  return inputTokens <= upToTokens
}

/** Of a token that was written to the cache, some of them for an hour; of one of input, where writing costs no more. */
export function writePrice({ cacheCreation = 0, cacheCreation1h = 0 }: Usage, prices: Prices): number {
  const { input, cacheWrite = input, cacheWrite1h = cacheWrite } = prices
  const shareFor1h = cacheCreation === 0 ? 0 : Math.min(1, cacheCreation1h / cacheCreation)
  return shareFor1h * cacheWrite1h + (1 - shareFor1h) * cacheWrite
}
