/** Counts the uncovered occurrences of a repeat, and the tokens that an entry would save. */

import { gainOf } from '../gain.ts'
import type { Repeat } from './repeats.ts'
import type { Sequence } from './sequence.ts'

/** Limit of numbers read while counting again, per number of the sequence. Only hostile text comes near. */
const MAX_RECOUNT = 24

export class Counter {
  /** For every place the run that covers it, 0 for none. */
  readonly #cover: Int32Array
  #left: number
  readonly #order: Int32Array
  /** Sums of the estimates before each place. */
  readonly #sums: Int32Array
  /** The last count that visited a place. */
  readonly #seen: Int32Array
  #counts = 0

  constructor({ ids, estimates }: Sequence, order: Int32Array) {
    this.#cover = new Int32Array(ids.length)
    this.#left = MAX_RECOUNT * ids.length
    this.#order = order
    this.#seen = new Int32Array(ids.length)
    this.#sums = new Int32Array(ids.length + 1)
    for (let at = 0; at < ids.length; at++) this.#sums[at + 1] = (this.#sums[at] as number) + (estimates[at] as number)
  }

  get hasWorkLeft(): boolean {
    return this.#left > 0
  }

  /** A place of the repeat. */
  startOf({ from }: Repeat): number {
    return this.#order[from] as number
  }

  /** The gain of the first `length` numbers if nothing were covered, in tenths of a token. */
  mostGain(repeat: Repeat, length: number): number {
    return gainOf(this.#value(repeat, length), repeat.to - repeat.from + 1)
  }

  /** As `mostGain`, for uncovered occurrences that do not overlap. */
  gain(repeat: Repeat, length: number): number {
    this.#counts++
    let count = 0
    for (let index = repeat.from; index <= repeat.to; index++) {
      const start = this.#order[index] as number
      if (!this.#isFree(start, length)) continue
      this.#seen.fill(this.#counts, start, start + length)
      count++
    }
    return gainOf(this.#value(repeat, length), count)
  }

  /** Covers the occurrences that `gain` counted, and returns one of their places. */
  take(repeat: Repeat, length: number, run: number): number {
    let taken = -1
    this.#counts++
    for (let index = repeat.from; index <= repeat.to; index++) {
      const start = this.#order[index] as number
      if (!this.#isFree(start, length)) continue
      this.#cover.fill(run, start, start + length)
      taken = start
    }
    return taken
  }

  #value(repeat: Repeat, length: number): number {
    const start = this.startOf(repeat)
    return (this.#sums[start + length] as number) - (this.#sums[start] as number)
  }

  #isFree(start: number, length: number): boolean {
    this.#left -= length
    for (let at = start; at < start + length; at++) {
      if (this.#cover[at] !== 0 || this.#seen[at] === this.#counts) return false
    }
    return true
  }
}
