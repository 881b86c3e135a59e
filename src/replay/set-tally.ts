/** Sums up the requests of one set for one contender. */

import type { Figures } from './result.ts'

/** The figures of one request. */
export interface RequestFigures {
  readonly tokensBefore: number
  readonly tokensAfter: number
  readonly ms: number
  /** Undefined when the contender has no decoder. */
  readonly failedDecodes: number | undefined
  readonly failures: number
  readonly isPrefixBroken: boolean
}

/** The maximum weight of one tool output in `saved_percent_capped`. */
const CAP_TOKENS = 2_000

export class SetTally {
  readonly #about: Pick<Figures, 'name' | 'user_text'>
  #sessions = 0
  #before = 0
  #after = 0
  #larger = 0
  #failedDecodes: number | undefined
  #prefixBreaks = 0
  #failopen = 0
  #capped: { weight: number; saved: number } | undefined
  readonly #ms: number[] = []

  constructor(about: Pick<Figures, 'name' | 'user_text'>) {
    this.#about = about
  }

  addSession(): void {
    this.#sessions++
  }

  addRequest({ tokensBefore, tokensAfter, ms, failedDecodes, failures, isPrefixBroken }: RequestFigures): void {
    this.#before += tokensBefore
    this.#after += tokensAfter
    this.#ms.push(ms)
    this.#failopen += failures
    if (failedDecodes !== undefined) this.#failedDecodes = (this.#failedDecodes ?? 0) + failedDecodes
    if (tokensAfter > tokensBefore) this.#larger++
    if (isPrefixBroken) this.#prefixBreaks++
  }

  /** Also adds a single tool output with its capped weight. */
  addCapped(tokensBefore: number, tokensAfter: number): void {
    if (tokensBefore === 0) return
    const weight = Math.min(tokensBefore, CAP_TOKENS)
    this.#capped ??= { weight: 0, saved: 0 }
    this.#capped.weight += weight
    this.#capped.saved += weight * (1 - tokensAfter / tokensBefore)
  }

  get sessions(): number {
    return this.#sessions
  }

  result(): Figures {
    const sorted = this.#ms.toSorted((a, b) => a - b)
    return {
      ...this.#about,
      sessions: this.#sessions,
      requests: sorted.length,
      tokens_before: Math.round(this.#before),
      tokens_after: Math.round(this.#after),
      saved_percent: percentOf(this.#before - this.#after, this.#before),
      ...(this.#capped && { saved_percent_capped: percentOf(this.#capped.saved, this.#capped.weight) }),
      larger: this.#larger,
      ...(this.#failedDecodes !== undefined && { failed_decodes: this.#failedDecodes }),
      prefix_breaks: this.#prefixBreaks,
      failopen: this.#failopen,
      p50_ms: percentile(sorted, 0.5),
      p99_ms: percentile(sorted, 0.99),
    }
  }
}

/** Two decimals; 0 when `whole` is 0. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((10_000 * part) / whole) / 100
}

/** Nearest rank, three decimals; 0 for an empty list. */
function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(0, Math.ceil(share * sorted.length) - 1)
  return Math.round(1_000 * (sorted[rank] ?? 0)) / 1_000
}
