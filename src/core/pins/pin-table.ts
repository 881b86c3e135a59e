/**
 * Remembers one small number for each of millions of keys, in seven bytes a key: the form that a tool result was first
 * sent in. Bounded: when it is full, a new key takes the place of the one that was not asked for the longest.
 *
 * It is a hash table of 64 segments, so that growing one of them takes a millisecond; each key has two buckets of 16
 * slots and takes the emptier one (Azar et al., Balanced Allocations, 1999), which fills the table to nine tenths before
 * a key is dropped. It stores 46 bits of a key: of three million keys a new one is taken for a known one once in 25
 * million times.
 */

/** 46 bits of a hash: `low` has 32 of them, `high` 14. */
export interface PinKey {
  readonly high: number
  readonly low: number
}

const SEGMENTS = 64
const SLOTS_PER_BUCKET = 16
const BYTES_PER_SLOT = 7
const FIRST_BUCKETS = 4
const EPOCHS = 256
const TWO_32 = 2 ** 32

/** Pins of 100,000 sessions with 30 results each. */
export const MAX_PIN_BYTES = 24_000_000

export class PinTable {
  readonly #segments: (Segment | undefined)[] = new Array<undefined>(SEGMENTS)
  readonly #maxBuckets: number
  readonly #keysPerEpoch: number
  #epoch = 0
  #keysInEpoch = 0
  #size = 0

  /** @param maxBytes of all slots; the objects around them take 30 KB */
  constructor(maxBytes = MAX_PIN_BYTES) {
    const bucketBytes = SLOTS_PER_BUCKET * BYTES_PER_SLOT
    this.#maxBuckets = Math.max(1, Math.floor(maxBytes / SEGMENTS / bucketBytes))
    this.#keysPerEpoch = Math.max(1, Math.floor((this.#maxBuckets * SLOTS_PER_BUCKET * SEGMENTS) / (EPOCHS / 2)))
  }

  /** Keys held. */
  get size(): number {
    return this.#size
  }

  /** Bytes of all slots, empty ones included. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + (segment?.bytes ?? 0), 0)
  }

  /** @returns undefined for a key that is not held; one that is counts as just used */
  get({ high, low }: PinKey): number | undefined {
    return this.#segments[high % SEGMENTS]?.get(high >>> 6, low, this.#epoch)
  }

  /** @param value 1 to 255 */
  set({ high, low }: PinKey, value: number): void {
    const segment = this.#segmentOf(high % SEGMENTS)
    const what = segment.set({ high: high >>> 6, low, value, epoch: this.#epoch })
    if (what === 'changed') return
    if (what === 'added') this.#size++
    // A replaced key counts as well: in a full table time would stand still, and the newest keys would be the next to go.
    this.#keysInEpoch++
    if (this.#keysInEpoch < this.#keysPerEpoch) return
    this.#keysInEpoch = 0
    this.#epoch = (this.#epoch + 1) % EPOCHS
  }

  /** Gives all keys one value. */
  fill(value: number): void {
    for (const segment of this.#segments) segment?.fill(value)
  }

  #segmentOf(index: number): Segment {
    const segment = this.#segments[index] ?? new Segment(this.#maxBuckets)
    this.#segments[index] = segment
    return segment
  }
}

interface Entry {
  /** The eight bits of a key beside `low`. */
  readonly high: number
  readonly low: number
  readonly value: number
  readonly epoch: number
}

class Segment {
  readonly #maxBuckets: number
  #buckets: number
  #lows: Uint32Array
  #highs: Uint8Array
  /** 0: an empty slot. */
  #values: Uint8Array
  #epochs: Uint8Array

  constructor(maxBuckets: number) {
    this.#maxBuckets = maxBuckets
    this.#buckets = Math.min(FIRST_BUCKETS, maxBuckets)
    const slots = this.#buckets * SLOTS_PER_BUCKET
    this.#lows = new Uint32Array(slots)
    this.#highs = new Uint8Array(slots)
    this.#values = new Uint8Array(slots)
    this.#epochs = new Uint8Array(slots)
  }

  get bytes(): number {
    return this.#values.length * BYTES_PER_SLOT
  }

  get(high: number, low: number, epoch: number): number | undefined {
    const slot = this.#find(high, low)
    if (slot === -1) return undefined
    this.#epochs[slot] = epoch
    return this.#values[slot]
  }

  set(entry: Entry): 'added' | 'changed' | 'replaced' {
    const { high, low } = entry
    const known = this.#find(high, low)
    if (known !== -1) {
      this.#write(known, entry)
      return 'changed'
    }
    const free = this.#freeSlot(high, low)
    if (free !== -1) {
      this.#write(free, entry)
      return 'added'
    }
    if (this.#buckets < this.#maxBuckets) {
      this.#grow()
      return this.set(entry)
    }
    this.#write(this.#oldestSlot(entry), entry)
    return 'replaced'
  }

  fill(value: number): void {
    this.#values.forEach((held, slot, values) => {
      if (held !== 0) values[slot] = value
    })
  }

  #find(high: number, low: number): number {
    const first = this.#findIn(this.#firstBucket(low), high, low)
    return first === -1 ? this.#findIn(this.#secondBucket(high, low), high, low) : first
  }

