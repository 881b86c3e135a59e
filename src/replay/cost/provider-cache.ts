/** The providers' prompt caches, as their guides describe them (docs/spec/prompt-cache.md, Rules of the providers). */

import { READ_PRICE, WRITE_PRICE } from '../../core/cache/index.ts'
import type { Segment, SimRequest } from './sim-request.ts'

/** Keeps entries from one request to the next. */
export interface ProviderCache {
  /** Processes a request. @returns the cost of its input, in uncached input tokens */
  take(request: SimRequest): number
}

/** The shortest prefix cached for claude-sonnet-5 and for all OpenAI models. */
const MIN_TOKENS = 1024

/** Cached prefixes with their times of expiry. */
class Entries {
  readonly #until = new Map<number, number>()
  readonly #ttlMs: number

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs
  }

  has({ prefix }: Segment, atMs: number): boolean {
    return (this.#until.get(prefix) ?? Number.NEGATIVE_INFINITY) >= atMs
  }

  /** Both writing and reading an entry extend its life. */
  keep({ prefix }: Segment, atMs: number): void {
    this.#until.set(prefix, atMs + this.#ttlMs)
  }
}

const ANTHROPIC_TTL_MS = 5 * 60_000
const ANTHROPIC_LOOK_BACK = 20
const ANTHROPIC_MAX_MARKS = 4

/** Anthropic: reads the longest prefix written at most 20 blocks before a mark, and writes up to the last mark. */
export function createAnthropicCache(): ProviderCache {
  const entries = new Entries(ANTHROPIC_TTL_MS)
  return {
    take({ segments, tokens, isAutomatic, atMs }) {
      const marks = segments.map(({ isMarked }, index) => (isMarked ? index : -1)).filter((index) => index >= 0)
      if (isAutomatic && marks.at(-1) !== segments.length - 1) marks.push(segments.length - 1)
      if (marks.length > ANTHROPIC_MAX_MARKS) throw new Error('more than four marks: the provider refuses the request')
      const near = marks.flatMap((mark) => segments.slice(Math.max(0, mark - ANTHROPIC_LOOK_BACK), mark + 1))
      const found = longest(near.filter((segment) => entries.has(segment, atMs)))
      const written = marks.flatMap((mark) => segments[mark] ?? []).filter(isLongEnough)
      for (const segment of found === undefined ? written : [...written, found]) entries.keep(segment, atMs)
      return price(tokens, found?.tokens ?? 0, longest(written)?.tokens ?? 0)
    },
  }
}

const IMPLICIT_TTL_MS = 5 * 60_000
const IMPLICIT_STEP = 128

/** OpenAI before GPT-5.6: reads the longest prefix of any earlier request, in steps of 128 tokens; writing is free. */
export function createImplicitCache(): ProviderCache {
  const entries = new Entries(IMPLICIT_TTL_MS)
  return {
    take({ segments, tokens, atMs }) {
      const found = longest(segments.filter((segment) => entries.has(segment, atMs)))
      for (const segment of segments) entries.keep(segment, atMs)
      const read = Math.floor((found?.tokens ?? 0) / IMPLICIT_STEP) * IMPLICIT_STEP
      return price(tokens, read >= MIN_TOKENS ? read : 0, 0)
    },
  }
}

const BREAKPOINT_TTL_MS = 30 * 60_000
const BREAKPOINT_MAX_WRITES = 4

/**
 * OpenAI from GPT-5.6 on: reads exactly at a breakpoint, writes at the latest breakpoints. In the implicit mode, the
 * end of the newest message is a breakpoint too, and so were the ends of earlier messages.
 */
export function createBreakpointCache(): ProviderCache {
  const entries = new Entries(BREAKPOINT_TTL_MS)
  return {
    take({ segments, tokens, isExplicit, atMs }) {
      const marked = segments.filter(({ isMarked }) => isMarked)
      const implicit = isExplicit ? [] : segments.slice(-1)
      const breakpoints = isExplicit ? marked : segments.filter(({ isMarked, endsMessage }) => isMarked || endsMessage)
      const found = longest(breakpoints.filter((segment) => entries.has(segment, atMs)))
      const written = [...marked.slice(implicit.length - BREAKPOINT_MAX_WRITES), ...implicit].filter(isLongEnough)
      for (const segment of found === undefined ? written : [...written, found]) entries.keep(segment, atMs)
      return price(tokens, found?.tokens ?? 0, longest(written)?.tokens ?? 0)
    },
  }
}

function isLongEnough({ tokens }: Segment): boolean {
  return tokens >= MIN_TOKENS
}

function longest(segments: readonly Segment[]): Segment | undefined {
  return segments.reduce<Segment | undefined>(
    (best, segment) => (best === undefined || segment.tokens > best.tokens ? segment : best),
    undefined,
  )
}

/** @param read tokens read from the cache @param written tokens of the prefix that is cached afterwards */
function price(tokens: number, read: number, written: number): number {
  const writes = Math.max(0, written - read)
  return tokens - read - writes + READ_PRICE * read + WRITE_PRICE * writes
}
