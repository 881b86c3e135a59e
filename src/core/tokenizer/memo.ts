/**
 * Remembers how many tokens short pieces have: direct-mapped, a newer piece replaces an older one of the same slot.
 * The bytes themselves are the key, so a hit is never wrong, whatever a text's author knows of the hash.
 */

const SLOT_BITS = 14
const SLOTS = 1 << SLOT_BITS

/** The longest piece that is remembered; few real words are longer. */
const KEY_BYTES = 32

export class PieceMemo {
  readonly #keys = new Uint8Array(SLOTS * KEY_BYTES)
  readonly #lengths = new Uint8Array(SLOTS)
  readonly #counts = new Uint8Array(SLOTS)

  /** The count set for the same bytes, or 0. */
  get(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slot = hash >>> (32 - SLOT_BITS)
    const length = end - start
    if (this.#lengths[slot] !== length) return 0
    const keys = this.#keys
    const key = slot * KEY_BYTES
    for (let index = 0; index < length; index++) if (keys[key + index] !== bytes[start + index]) return 0
    return this.#counts[slot] as number
  }

  /** Remembers `count`; longer pieces are let go. */
  set(hash: number, piece: Uint8Array, count: number): void {
    if (piece.length > KEY_BYTES) return
    const slot = hash >>> (32 - SLOT_BITS)
    this.#keys.set(piece, slot * KEY_BYTES)
    this.#lengths[slot] = piece.length
    this.#counts[slot] = count
  }
}
