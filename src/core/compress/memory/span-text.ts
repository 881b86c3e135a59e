/** The text of one billed span, decoded and hashed when that is asked for. */

import type { BilledSpan, ReadBody } from '../../dialect/index.ts'
import { endOf, startOf } from '../../json/index.ts'
import { billedText } from './billed.ts'
import type { BilledTokens } from './count-budget.ts'
import { type Digests, digestOf, MIN_BYTES } from './digests.ts'

/** A text of the request, with its billed tokens. */
export interface BilledText extends BilledTokens {
  /** SHA-256 of its literal, computed on first use; undefined when it is not cached. */
  readonly digest: string | undefined
  /** Decoded on first use. */
  readonly text: string
}

export class SpanText implements BilledText {
  tokens = 0
  isEstimate = false
  /** Are the tokens known? */
  isCounted = false
  readonly span: BilledSpan
  /** Its place among the spans. */
  readonly nth: number
  readonly #read: ReadBody
  readonly #digests: Digests | 'none' | undefined
  #digest: string | undefined
  #text: string | undefined

  /** @param digests those that are computed already; none: it has no digest, since nothing is remembered */
  constructor(read: ReadBody, span: BilledSpan, nth: number, digests: Digests | 'none' | undefined) {
    this.#read = read
    this.span = span
    this.nth = nth
    this.#digests = digests
  }

  count(tokens: number): void {
    this.tokens = tokens
    this.isCounted = true
  }

  estimate(tokens: number): void {
    this.tokens = tokens
    this.isEstimate = true
    this.isCounted = true
  }

  get digest(): string | undefined {
    if (this.#digest !== undefined || this.#digests === 'none') return this.#digest
    const { tape, body } = this.#read
    const start = startOf(tape, this.span.node)
    const end = endOf(tape, this.span.node)
    if (end - start < MIN_BYTES) return undefined
    this.#digest = this.#digests?.get(start) ?? digestOf(body.subarray(start, end))
    return this.#digest
  }

  get text(): string {
    this.#text ??= billedText(this.#read.tape, this.span)
    return this.#text
  }
}
