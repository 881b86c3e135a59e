/** Which repeated runs are worth an entry: the best first, each counted again without what is already said shorter. */

import { MinHeap } from '../../tokenizer/min-heap.ts'
import { gainOf, MIN_GAIN } from './gain.ts'
import { readableLength } from './readable.ts'
import { type Repeat, repeatsOf } from './repeats.ts'
import type { Sequence } from './sequence.ts'

/** Numbers looked at while counting again, per number of the sequence. Only text made for it comes near. */
const MAX_RECOUNT = 24

/** A run worth an entry, by one of the places where it stands. */
export interface Chosen {
  readonly start: number
  readonly length: number
}

/** No longer runs are tried again once they are found to gain less: a heap's key holds the gain and the repeat. */
const REPEATS = 2 ** 20

/**
 * At most `most` runs, the best first.
 * @param kindOf the kind of atom behind a number of the sequence
 * @returns the runs, and for every place of the sequence the run + 1 that covers it, 0 for none
 */
export function chooseRuns(
  sequence: Sequence,
  most: number,
  kindOf: (id: number) => number,
): { chosen: Chosen[]; cover: Int32Array } {
  const { order, repeats } = repeatsOf(sequence.ids, sequence.limit)
  const counter = new Counter(sequence, order)
  const heap = new MinHeap(repeats.length)
  const lengths = repeats.map(({ from, length, beyond }) => {
    const readable = readableLength(sequence.ids, order[from] as number, length, kindOf)
    return readable > beyond ? readable : 0
  })
  for (const [index, repeat] of repeats.entries()) {
    const gain = counter.gain(repeat, lengths[index] as number, repeat.to - repeat.from + 1)
    if (gain >= MIN_GAIN) heap.push(keyOf(gain, index))
  }
  const chosen: Chosen[] = []
  while (heap.size > 0 && chosen.length < most && counter.left > 0) {
    const key = heap.pop()
    const index = ((key % REPEATS) + REPEATS) % REPEATS
    const repeat = repeats[index] as Repeat
    const length = lengths[index] as number
    const gain = counter.gain(repeat, length, counter.count(repeat, length))
    if (gain < MIN_GAIN) continue
    if (keyOf(gain, index) > key) heap.push(keyOf(gain, index))
    else chosen.push({ start: counter.take(repeat, length, chosen.length + 1), length })
  }
  return { chosen, cover: counter.cover }
}

/** Smallest first: the greatest gain, and of equal ones the first repeat. */
function keyOf(gain: number, index: number): number {
  return index - gain * REPEATS
}

/** What an entry would save, given what is covered by entries so far. */
class Counter {
  readonly cover: Int32Array
  /** Work left. */
  left: number
  readonly #order: Int32Array
  /** Of the estimates before each place. */
  readonly #sums: Int32Array
  /** The last count that looked at a place. */
  readonly #seen: Int32Array
  #counts = 0

  constructor({ ids, estimates }: Sequence, order: Int32Array) {
    this.cover = new Int32Array(ids.length)
    this.left = MAX_RECOUNT * ids.length
    this.#order = order
    this.#seen = new Int32Array(ids.length)
    this.#sums = new Int32Array(ids.length + 1)
    for (let at = 0; at < ids.length; at++) this.#sums[at + 1] = (this.#sums[at] as number) + (estimates[at] as number)
  }

  /** In tenths of a token. */
  gain({ from }: Repeat, length: number, count: number): number {
    if (length === 0) return 0
    const start = this.#order[from] as number
    const value = (this.#sums[start + length] as number) - (this.#sums[start] as number)
    return gainOf(value, count)
  }

  /** How often the run stands where nothing is covered, its occurrences apart from each other. */
  count(repeat: Repeat, length: number): number {
    this.#counts++
    let count = 0
    for (let index = repeat.from; index <= repeat.to; index++) {
      const start = this.#order[index] as number
      if (!this.#isFree(start, length)) continue
      this.#seen.fill(this.#counts, start, start + length)
      count++
    }
    return count
  }

  /** Covers what `count` counted last; the start of one of the places. */
  take(repeat: Repeat, length: number, run: number): number {
    let taken = -1
    this.#counts++
    for (let index = repeat.from; index <= repeat.to; index++) {
      const start = this.#order[index] as number
      if (!this.#isFree(start, length)) continue
      this.cover.fill(run, start, start + length)
      taken = start
    }
    return taken
  }

  /** Longer runs were mostly covered or counted before: what was covered in the middle of one covers an end of others. */
  #isFree(start: number, length: number): boolean {
    this.left -= length
    for (let at = start; at < start + length; at++) {
      if (this.cover[at] !== 0 || this.#seen[at] === this.#counts) return false
    }
    return true
  }
}
