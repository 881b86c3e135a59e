/** Growing pauses. */
export class Backoff {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #isSpread: boolean
  #failures = 0

  /** @param isSpread so that many clients of a server that comes back do not come together */
  constructor(minMs: number, maxMs: number, { isSpread = true } = {}) {
    this.#minMs = minMs
    this.#maxMs = maxMs
    this.#isSpread = isSpread
  }

  /** Milliseconds: a time that doubles with each call, up to the largest, or `maxMs`; half to the whole of it where spread. */
  next(maxMs = this.#maxMs): number {
    const wholeMs = Math.min(maxMs, this.#minMs * 2 ** this.#failures)
    this.#failures++
    return this.#isSpread ? Math.max(this.#minMs, wholeMs * (0.5 + Math.random() / 2)) : wholeMs
  }

  reset(): void {
    this.#failures = 0
  }
}
