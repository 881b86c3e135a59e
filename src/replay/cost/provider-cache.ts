/** The prompt caches of the providers, as their guides describe them (spec: prompt-compression, section 5). */

import { READ_PRICE, WRITE_PRICE } from '../../core/cache/index.ts'
import type { Segment, SimRequest } from './sim-request.ts'

/** Keeps entries from one request to the next. */
export interface ProviderCache {
  /** Takes a request in. @returns what its input costs, in uncached input tokens */
  take(request: SimRequest): number
}

/** What claude-sonnet-5, and every OpenAI model, caches at least. */
const MIN_TOKENS = 1024

/** Prefixes and when they end. */
class Entries {
  readonly #until = new Map<number, number>()
  readonly #ttlMs: number

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs
  }

  has({ prefix }: Segment, atMs: number): boolean {
    return (this.#until.get(prefix) ?? Number.NEGATIVE_INFINITY) >= atMs
  }

  /** Written anew or used again: either way it lives on. */
  keep({ prefix }: Segment, atMs: number): void {
    this.#until.set(prefix, atMs + this.#ttlMs)
  }
}

const ANTHROPIC_TTL_MS = 5 * 60_000
const ANTHROPIC_LOOK_BACK = 20
const ANTHROPIC_MAX_MARKS = 4

/** Anthropic: reads the longest prefix that was written no more than 20 blocks before a mark, writes up to the last mark. */
export function createAnthropicCache(): ProviderCache {
  const entries = new Entries(ANTHROPIC_TTL_MS)
  return {
    take({ segments, tokens, isAutomatic, atMs }) {
      const marks = segments.map(({ isMarked }, index) => (isMarked ? index : -1)).filter((index) => index >= 0)
      if (isAutomatic && marks.at(-1) !== segments.length - 1) marks.push(segments.length - 1)
      if (marks.length > ANTHROPIC_MAX_MARKS) throw new Error('more than four marks: the provider refuses the request')
      const near = marks.flatMap((mark) => segments.slice(Math.max(0, mark - ANTHROPIC_LOOK_BACK), mark + 1))
      const found = longest(near.filter((segment) => entries.has(segment, atMs)))
      const written = marks.map((mark) => segments[mark] as Segment).filter(isLongEnough)
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
 * OpenAI from GPT-5.6 on: reads exactly at a breakpoint, writes at the latest breakpoints. Unless it is switched off, the
 * end of the newest message is one, and the ends of earlier messages were.
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

/** @param read tokens read from the cache @param written the prefix, in tokens, that is in the cache afterwards */
function price(tokens: number, read: number, written: number): number {
  const writes = Math.max(0, written - read)
  return tokens - read - writes + READ_PRICE * read + WRITE_PRICE * writes
}
