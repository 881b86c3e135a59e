/** The sequence that is searched for repeats: all atoms of a text, or stretches of them. */

import type { Atoms } from '../atoms.ts'

export interface Sequence {
  /** An atom's number; above those the ends of stretches, each with its own number. */
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

export function sequenceOf({ ids, count }: Atoms, estimates: Int32Array): Sequence {
  if (count <= STRETCHES * STRETCH_ATOMS) return { ids, estimates, limit: count }
  const writer = new Writer(STRETCHES * (STRETCH_ATOMS + 1), count)
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const from = Math.floor((stretch * (count - STRETCH_ATOMS)) / (STRETCHES - 1))
    for (let at = from; at < from + STRETCH_ATOMS; at++) writer.put(ids[at] as number, estimates[at] as number)
    writer.endStretch()
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