  #findIn(start: number, high: number, low: number): number {
    for (let slot = start; slot < start + SLOTS_PER_BUCKET; slot++) {
      if (this.#lows[slot] === low && this.#highs[slot] === high && this.#values[slot] !== 0) return slot
    }
    return -1
  }

  /** In the emptier one of the key's two buckets; slots of a bucket are taken in order and never given back. */
  #freeSlot(high: number, low: number): number {
    const first = this.#firstBucket(low)
    const second = this.#secondBucket(high, low)
    const usedInFirst = this.#used(first)
    const usedInSecond = this.#used(second)
    if (Math.min(usedInFirst, usedInSecond) === SLOTS_PER_BUCKET) return -1
    return usedInFirst <= usedInSecond ? first + usedInFirst : second + usedInSecond
  }

  #used(start: number): number {
    let used = 0
    while (used < SLOTS_PER_BUCKET && this.#values[start + used] !== 0) used++
    return used
  }

  #oldestSlot({ high, low, epoch }: Entry): number {
    const first = this.#firstBucket(low)
    let oldest = first
    let greatestAge = -1
    for (const start of [first, this.#secondBucket(high, low)]) {
      for (let slot = start; slot < start + SLOTS_PER_BUCKET; slot++) {
        const age = (epoch - (this.#epochs[slot] ?? 0) + EPOCHS) % EPOCHS
        if (age <= greatestAge) continue
        greatestAge = age
        oldest = slot
      }
    }
    return oldest
  }

  #firstBucket(low: number): number {
    return Math.floor((low / TWO_32) * this.#buckets) * SLOTS_PER_BUCKET
  }

  #secondBucket(high: number, low: number): number {
    // Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4): the golden ratio of 2^32.
    const mixed = Math.imul(low ^ (low >>> 15) ^ (high << 20), 0x9e3779b1) >>> 0
    return Math.floor((mixed / TWO_32) * this.#buckets) * SLOTS_PER_BUCKET
  }

  #write(slot: number, { high, low, value, epoch }: Entry): void {
    this.#lows[slot] = low
    this.#highs[slot] = high
    this.#values[slot] = value
    this.#epochs[slot] = epoch
  }

  #grow(): void {
    const lows = this.#lows
    const highs = this.#highs
    const values = this.#values
    const epochs = this.#epochs
    this.#buckets = Math.min(2 * this.#buckets, this.#maxBuckets)
    const slots = this.#buckets * SLOTS_PER_BUCKET
    this.#lows = new Uint32Array(slots)
    this.#highs = new Uint8Array(slots)
    this.#values = new Uint8Array(slots)
    this.#epochs = new Uint8Array(slots)
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot] as number
      if (value === 0) continue
      const entry = { high: highs[slot] as number, low: lows[slot] as number, epoch: epochs[slot] as number, value }
      const free = this.#freeSlot(entry.high, entry.low)
      this.#write(free === -1 ? this.#oldestSlot(entry) : free, entry)
    }
  }
}
