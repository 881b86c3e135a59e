/** Bytes that are collected piece by piece, in memory that follows their number and not that of the pieces. */

export interface GrowingBuffer {
  readonly size: number
  append(bytes: Uint8Array): void
  /** Hands the bytes out, without a copy, and begins again. */
  take(): Uint8Array
}

/** One buffer that doubles: linear in what it holds, and at most twice its memory even when it comes byte by byte. */
export function createGrowingBuffer(): GrowingBuffer {
  let buffer = new Uint8Array(0)
  let size = 0
  return {
    get size() {
      return size
    },
    append(bytes) {
      const needed = size + bytes.length
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.max(needed, 2 * buffer.length))
        larger.set(buffer.subarray(0, size))
        buffer = larger
      }
      buffer.set(bytes, size)
      size = needed
    },
    take() {
      const taken = buffer.subarray(0, size)
      // The buffer was handed out and may still be in use, so the next bytes get a new one.
      buffer = new Uint8Array(0)
      size = 0
      return taken
    },
  }
}
