/** Bytes that are collected piece by piece into one buffer: pieces kept apart until the end would take their room twice. */

const EMPTY = Buffer.alloc(0)

/**
 * Once an eighth of what is expected has come, room is made for all of it. What is not written to takes no memory, and each
 * buffer that is outgrown would be garbage for a while.
 */
const LEAST_SHARE = 8

/** The buffer doubles: linear in what it holds, and at most twice its memory even when it comes byte by byte. */
export class GrowingBuffer {
  size = 0
  readonly #expected: number
  #buffer: Buffer = EMPTY

  /** @param expected bytes, which the buffer does not outgrow before they are exceeded; 0 when nobody said */
  constructor(expected = 0) {
    this.#expected = expected
  }

  /** Copies the bytes: a part of a large piece does not keep the whole of it in memory. */
  append(bytes: Uint8Array): void {
    const needed = this.size + bytes.length
    if (needed > this.#buffer.length) this.#grow(needed)
    this.#buffer.set(bytes, this.size)
    this.size = needed
  }

  /** As `append`, but the first piece is kept as it is: most bodies and replies have one only. */
  adopt(piece: Buffer): void {
    if (this.size > 0) {
      this.append(piece)
      return
    }
    this.#buffer = piece
    this.size = piece.length
  }

  /** Hands the bytes out, without a copy, and begins again. */
  take(): Buffer {
    const taken = this.#buffer.length === this.size ? this.#buffer : this.#buffer.subarray(0, this.size)
    // The buffer was handed out and may still be in use, so the next bytes get a new one.
    this.#buffer = EMPTY
    this.size = 0
    return taken
  }

  #grow(needed: number): void {
    const wanted = Math.max(needed, 2 * this.#buffer.length)
    const isExpected = needed <= this.#expected && LEAST_SHARE * wanted >= this.#expected
    const larger = Buffer.allocUnsafeSlow(isExpected ? this.#expected : wanted)
    larger.set(this.#buffer.subarray(0, this.size))
    this.#buffer = larger
  }
}
