/** Computes the prices of one call's tokens from its tariff and the length of its prompt. */

import type { Usage } from '../dialect/index.ts'
import type { Band, CacheRules, Prices } from '../model/index.ts'
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
 * @param more tokens by which a prompt would be longer, for the prices of another one
 * @returns undefined when the prices are not known, or are not the same for all passes of the call
 */
export function ratesOf({ prices, cache, factor }: Tariff, usage: Usage, more = 0): Rates | undefined {
  if (prices === undefined || factor === undefined) return undefined
  const { input: prompt = 0, shortestPrompt = prompt, longestPrompt = prompt } = usage
  const band = bandOf(prices, longestPrompt + more)
  if (bandOf(prices, shortestPrompt + more) !== band) return undefined
  const input = prices.input * (band?.input ?? 1) * factor
  const rates: { -readonly [K in keyof Rates]: Rates[K] } = {
    input,
    output: prices.output * (band?.output ?? 1) * factor,
  }
  // Members that are absent stay so; to spread them in would copy each call's prices twice.
  if (cache === undefined) return rates
  rates.cacheRead = input * cache.readFactor
  const write = writeFactor(usage, cache)
  if (write !== undefined) rates.cacheWrite = input * write
  return rates
}

/** @param promptTokens read, written and other input together */
function bandOf({ bands }: Prices, promptTokens: number): Band | undefined {
  return bands?.findLast(({ fromTokens }) => promptTokens >= fromTokens)
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
