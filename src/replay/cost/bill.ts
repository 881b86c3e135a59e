/** The bill of one request at a simulated cache: tokens by kind, as a reply's usage has them, and their price. */

import type { CacheRules } from '../../core/model/index.ts'
import type { Segment, SimRequest } from './sim-request.ts'

export interface Bill {
  /** Tokens that were read from the cache. */
  readonly read: number
  /** Tokens that were written to it, those for the longer lifetime among them. */
  readonly written: number
  readonly writtenLong: number
  /** The price of the whole prompt, in uncached input tokens. */
  readonly cost: number
}

export interface CacheUse {
  readonly read: number
  /** Segments whose prefixes are cached afterwards, in order. */
  readonly written: readonly Segment[]
}

/** A token is read, or written, or neither; it is written with the first mark behind it. */
export function billOf({ tokens }: SimRequest, { read, written }: CacheUse, rules: CacheRules): Bill {
  const { readFactor, writeFactor, writeFactorLong = writeFactor } = rules
  let until = read
  let short = 0
  let long = 0
  for (const segment of written) {
    const own = Math.max(0, segment.tokens - until)
    if (segment.isLong) long += own
    else short += own
    until += own
  }
  const cost = tokens - until + readFactor * read + writeFactor * short + writeFactorLong * long
  return { read, written: short + long, writtenLong: long, cost }
}
