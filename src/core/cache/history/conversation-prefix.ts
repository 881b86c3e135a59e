/** The history of one conversation prefix: of one conversation, or of several that begin with the same bytes. */

import type { TrackedCall } from './continuations.ts'
import type { PrefixFingerprint } from './prefix-fingerprint.ts'

/** This many calls of one single length are a template with examples, not a conversation joined midway. */
const TEMPLATE_CALLS = 3

export class ConversationPrefix {
  readonly start: TrackedCall
  /** The last turn, if it would have been the first one to be written to the cache. */
  turn: TrackedCall | undefined
  /** When the end of a turn was last sent with a mark. */
  markedAt = Number.NEGATIVE_INFINITY
  #seenAt: number
  #length: number
  /** Number of calls of the same length that hold answers of the model; undefined once a length differed. */
  #equalLengths: number | undefined

  constructor({ isStart, length }: PrefixFingerprint, now: number) {
    this.start = { at: now, state: isStart ? 'open' : 'continued' }
    this.#seenAt = now
    this.#length = length
    this.#equalLengths = isStart ? undefined : 1
  }

  /** Records a call. @returns milliseconds since the call before it */
  recordCall({ length }: PrefixFingerprint, now: number): number {
    const agoMs = now - this.#seenAt
    this.#seenAt = now
    if (this.#equalLengths !== undefined) {
      this.#equalLengths = length === this.#length ? this.#equalLengths + 1 : undefined
    }
    this.#length = length
    return agoMs
  }

  /** Are the model's answers in it examples, the same in every call? */
  get isTemplate(): boolean {
    return this.#equalLengths !== undefined && this.#equalLengths >= TEMPLATE_CALLS
  }
}
