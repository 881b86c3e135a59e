/** What providers themselves say of caches and reasoning, by reason, for `/stats` and the savings page. */

import type { CallSummary } from '../call-summary.ts'

export interface DiagnosisFigures {
  /** Replies whose prompt cache was not read, by the provider's reason; only where the client asks for it. */
  readonly cache_misses: Readonly<Record<string, MissFigures>>
  /** Entries of `input_transformations`, by kind and reason: reasoning that did not fit the request. */
  readonly input_transformations: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Replies with `anthropic-thinking-prefix-mismatch`, by its pattern. */
  readonly thinking_mismatches: Readonly<Record<string, number>>
}

interface MissFigures {
  replies: number
  /** As the provider says; null while it says none. */
  missed_tokens: number | null
}

/** Kinds, reasons and patterns are from closed lists, so nothing here grows. */
export class DiagnosisTotals {
  readonly #misses: Record<string, MissFigures> = {}
  readonly #transformations: Record<string, Record<string, number>> = {}
  readonly #mismatches: Record<string, number> = {}

  add({ reply, mismatchPattern }: CallSummary): void {
    const { cacheMiss, transformations = [] } = reply
    if (cacheMiss !== undefined) {
      this.#misses[cacheMiss.reason] ??= { replies: 0, missed_tokens: null }
      const miss = this.#misses[cacheMiss.reason] as MissFigures
      miss.replies++
      if (cacheMiss.tokens !== undefined) miss.missed_tokens = (miss.missed_tokens ?? 0) + cacheMiss.tokens
    }
    for (const { kind, reason } of transformations) {
      this.#transformations[kind] ??= {}
      increase(this.#transformations[kind], reason)
    }
    if (mismatchPattern !== undefined) increase(this.#mismatches, mismatchPattern)
  }

  figures(): DiagnosisFigures {
    return structuredClone({
      cache_misses: this.#misses,
      input_transformations: this.#transformations,
      thinking_mismatches: this.#mismatches,
    })
  }
}

function increase(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
