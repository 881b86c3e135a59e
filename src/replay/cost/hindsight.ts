/** What the input would cost at best, had one known all requests beforehand. */

import { READ_PRICE, WRITE_PRICE } from '../../core/cache/index.ts'
import type { SimRequest } from './sim-request.ts'

export interface HindsightRules {
  readonly ttlMs: number
  readonly minTokens: number
  /** Of writing: 1 where it is free. */
  readonly writePrice: number
}

export const ANTHROPIC_HINDSIGHT: HindsightRules = { ttlMs: 5 * 60_000, minTokens: 1024, writePrice: WRITE_PRICE }
export const BREAKPOINT_HINDSIGHT: HindsightRules = { ttlMs: 30 * 60_000, minTokens: 1024, writePrice: WRITE_PRICE }
export const IMPLICIT_HINDSIGHT: HindsightRules = { ttlMs: 5 * 60_000, minTokens: 1024, writePrice: 1 }

/**
 * Each request reads what an earlier one within the TTL has in common with it, and writes what a later one has. No way
 * of marking costs less; with more marks than a provider takes, this is reached.
 * @returns cost per request, in uncached input tokens
 */
export function bestCosts(requests: readonly SimRequest[], rules: HindsightRules): number[] {
  const reads = commonWithEarlier(requests, rules)
  const rereads = commonWithEarlier(requests.toReversed(), rules).toReversed()
  return requests.map(({ tokens }, index) => {
    const read = reads[index] as number
    const written = Math.max(0, (rereads[index] as number) - read)
    return tokens - read - written + READ_PRICE * read + rules.writePrice * written
  })
}

/** Per request, the tokens of the longest prefix that one before it in the list has too. */
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
