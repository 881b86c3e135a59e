/** Computes the prices of one call's tokens from its tariff and the length of its prompt. */

import type { Usage } from '../dialect/index.ts'
import type { CacheRules } from '../model/index.ts'
import type { Tariff } from './tariff.ts'

/** USD per million tokens; absent where unknown. */
export interface Rates {
  /** Input that is neither read from nor written to a cache. */
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  /** The mean over the lifetimes for which the call wrote tokens. */
  readonly cacheWrite?: number
}

/**
 * @param promptTokens that decide the band: read, written and other input together
 * @returns undefined when the prices are not known
 */
export function ratesOf(
  { prices, cache, factor }: Tariff,
  usage: Usage,
  promptTokens = usage.input ?? 0,
): Rates | undefined {
  if (prices === undefined || factor === undefined) return undefined
  const band = prices.bands?.findLast(({ fromTokens }) => promptTokens >= fromTokens)
  const input = prices.input * (band?.input ?? 1) * factor
  const write = cache && writeFactor(usage, cache)
  return {
    input,
    output: prices.output * (band?.output ?? 1) * factor,
    ...(cache !== undefined && { cacheRead: input * cache.readFactor }),
    ...(write !== undefined && { cacheWrite: input * write }),
  }
}

const HOUR_SECONDS = 3600

/**
 * The mean price of a written token, relative to input: tokens may be written for several lifetimes.
 * @returns undefined for a lifetime without a known factor
 */
export function writeFactor(usage: Usage, cache: CacheRules): number | undefined {
  const { cacheCreation = 0, cacheCreation1h = 0, cacheCreation12h = 0 } = usage
  if (cacheCreation1h + cacheCreation12h === 0) return cache.writeFactor
  const { ttlSecondsLong, writeFactorLong } = cache
  const isKnown =
    writeFactorLong !== undefined &&
    (cacheCreation1h === 0 || ttlSecondsLong === HOUR_SECONDS) &&
    (cacheCreation12h === 0 || ttlSecondsLong === 12 * HOUR_SECONDS)
  if (!isKnown) return undefined
  const long = cacheCreation === 0 ? 1 : Math.min(1, (cacheCreation1h + cacheCreation12h) / cacheCreation)
  return long * writeFactorLong + (1 - long) * cache.writeFactor
}
