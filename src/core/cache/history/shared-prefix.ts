/** The history of one shared prefix: tools and system text that several calls may have in common. */

import { type Cached, Earnings, type MarkedPlace } from '../earning/earnings.ts'
import { Continuations } from './continuations.ts'

export class SharedPrefix implements MarkedPlace {
  readonly earnings = new Earnings()
  cached: Cached | undefined
  /** First calls. */
  readonly starts = new Continuations()
  /** Turns that would be the first of their conversation to be written to the cache. */
  readonly turns = new Continuations()
  /** When its end was last sent with a mark. */
  markedAt = Number.NEGATIVE_INFINITY
  /** Undefined when no place at its end can carry a mark. */
  tokens: number | undefined
  isMeasured = false
  #lastConversation = ''
  #seenAt = Number.NEGATIVE_INFINITY
  #seenByOthersAt = Number.NEGATIVE_INFINITY

  /** Memory of the calls that are tracked. */
  get trackedBytes(): number {
    return this.starts.trackedBytes + this.turns.trackedBytes
  }

  /** Records a call of `conversation`. @returns when another conversation last used this prefix */
  recordUse(conversation: string, now: number): number {
    if (conversation !== this.#lastConversation) {
      this.#seenByOthersAt = this.#seenAt
      this.#lastConversation = conversation
    }
    this.#seenAt = now
    return this.#seenByOthersAt
  }
}
