/** The history of one conversation prefix: of one conversation, or of several that begin with the same bytes. */

import type { TrackedCall } from './continuations.ts'
import type { PrefixFingerprint } from './prefix-fingerprint.ts'

export class ConversationPrefix {
  readonly start: TrackedCall
  /** The last turn, if it would have been the first one to be written to the cache. */
  turn: TrackedCall | undefined
  /** When the end of a turn was last sent with a mark. */
  markedAt = Number.NEGATIVE_INFINITY
  #seenAt: number

  constructor({ isStart }: PrefixFingerprint, now: number) {
    this.start = { at: now, state: isStart ? 'open' : 'continued' }
    this.#seenAt = now
  }

  /** Records a call. @returns milliseconds since the call before it */
  recordCall(now: number): number {
    const agoMs = now - this.#seenAt
    this.#seenAt = now
    return agoMs
  }
}
