/** Bytes that are collected piece by piece, in memory that follows their number and not that of the pieces. */

const EMPTY = new Uint8Array(0)

/** One buffer that doubles: linear in what it holds, and at most twice its memory even when it comes byte by byte. */
export class GrowingBuffer {
  size = 0
  #buffer = EMPTY

  append(bytes: Uint8Array): void {
    const needed = this.size + bytes.length
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length))
      larger.set(this.#buffer.subarray(0, this.size))
      this.#buffer = larger
    }
    this.#buffer.set(bytes, this.size)
    this.size = needed
  }

  /** Hands the bytes out, without a copy, and begins again. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.size)
    // The buffer was handed out and may still be in use, so the next bytes get a new one.
    this.#buffer = EMPTY
    this.size = 0
    return taken
  }
}
