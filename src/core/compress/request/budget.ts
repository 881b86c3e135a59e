/**
 * Limits the text scanned for one request. The limit is in bytes, never in time, so that a request always stops at the
 * same block.
 */

/**
 * Bytes scanned per request, each technique's scan counted. With a dozen techniques it allows 1.3 MB of blocks, some
 * 350,000 tokens of tool results: 0.5 to 1 s without a cache, 1 to 2 s for the most hostile text.
 */
export const MAX_WORK_BYTES = 16 * 1024 * 1024

/** UTF-16 units that the blocks of one request may decode to: more than the budget lets any profile compress. */
export const MAX_DECODED_UNITS = 8 * 1024 * 1024

/** The minimum charge for a block: scanning the shortest text has a cost too. */
const MIN_CHARGE_BYTES = 256

export class Budget {
  readonly #techniques: number
  #left = MAX_WORK_BYTES

  constructor(techniques: number) {
    this.#techniques = techniques
  }

  /** May a block still be tried? */
  get isLeft(): boolean {
    return this.#left >= 0
  }

  /** Charges one block, oldest first, as if nothing were cached; false from the first block beyond the budget. */
  take(blockBytes: number): boolean {
    this.#left -= Math.max(blockBytes, MIN_CHARGE_BYTES) * this.#techniques
    return this.isLeft
  }
}
