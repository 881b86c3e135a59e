/**
 * A map with a limit, in entries or in bytes. It drops the least recently used entries.
 *
 * Their order is a list in two typed arrays. A `Map` that is kept in this order by removing and adding again gets a new
 * table after every few look-ups. V8 links each former table to the next one: an iterator that stands at the oldest entry
 * keeps all of them alive, and a former table that has grown old keeps those behind it until the next full collection.
 */

/** No slot. */
const NONE = -1
const FIRST_SLOTS = 8

export class RecentMap<V> {
  readonly #limit: number
  readonly #weight: number
  readonly #slots = new Map<string, number>()
  /** By slot. */
  readonly #keys: (string | undefined)[] = []
  readonly #values: (V | undefined)[] = []
  #weights: Int32Array<ArrayBuffer> | undefined
  /** The next older entry of each used slot; the next free slot of each free one. */
  #older = new Int32Array(FIRST_SLOTS)
  #newer = new Int32Array(FIRST_SLOTS)
  #oldest = NONE
  #newest = NONE
  #free = NONE
  #used = 0

  /**
   * @param limit of the sum of all weights; by default there is none
   * @param weight of an entry that is added without one; by default the limit is a number of entries
   */
  constructor(limit = Number.POSITIVE_INFINITY, weight = 1) {
    this.#limit = limit
    this.#weight = weight
  }

  get(key: string): V | undefined {
    const slot = this.#slots.get(key)
    if (slot === undefined) return undefined
    this.#touch(slot)
    return this.#values[slot]
  }

  /** Adds an entry, or replaces the one with this key. One that is heavier than the limit is not kept. */
  add(key: string, value: V, weight = this.#weight): V {
    const known = this.#slots.get(key)
    if (weight > this.#limit) {
      if (known !== undefined) this.#remove(known)
    } else if (known === undefined) {
      this.#insert(key, value, weight)
    } else {
      this.#touch(known)
      this.#replace(known, value, weight)
    }
    return value
  }

  get size(): number {
    return this.#slots.size
  }

  /** The least recently used value. To look at it is no use of it. */
  get oldest(): V | undefined {
    return this.#oldest === NONE ? undefined : this.#values[this.#oldest]
  }

  /** @returns the least recently used value, which is no longer in the map */
  dropOldest(): V | undefined {
    const { oldest } = this
    if (this.#oldest !== NONE) this.#remove(this.#oldest)
    return oldest
  }

  /** The sum of all weights. */
  get used(): number {
    return this.#used
  }

  #insert(key: string, value: V, weight: number): void {
    this.#makeRoom(weight)
    const slot = this.#takeSlot()
    this.#keys[slot] = key
    this.#values[slot] = value
    this.#weigh(slot, weight)
    this.#slots.set(key, slot)
    this.#append(slot)
    this.#used += weight
  }

  /** The entry is the newest one: it is never dropped for its own weight. */
  #replace(slot: number, value: V, weight: number): void {
    this.#values[slot] = value
    const before = this.#weightOf(slot)
    if (weight === before) return
    this.#makeRoom(weight - before)
    this.#weigh(slot, weight)
    this.#used += weight - before
  }

  #makeRoom(weight: number): void {
    while (this.#used + weight > this.#limit) this.#remove(this.#oldest)
  }

  #weightOf(slot: number): number {
    return this.#weights?.[slot] ?? this.#weight
  }

  #touch(slot: number): void {
    if (slot === this.#newest) return
    this.#unlink(slot)
    this.#append(slot)
  }

  #append(slot: number): void {
    this.#older[slot] = this.#newest
    this.#newer[slot] = NONE
    if (this.#newest === NONE) this.#oldest = slot
    else this.#newer[this.#newest] = slot
    this.#newest = slot
  }

  #unlink(slot: number): void {
    const older = this.#older[slot] as number
    const newer = this.#newer[slot] as number
    if (older === NONE) this.#oldest = newer
    else this.#newer[older] = newer
    if (newer === NONE) this.#newest = older
    else this.#older[newer] = older
  }

  #remove(slot: number): void {
    this.#unlink(slot)
    this.#slots.delete(this.#keys[slot] as string)
    this.#keys[slot] = undefined
    this.#values[slot] = undefined
    this.#used -= this.#weightOf(slot)
    this.#older[slot] = this.#free
    this.#free = slot
  }

  #takeSlot(): number {
    const free = this.#free
    if (free === NONE) {
      const slot = this.#keys.length
      if (slot === this.#older.length) this.#grow()
      return slot
    }
    this.#free = this.#older[free] as number
    return free
  }

  /** Weights are kept from the first one on that differs. */
  #weigh(slot: number, weight: number): void {
    if (this.#weights === undefined) {
      if (weight === this.#weight) return
      this.#weights = new Int32Array(this.#older.length).fill(this.#weight)
    }
    this.#weights[slot] = weight
  }

  #grow(): void {
    const slots = 2 * this.#older.length
    this.#older = grown(this.#older, slots)
    this.#newer = grown(this.#newer, slots)
    this.#weights &&= grown(this.#weights, slots)
  }
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length)
  longer.set(array)
  return longer
}
