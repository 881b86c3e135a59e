/** Growing pauses, spread so that many clients of a server that comes back do not come together. */
export class Backoff {
  readonly #minMs: number
  readonly #maxMs: number
  #failures = 0

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs
    this.#maxMs = maxMs
  }

  /** Milliseconds: half to the whole of a time that doubles with each call, up to the largest, or `maxMs`. */
  next(maxMs = this.#maxMs): number {
    const wholeMs = Math.min(maxMs, this.#minMs * 2 ** this.#failures)
    this.#failures++
    return Math.max(this.#minMs, wholeMs * (0.5 + Math.random() / 2))
  }

  reset(): void {
    this.#failures = 0
  }
}
