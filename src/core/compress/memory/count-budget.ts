/**
 * Limits the counting of a request's texts. What is tried in another form is counted whole, since its tokens decide; all
 * other texts share a budget, beyond which they are estimated by their length.
 */

import type { Steps } from '../../steps.ts'
import { type CountedAs, countingAs, LONG_TEXT, type TokenCounter } from '../../tokenizer/index.ts'

/** Work of one request: 16 MB of ordinary text, half a megabyte of base64; a quarter of a second of either. */
export const MAX_COUNT_WORK = 16 * 1024 * 1024

/** UTF-16 units of a token, where none was counted yet. */
const USUAL_UNITS = 4
/** Fewer units say too little of a text. */
const LEAST_UNITS = 4096

export interface BilledTokens {
  readonly tokens: number
  readonly isEstimate: boolean
}

export class CountBudget {
  #left = MAX_COUNT_WORK
  #tokens = 0
  #units = 0

  /**
   * @param isWhole counts it whole, whatever is left
   * @returns undefined for a text that takes steps, and where nothing is left
   */
  countAtOnce(counter: TokenCounter, what: CountedAs, text: string, isWhole: boolean): number | undefined {
    if (text.length >= LONG_TEXT || (this.#left <= 0 && !isWhole)) return undefined
    const tokens = counter[what](text)
    if (!isWhole) this.#left -= text.length
    this.#tokens += tokens
    this.#units += text.length
    return tokens
  }

  /** @param isWhole as for `countAtOnce` */
  *count(
    counter: TokenCounter,
    { what, text, isWhole }: { readonly what: CountedAs; readonly text: string; readonly isWhole: boolean },
  ): Steps<BilledTokens> {
    const allowed = isWhole ? Number.POSITIVE_INFINITY : Math.max(0, this.#left)
    if (allowed === 0) return { tokens: this.#estimate(text), isEstimate: true }
    const { tokens, share, work } = yield* countingAs(counter, { what, text }, allowed)
    if (!isWhole) this.#left -= work
    this.#tokens += tokens
    this.#units += share * text.length
    if (share === 1) return { tokens, isEstimate: false }
    const isTelling = share * text.length >= LEAST_UNITS
    return { tokens: isTelling ? tokens / share : this.#estimate(text), isEstimate: true }
  }

  /** As dense as the rest of the request. */
  #estimate(text: string): number {
    return this.#units < LEAST_UNITS ? text.length / USUAL_UNITS : (text.length * this.#tokens) / this.#units
  }
}
