/** How much text one request may have scanned. Counted in bytes, never in time, so that a request always stops at the same block. */

/**
 * Bytes scanned per request, each technique's scan counted. With a dozen techniques 1.3 MB of blocks, some 350,000 tokens
 * of tool results: half a second to a second where nothing is cached, one to two of the most hostile text.
 */
export const MAX_WORK_BYTES = 16 * 1024 * 1024

/** UTF-16 units that the blocks of one request may decode to: more than the budget lets any profile take on. */
export const MAX_DECODED_UNITS = 8 * 1024 * 1024

/** A block is charged for at least as much: no technique looks at a text for nothing. */
const MIN_CHARGE_BYTES = 256

export interface Budget {
  /** Charges one block, oldest first, as if nothing were cached; false from the first block on that is past the budget. */
  take(blockBytes: number): boolean
}

export function createBudget(techniqueCount: number): Budget {
  let left = MAX_WORK_BYTES
  return {
    take(blockBytes) {
      left -= Math.max(blockBytes, MIN_CHARGE_BYTES) * techniqueCount
      return left >= 0
    },
  }
}
