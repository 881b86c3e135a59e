/**
 * The sequence that is searched for repeats: stretches of atoms, with marks in place of chosen entries, and the
 * entries' values.
 */

import type { Atoms } from '../atoms.ts'
import { TOKEN } from '../token-estimate.ts'

export interface Sequence {
  /** An atom's number; above them a mark's number; above those the borders between stretches, each with its own number. */
  readonly ids: Int32Array
  /** In tenths of a token. */
  readonly estimates: Int32Array
  /** Above every number in `ids`. */
  readonly limit: number
}

/** A run worth an entry, by one of its places. */
export interface Chosen {
  readonly start: number
  readonly length: number
}

/** Larger texts are sampled in so many stretches of so many atoms: the parts of a long log are alike. */
const STRETCHES = 4
const STRETCH_ATOMS = 1500

/** @param marks how many numbers to reserve for marks, after those of the atoms */
export function sequenceOf({ ids, count }: Atoms, estimates: Int32Array, marks: number): Sequence {
  const limit = count + marks
  if (count <= STRETCHES * STRETCH_ATOMS) return { ids, estimates, limit }
  const writer = new Writer(STRETCHES * (STRETCH_ATOMS + 1), limit)
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const from = Math.floor((stretch * (count - STRETCH_ATOMS)) / (STRETCHES - 1))
    for (let at = from; at < from + STRETCH_ATOMS; at++) writer.put(ids[at] as number, estimates[at] as number)
    writer.endStretch()
  }
  return writer.sequence
}

/** The sequence with marks in place of the chosen runs; their values follow as stretches of their own. */
export function withMarks(
  { ids, estimates, limit }: Sequence,
  chosen: readonly Chosen[],
  cover: Int32Array,
  firstMark: number,
): Sequence {
  const values = chosen.reduce((sum, { length }) => sum + length + 1, 0)
  const writer = new Writer(ids.length + 1 + values, limit)
  for (let at = 0; at < ids.length; ) {
    const run = cover[at] as number
    if (run === 0) writer.put(ids[at] as number, estimates[at++] as number)
    else {
      writer.put(firstMark + run - 1, TOKEN)
      at += (chosen[run - 1] as Chosen).length
    }
  }
  for (const { start, length } of chosen) {
    writer.endStretch()
    for (let at = start; at < start + length; at++) writer.put(ids[at] as number, estimates[at] as number)
  }
  return writer.sequence
}

class Writer {
  readonly #ids: Int32Array
  readonly #estimates: Int32Array
  #count = 0
  #limit: number

  constructor(capacity: number, limit: number) {
    this.#ids = new Int32Array(capacity)
    this.#estimates = new Int32Array(capacity)
    this.#limit = limit
  }

  get sequence(): Sequence {
    const end = this.#count
    return { ids: this.#ids.subarray(0, end), estimates: this.#estimates.subarray(0, end), limit: this.#limit }
  }

  put(id: number, estimate: number): void {
    this.#ids[this.#count] = id
    this.#estimates[this.#count++] = estimate
  }

  endStretch(): void {
    this.put(this.#limit++, 0)
  }
}
