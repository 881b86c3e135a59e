/** Computes the lowest possible cost of the input, with knowledge of all requests. */

import type { CacheRules } from '../../core/model/index.ts'
import type { SimRequest } from './sim-request.ts'

/**
 * Each request reads the prefix that it shares with an earlier one within the TTL, and writes the prefix that it shares
 * with a later one. No marks cost less; an unlimited number of marks would reach this cost.
 * @returns cost per request, in uncached input tokens
 */
export function bestCosts(requests: readonly SimRequest[], rules: CacheRules): number[] {
  const reads = commonWithEarlier(requests, rules)
  const rereads = commonWithEarlier(requests.toReversed(), rules).toReversed()
  return requests.map(({ tokens }, index) => {
    const read = reads[index] ?? 0
    const written = Math.max(0, (rereads[index] ?? 0) - read)
    return tokens - read - written + rules.readFactor * read + rules.writeFactor * written
  })
}

/** Per request, the tokens of the longest prefix that it shares with a request before it in the list. */
function commonWithEarlier(requests: readonly SimRequest[], { ttlSeconds = 0, minTokens = 0 }: CacheRules): number[] {
  const seenAt = new Map<number, number>()
  return requests.map(({ segments, atMs }) => {
    const isKnown = (prefix: number): boolean =>
      Math.abs(atMs - (seenAt.get(prefix) ?? Number.POSITIVE_INFINITY)) <= 1000 * ttlSeconds
    const common = segments.findLast(({ prefix }) => isKnown(prefix))?.tokens ?? 0
    for (const { prefix } of segments) seenAt.set(prefix, atMs)
    return common >= minTokens ? common : 0
  })
}
