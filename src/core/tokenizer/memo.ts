/**
 * A cache of token counts for short pieces, 0.6 MB per vocabulary. It is direct-mapped: a new piece replaces the one in
 * its slot. The bytes themselves are the key, so a hit is never wrong, even if the author of a text knows the hash.
 * They are read four at a time: most pieces have at most two words of four, and a text of 200 KB has 60,000 pieces.
 */

const SLOT_BITS = 14
const SLOTS = 1 << SLOT_BITS

/** The longest piece that is cached; few real words are longer. */
const KEY_BYTES = 32
const KEY_WORDS = KEY_BYTES / 4

/** Its memory: key, length and count of each slot. */
export const MEMO_BYTES = SLOTS * (KEY_BYTES + 2)

/** Bytes after a piece that are read, and ignored. */
export const READ_AHEAD = 3

export class PieceMemo {
  readonly #keys = new Int32Array(SLOTS * KEY_WORDS)
  readonly #lengths = new Uint8Array(SLOTS)
  readonly #counts = new Uint8Array(SLOTS)

  /**
   * The cached count of the same bytes, or else the result of `make`, which is then cached.
   * @param view of the text's bytes, with READ_AHEAD more bytes after the piece
   */
  recall(view: DataView, start: number, end: number, make: (start: number, end: number) => number): number {
    const length = end - start
    if (length > KEY_BYTES) return make(start, end)
    const lastWord = (length - 1) & ~3
    // Clears the bytes of the last word that come after the piece.
    const last = view.getInt32(start + lastWord, true) & (-1 >>> (8 * (-length & 3)))
    let hash = Math.imul(last ^ length, 0x9e37_79b1)
    for (let at = 0; at < lastWord; at += 4) hash = mix(hash ^ view.getInt32(start + at, true))
    const slot = mix(hash) >>> (32 - SLOT_BITS)
    const keys = this.#keys
    const key = slot * KEY_WORDS
    const lastKey = key + (lastWord >> 2)
    const isLike = this.#lengths[slot] === length && keys[lastKey] === last
    let at = 0
    if (isLike) while (at < lastWord && keys[key + (at >> 2)] === view.getInt32(start + at, true)) at += 4
    if (isLike && at >= lastWord) return this.#counts[slot] ?? 0
    const count = make(start, end)
    for (at = 0; at < lastWord; at += 4) keys[key + (at >> 2)] = view.getInt32(start + at, true)
    keys[lastKey] = last
    this.#lengths[slot] = length
    this.#counts[slot] = count
    return count
  }
}

function mix(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b)
  return mixed ^ (mixed >>> 13)
}
