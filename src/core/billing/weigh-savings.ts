/**
 * Computes the value of saved tokens (docs/spec/tokens.md, The formula of savings). A token read from the provider's
 * cache costs a fiftieth to a half of an uncached one; a token written to the cache may cost a quarter more.
 */

import type { Report } from '../compress/index.ts'
import type { Usage } from '../dialect/index.ts'
import { inputCost } from './call-cost.ts'
import { ratesOf, writeFactor } from './rates.ts'
import type { Tariff } from './tariff.ts'

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
 * @param tariff of the model at the provider that served it
 * @returns for outcome `audit`, the value of the possible saving
 */
export function weighSavings(report: Counted, usage: Usage | undefined, tariff: Tariff | undefined): Worth {
  if (report.tokens === undefined) return { unknown: 'not counted' }
  if (!usage?.input) return { unknown: 'no usage' }
  const split = splitOf(usage, tariff)
  if (typeof split === 'string') return { unknown: split }
  const spans = savedSpans(report)
  const tokens = spans.reduce((sum, span) => sum + span.saved * meanWeight(span, split), 0)
  const saved = spans.reduce((sum, span) => sum + span.saved, 0)
  const usd = tariff && savedUsd({ tokens, saved, isSent: report.outcome === 'compressed' }, usage, tariff)
  return usd === undefined ? { tokens, unknown: 'no price' } : { tokens, usd }
}

interface Saved {
  /** In input tokens at full price, and as counted. */
  readonly tokens: number
  readonly saved: number
  /** Was the shorter request sent? */
  readonly isSent: boolean
}

/**
 * The price of the longer prompt less that of the shorter one. A band is chosen by the length of a prompt, so the two
 * may differ in the price of every token, those of the answer included.
 */
function savedUsd({ tokens, saved, isSent }: Saved, usage: Usage, tariff: Tariff): number | undefined {
  const { output } = usage
  const billed = ratesOf(tariff, usage)
  const other = saved === 0 ? billed : ratesOf(tariff, usage, isSent ? saved : -saved)
  const usd = billed && inputCost(usage, billed)
  if (billed === undefined || other === undefined || usd === undefined) return undefined
  if (output === undefined && billed.output !== other.output) return undefined
  const inFull = (1e6 * usd) / billed.input
  const answer = (output ?? 0) * (other.output - billed.output)
  const difference = (inFull + (isSent ? tokens : -tokens)) * other.input - inFull * billed.input + answer
  return ((isSent ? 1 : -1) * difference) / 1e6
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
  /** The provider's own cache, which reads in whole units: the last unit of its prefix is billed in full. */
  readonly hasUnits: boolean
}

/** The cached prefix comes first, then the part written to the cache; the rest was billed in full. */
function splitOf(usage: Usage, tariff: Tariff | undefined): Split | NonNullable<Worth['unknown']> {
  const isWritingFree = tariff?.cache?.writeFactor === 1
  // If writing is free, replies do not count written tokens.
  const { input = 0, cacheRead, cacheCreation = isWritingFree ? 0 : undefined } = usage
  if (cacheRead === undefined || cacheCreation === undefined) return 'no cache split'
  const weights = cacheRead + cacheCreation === 0 ? { read: 1, write: 1 } : weightsOf(usage, tariff)
  if (weights === undefined) return 'no price'
  const limits = { readUntil: cacheRead / input, writtenUntil: (cacheRead + cacheCreation) / input }
  return { ...limits, weights, hasUnits: isWritingFree }
}

function weightsOf(usage: Usage, tariff: Tariff | undefined): Weights | undefined {
  const cache = tariff?.cache
  const write = cache && writeFactor(usage, cache)
  return cache === undefined || write === undefined ? undefined : { read: cache.readFactor, write }
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
function meanWeight({ from, to }: SavedSpan, { readUntil, writtenUntil, weights, hasUnits }: Split): number {
  // The longer block would have been cut by the end of a unit too, so that all of its saving was in the prefix.
  if (hasUnits && from < readUntil) return weights.read
  const length = Math.max(to - from, Number.EPSILON)
  const read = overlap(from, from + length, 0, readUntil)
  const written = overlap(from, from + length, readUntil, writtenUntil)
  return (read * weights.read + written * weights.write + (length - read - written)) / length
}

function overlap(from: number, to: number, start: number, end: number): number {
  return Math.max(0, Math.min(to, end) - Math.max(from, start))
}
