/** The cost of a broken prefix: the tokens that could have been read from the cache, at the difference in price. */

import type { Rates } from '../../src/core/billing/index.ts'
import type { Usage } from '../../src/core/dialect/index.ts'
import type { CacheRules } from '../../src/core/model/index.ts'
import type { Chain } from './chains.ts'
import { bytesOf, partCount } from './fingerprint.ts'

/** Used where the rules of the model are not known: the minimum of most providers. */
const MIN_TOKENS = 1024
const TTL_SECONDS = 300

const MILLION = 1e6

export interface Break {
  readonly earlier: Chain
  readonly now: Chain
  /** Number of equal parts at the start of both. */
  readonly common: number
}

/**
 * Token counts exist for whole requests; the count of a part is its share of the bytes.
 * @returns undefined when the tokens of either request are not known
 */
export function lostTokens(
  { earlier, now, common }: Break,
  rules: CacheRules | undefined,
  usage: Usage | undefined,
): number | undefined {
  if (earlier.tokens === undefined || now.tokens === undefined) return undefined
  const { minTokens = MIN_TOKENS, ttlSeconds = TTL_SECONDS } = rules ?? {}
  const isGone = now.at - earlier.at > 1000 * ttlSeconds
  if (isGone || earlier.tokens < minTokens) return 0
  const shared = (earlier.tokens * bytesOf(earlier.print, common)) / bytesOf(earlier.print, partCount(earlier.print))
  const stillRead = Math.max(usage?.cacheRead ?? 0, shared < minTokens ? 0 : shared)
  const cached = Math.min(earlier.tokens, earlier.cached ?? Number.POSITIVE_INFINITY, now.tokens)
  return Math.max(0, Math.round(cached - stillRead))
}

/** @returns USD; undefined where a price is not known */
export function lostCost(tokens: number | undefined, rates: Rates | undefined): number | undefined {
  if (tokens === undefined || rates?.cacheRead === undefined) return undefined
  return (tokens * ((rates.cacheWrite ?? rates.input) - rates.cacheRead)) / MILLION
}
