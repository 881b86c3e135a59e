/**
 * The providers' prompt caches, as their guides describe them (docs/spec/prompt-cache.md, Rules of the providers).
 * Factors, lifetimes and minimums are those of a model's card.
 */

import type { CacheRules } from '../../core/model/index.ts'
import { type Bill, billOf } from './bill.ts'
import { CacheEntries } from './cache-entries.ts'
import type { Segment, SimRequest } from './sim-request.ts'

/** Keeps entries from one request to the next. */
export interface ProviderCache {
  /** @throws Error for a request that the provider refuses because of its marks */
  take(request: SimRequest): Bill
}

/** Anthropic: reads the longest prefix written few positions before a mark, and writes up to the last mark. */
export function createAnthropicCache(rules: CacheRules): ProviderCache {
  const { lookBack = 0 } = rules
  const entries = new CacheEntries(rules)
  return {
    take(request) {
      const { segments, atMs } = request
      const marks = anthropicMarks(request, rules)
      const at = positionsOf(segments)
      const near = segments.filter((_, index) =>
        marks.some((mark) => index <= mark && (at[mark] ?? 0) - (at[index] ?? 0) <= lookBack),
      )
      const found = longest(near.filter((segment) => entries.has(segment, atMs)))
      const written = marks.flatMap((mark) => segments[mark] ?? []).filter((segment) => isLongEnough(segment, rules))
      entries.keep(found === undefined ? written : [...written, found], atMs)
      return billOf(request, { read: found?.tokens ?? 0, written }, rules)
    },
  }
}

/** Indexes of the marked segments, in order. The mark at the top of a request stands on its last segment. */
function anthropicMarks({ segments, isAutomatic }: SimRequest, { maxMarks = 0 }: CacheRules): number[] {
  const marks = segments.flatMap(({ isMarked }, index) => (isMarked ? [index] : []))
  const last = segments.length - 1
  if (isAutomatic && marks.at(-1) !== last) marks.push(last)
  if (marks.length > maxMarks) throw new Error('more than four marks: the provider refuses the request')
  const lifetimes = marks.map((mark) => segments[mark]?.isLong ?? false)
  if (lifetimes.lastIndexOf(true) > lifetimes.indexOf(false) && lifetimes.includes(false)) {
    throw new Error('a long lifetime after a short one: the provider refuses the request')
  }
  return marks
}

/** Positions of the segments for the look-back: a run of calls, and one of results, is one position. */
function positionsOf(segments: readonly Segment[]): number[] {
  let position = 0
  return segments.map(({ tool }, index) => {
    const isSameRun = tool !== undefined && tool === segments[index - 1]?.tool
    if (index > 0 && !isSameRun) position++
    return position
  })
}

/**
 * Caches by themselves: reads the longest prefix of any earlier request, in whole units; writing is free. OpenAI before
 * GPT-5.6 has units of 128 tokens.
 */
export function createPrefixCache(rules: CacheRules, unitTokens: number): ProviderCache {
  const { minTokens = 0 } = rules
  const entries = new CacheEntries(rules)
  return {
    take(request) {
      const { segments, atMs } = request
      const found = longest(segments.filter((segment) => entries.has(segment, atMs)))
      entries.keep(segments, atMs)
      const read = Math.floor((found?.tokens ?? 0) / unitTokens) * unitTokens
      return billOf(request, { read: read >= minTokens ? read : 0, written: [] }, rules)
    },
  }
}

/**
 * OpenAI from GPT-5.6 on: reads at the longest of the latest breakpoints that was written, and writes at the latest few.
 * In the implicit mode, the end of the newest message is a breakpoint too, and so were the ends of earlier messages.
 */
export function createBreakpointCache(rules: CacheRules): ProviderCache {
  const { maxMarks = 0, lookBack = 0 } = rules
  const entries = new CacheEntries(rules)
  return {
    take(request) {
      const { segments, isExplicit, atMs } = request
      const marked = segments.filter(({ isMarked }) => isMarked)
      const implicit = isExplicit ? [] : segments.slice(-1)
      const breakpoints = isExplicit ? marked : segments.filter(({ isMarked, endsMessage }) => isMarked || endsMessage)
      const found = breakpoints.slice(-lookBack).findLast((segment) => entries.has(segment, atMs))
      const written = [...marked.slice(implicit.length - maxMarks), ...implicit].filter((segment) =>
        isLongEnough(segment, rules),
      )
      entries.keep(found === undefined ? written : [...written, found], atMs)
      return billOf(request, { read: found?.tokens ?? 0, written }, rules)
    },
  }
}

function isLongEnough({ tokens }: Segment, { minTokens = 0 }: CacheRules): boolean {
  return tokens >= minTokens
}

function longest(segments: readonly Segment[]): Segment | undefined {
  return segments.reduce<Segment | undefined>(
    (best, segment) => (best === undefined || segment.tokens > best.tokens ? segment : best),
    undefined,
  )
}
