/**
 * Computes the value of saved tokens (docs/spec/tokens.md, The formula of savings). A token read from the provider's
 * cache costs a tenth of an uncached one; a token written to the cache costs a quarter more.
 */

import type { Report } from '../compress/index.ts'
import type { Usage } from '../dialect/index.ts'
import type { Prices } from '../model/index.ts'
import { holdFor, writePrice } from './call-cost.ts'

/** An unknown figure is absent; `unknown` has the reason. */
export interface Worth {
  /** The value in input tokens at full price. */
  readonly tokens?: number
  readonly usd?: number
  readonly unknown?: 'not counted' | 'no usage' | 'no cache split' | 'no price'
}

type Counted = Pick<Report, 'tokens' | 'changes' | 'outcome'>

/**
 * @param usage as billed by the provider
 * @param prices of the model at the provider that served it
 * @returns for outcome `audit`, the value of the possible saving
 */
export function weighSavings(report: Counted, usage: Usage | undefined, prices: Prices | undefined): Worth {
  if (report.tokens === undefined) return { unknown: 'not counted' }
  if (!usage?.input) return { unknown: 'no usage' }
  const split = splitOf(usage, prices)
  if (typeof split === 'string') return { unknown: split }
  const tokens = savedSpans(report).reduce((sum, span) => sum + span.saved * meanWeight(span, split), 0)
  // Above that length the prices differ, but their ratios are the same: tokens are known, USD is not.
  if (prices === undefined || !holdFor(prices, usage.input)) return { tokens, unknown: 'no price' }
  return { tokens, usd: (tokens * prices.input) / 1e6 }
}

/** Prices relative to the full input price. */
interface Weights {
  readonly read: number
  readonly write: number
}

/** Limits between cached, written and uncached input, as shares of the request from its first token on. */
interface Split {
  readonly readUntil: number
  readonly writtenUntil: number
  readonly weights: Weights
}

/** The cached prefix comes first, then the part written to the cache; the rest was billed in full. */
function splitOf(usage: Usage, prices: Prices | undefined): Split | NonNullable<Worth['unknown']> {
  const { input = 0, cacheRead, cacheCreation = isWritingFree(prices) ? 0 : undefined } = usage
  if (cacheRead === undefined || cacheCreation === undefined) return 'no cache split'
  const weights = cacheRead + cacheCreation === 0 ? { read: 1, write: 1 } : weightsOf(usage, prices)
  if (weights === undefined) return 'no price'
  return { readUntil: cacheRead / input, writtenUntil: (cacheRead + cacheCreation) / input, weights }
}

/** If writing is free, replies do not count written tokens. */
function isWritingFree(prices: Prices | undefined): boolean {
  return prices !== undefined && prices.cacheWrite === undefined
}

function weightsOf(usage: Usage, prices: Prices | undefined): Weights | undefined {
  if (prices === undefined || ((usage.cacheRead ?? 0) > 0 && prices.cacheRead === undefined)) return undefined
  const { input, cacheRead = input } = prices
  return { read: cacheRead / input, write: writePrice(usage, prices) / input }
}

/** A changed block: its position in the sent request, as shares of that request, and its saving. */
interface SavedSpan {
  readonly from: number
  readonly to: number
  readonly saved: number
}

/** Positions are compared as shares, because the provider's counts differ from ours by a factor and by framing. */
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

/** A block that crosses a limit has a part on each side of it. */
function meanWeight({ from, to }: SavedSpan, { readUntil, writtenUntil, weights }: Split): number {
  const length = Math.max(to - from, Number.EPSILON)
  const read = overlap(from, from + length, 0, readUntil)
  const written = overlap(from, from + length, readUntil, writtenUntil)
  return (read * weights.read + written * weights.write + (length - read - written)) / length
}

function overlap(from: number, to: number, start: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, start))
}
