/**
 * Sums the bodies that are held in memory, uploads under way included, and says when the next ones must stream through
 * unread: what is not rewritten need not be held.
 */

import { MIB } from '../../src/core/limits.ts'

/** Beside 150 MB of a loaded process; four of the largest bodies. */
const MAX_HELD_BYTES = 256 * MIB
/** Of the memory that the system allows the process: a body is held as it came and as it is sent. */
const MEMORY_SHARE = 4

export class HeldBytes {
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes
  }

  /** The share of one call. */
  begin(): Hold {
    return new Hold(this)
  }

  /** @returns false when there is no room for so many more bytes; a negative number is given back */
  add(bytes: number): boolean {
    if (bytes > 0 && this.#bytes + bytes > this.#maxBytes) return false
    this.#bytes += bytes
    return true
  }
}

export class Hold {
  readonly #all: HeldBytes
  #bytes = 0

  constructor(all: HeldBytes) {
    this.#all = all
  }

  /** @returns false when there is no room for so many more bytes: nothing is taken */
  take(bytes: number): boolean {
    if (!this.#all.add(bytes)) return false
    this.#bytes += bytes
    return true
  }

  /** The call is over, and with it what was held for it. */
  release(): void {
    this.#all.add(-this.#bytes)
    this.#bytes = 0
  }
}

/** @param allowedBytes memory that the process may use, 0 where nothing limits it (`process.constrainedMemory()`) */
export function maxHeldBytes(allowedBytes: number): number {
  return allowedBytes > 0 ? Math.min(MAX_HELD_BYTES, Math.floor(allowedBytes / MEMORY_SHARE)) : MAX_HELD_BYTES
}
