/** Computes the lowest possible cost of the input, with knowledge of all requests. */

import { READ_PRICE, WRITE_PRICE } from '../../core/cache/index.ts'
import type { SimRequest } from './sim-request.ts'

export interface HindsightRules {
  readonly ttlMs: number
  readonly minTokens: number
  /** Relative price of writing: 1 where it costs nothing extra. */
  readonly writePrice: number
}

export const ANTHROPIC_HINDSIGHT: HindsightRules = { ttlMs: 5 * 60_000, minTokens: 1024, writePrice: WRITE_PRICE }
export const BREAKPOINT_HINDSIGHT: HindsightRules = { ttlMs: 30 * 60_000, minTokens: 1024, writePrice: WRITE_PRICE }
export const IMPLICIT_HINDSIGHT: HindsightRules = { ttlMs: 5 * 60_000, minTokens: 1024, writePrice: 1 }

/**
 * Each request reads the prefix that it shares with an earlier one within the TTL, and writes the prefix that it shares
 * with a later one. No marks cost less; an unlimited number of marks would reach this cost.
 * @returns cost per request, in uncached input tokens
 */
export function bestCosts(requests: readonly SimRequest[], rules: HindsightRules): number[] {
  const reads = commonWithEarlier(requests, rules)
  const rereads = commonWithEarlier(requests.toReversed(), rules).toReversed()
  return requests.map(({ tokens }, index) => {
    const read = reads[index] ?? 0
    const written = Math.max(0, (rereads[index] ?? 0) - read)
    return tokens - read - written + READ_PRICE * read + rules.writePrice * written
  })
}

/** Per request, the tokens of the longest prefix that it shares with a request before it in the list. */
function commonWithEarlier(requests: readonly SimRequest[], { ttlMs, minTokens }: HindsightRules): number[] {
  const seenAt = new Map<number, number>()
  return requests.map(({ segments, atMs }) => {
    const isKnown = (prefix: number): boolean =>
      Math.abs(atMs - (seenAt.get(prefix) ?? Number.POSITIVE_INFINITY)) <= ttlMs
    const common = segments.findLast(({ prefix }) => isKnown(prefix))?.tokens ?? 0
    for (const { prefix } of segments) seenAt.set(prefix, atMs)
    return common >= minTokens ? common : 0
  })
}
