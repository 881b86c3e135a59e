/**
 * Finds the places of a line in many texts by its hash, the newest first. Places are numbered through all texts, a number
 * a line, so that a place takes some twenty bytes and no object.
 */

/** No such place. */
export const NOWHERE = -1

const FIRST_PLACES = 1024

export class LineIndex {
  /** By place: the hash of its line, 0 for a line that is not looked for. */
  #hashes = new Uint32Array(FIRST_PLACES)
  /** By place: the place before it of a line with the same hash. */
  #older = new Int32Array(FIRST_PLACES)
  /** An open hash table: the newest place of a hash, plus one; 0 is free. */
  #slots = new Int32Array(2 * FIRST_PLACES)
  #places = 0

  /** Makes room for so many more lines at once: else the table is filled anew each time that it doubles. */
  expect(lines: number): void {
    this.#reserve(this.#places + lines)
  }

  /** @returns the place of its first line */
  add(lines: Uint32Array): number {
    const first = this.#places
    this.#reserve(first + lines.length)
    this.#hashes.set(lines, first)
    this.#places += lines.length
    for (let place = first; place < this.#places; place++) this.#enter(place)
    return first
  }

  /** The newest place with this hash, or NOWHERE. */
  newest(hash: number): number {
    return (this.#slots[this.#slotOf(hash)] as number) - 1
  }

  /** The place before `place` with the same hash, or NOWHERE. */
  older(place: number): number {
    return this.#older[place] as number
  }

  #enter(place: number): void {
    const hash = this.#hashes[place] as number
    if (hash === 0) return
    const slot = this.#slotOf(hash)
    this.#older[place] = (this.#slots[slot] as number) - 1
    this.#slots[slot] = place + 1
  }

  /** The slot of this hash, or the free one where it belongs. */
  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = (this.#slots[slot] as number) - 1
      if (place === NOWHERE || this.#hashes[place] === hash) return slot
    }
  }

  /** At most half of the slots are taken. */
  #reserve(places: number): void {
    let size = this.#hashes.length
    if (places <= size) return
    while (size < places) size *= 2
    const hashes = new Uint32Array(size)
    hashes.set(this.#hashes)
    this.#hashes = hashes
    this.#older = new Int32Array(size)
    this.#slots = new Int32Array(2 * size)
    for (let place = 0; place < this.#places; place++) this.#enter(place)
  }
}
