/** A way to begin behind a head, and what became of it: of a conversation, or of all those that begin alike. */

import type { Begun } from './fates.ts'
import type { Sighting } from './sighting.ts'

/** So many calls of one length, and none of another, are no conversation that was met on its way. */
const TEMPLATE_CALLS = 3

export class Opening {
  readonly start: Begun
  /** The last turn, when it would have been the first to be written. */
  turn: Begun | undefined
  /** When the end of a turn went out marked. */
  markedAt = Number.NEGATIVE_INFINITY
  #seenAt: number
  #length: number
  /** Calls of the same length in which the model had spoken; undefined once one was shorter or longer. */
  #alike: number | undefined

  constructor({ isStart, length }: Sighting, now: number) {
    this.start = { at: now, fate: isStart ? 'open' : 'continued' }
    this.#seenAt = now
    this.#length = length
    this.#alike = isStart ? undefined : 1
  }

  /** @returns how long ago it was seen before; notes that it is seen now */
  see({ length }: Sighting, now: number): number {
    const agoMs = now - this.#seenAt
    this.#seenAt = now
    if (this.#alike !== undefined) this.#alike = length === this.#length ? this.#alike + 1 : undefined
    this.#length = length
    return agoMs
  }

  /** Are the model's words in it examples of the client's, the same in every call? */
  get isTemplate(): boolean {
    return this.#alike !== undefined && this.#alike >= TEMPLATE_CALLS
  }
}
