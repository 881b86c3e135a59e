/** What was seen of one head: tools and system text that several calls may share. */

import { Fates } from './fates.ts'

export class Head {
  /** Of first calls. */
  readonly starts = new Fates()
  /** Of turns that would be the first of their conversation to be written. */
  readonly turns = new Fates()
  /** When its end went out marked. */
  markedAt = Number.NEGATIVE_INFINITY
  /** Undefined when it has no end that can be marked. */
  tokens: number | undefined
  isMeasured = false
  #lastOpening = ''
  #seenAt = Number.NEGATIVE_INFINITY
  #seenByOthersAt = Number.NEGATIVE_INFINITY

  /** @returns when a call with another opening had this head; notes that `opening` has it now */
  sharedAt(opening: string, now: number): number {
    if (opening !== this.#lastOpening) {
      this.#seenByOthersAt = this.#seenAt
      this.#lastOpening = opening
    }
    this.#seenAt = now
    return this.#seenByOthersAt
  }
}
