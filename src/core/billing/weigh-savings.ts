/**
 * What saved tokens are worth (spec: prompt-compression, section 3): one that would have been read from the provider's
 * cache costs a tenth of one that would not, one that would have been written to it a quarter more.
 */

import type { Report } from '../compress/index.ts'
import type { Usage } from '../dialect/index.ts'
import type { Prices } from '../model/index.ts'
import { holdFor, writePrice } from './call-cost.ts'

/** Unknown is absent, with its reason. */
export interface Worth {
  /** Input tokens at the full price that the saved ones are worth. */
  readonly tokens?: number
  readonly usd?: number
  readonly unknown?: 'not counted' | 'no usage' | 'no cache split' | 'no price'
}

type Counted = Pick<Report, 'tokens' | 'changes' | 'outcome'>

/**
 * @param usage as the provider billed the call
 * @param prices of the model where it was served
 * @returns for outcome `audit`, what would have been saved
 */
export function weighSavings(report: Counted, usage: Usage | undefined, prices: Prices | undefined): Worth {
  if (report.tokens === undefined) return { unknown: 'not counted' }
  if (!usage?.input) return { unknown: 'no usage' }
  const split = splitOf(usage, prices)
  if (typeof split === 'string') return { unknown: split }
  const tokens = savedSpans(report).reduce((sum, span) => sum + span.saved * meanWeight(span, split), 0)
  // Above it the prices are others; what they are to each other stays.
  if (prices === undefined || !holdFor(prices, usage.input)) return { tokens, unknown: 'no price' }
  return { tokens, usd: (tokens * prices.input) / 1e6 }
}

/** What tokens weigh, as shares of the full price. */
interface Weights {
  readonly read: number
  readonly write: number
}

/** Where a request's tokens were billed how, as shares of its input from its first token on. */
interface Split {
  readonly readUntil: number
  readonly writtenUntil: number
  readonly weights: Weights
}

/** The cached prefix comes first, what was written to the cache follows it, the rest was billed in full. */
function splitOf(usage: Usage, prices: Prices | undefined): Split | NonNullable<Worth['unknown']> {
  const { input = 0, cacheRead, cacheCreation = isWritingFree(prices) ? 0 : undefined } = usage
  if (cacheRead === undefined || cacheCreation === undefined) return 'no cache split'
  const weights = cacheRead + cacheCreation === 0 ? { read: 1, write: 1 } : weightsOf(usage, prices)
  if (weights === undefined) return 'no price'
  return { readUntil: cacheRead / input, writtenUntil: (cacheRead + cacheCreation) / input, weights }
}

/** Then replies do not count what was written. */
function isWritingFree(prices: Prices | undefined): boolean {
  return prices !== undefined && prices.cacheWrite === undefined
}

function weightsOf(usage: Usage, prices: Prices | undefined): Weights | undefined {
  if (prices === undefined || ((usage.cacheRead ?? 0) > 0 && prices.cacheRead === undefined)) return undefined
  const { input, cacheRead = input } = prices
  return { read: cacheRead / input, write: writePrice(usage, prices) / input }
}

/** A changed block: where it stands in what was sent, as shares of it, and what it saves. */
interface SavedSpan {
  readonly from: number
  readonly to: number
  readonly saved: number
}

/** The provider's counts and ours differ by a factor and by framing: positions are compared as shares of the request. */
function savedSpans({ tokens, changes, outcome }: Counted): SavedSpan[] {
  const isSent = outcome === 'compressed'
  const total = (isSent ? tokens?.sent : tokens?.original) || 1
  let savedBefore = 0
  return changes.map(({ tokens: { before, original, saved } }) => {
    const from = isSent ? before - savedBefore : before
    const length = isSent ? original - saved : original
    savedBefore += saved
    return { from: from / total, to: (from + length) / total, saved }
  })
}

/** A block on a border is partly on either side of it. */
function meanWeight({ from, to }: SavedSpan, { readUntil, writtenUntil, weights }: Split): number {
  const length = Math.max(to - from, Number.EPSILON)
  const read = overlap(from, from + length, 0, readUntil)
  const written = overlap(from, from + length, readUntil, writtenUntil)
  return (read * weights.read + written * weights.write + (length - read - written)) / length
}

function overlap(from: number, to: number, start: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, start))
}
