/** Cached prefixes with their times of expiry. */

import type { CacheRules } from '../../core/model/index.ts'
import type { Segment } from './sim-request.ts'

export class CacheEntries {
  readonly #until = new Map<number, number>()
  readonly #rules: CacheRules

  constructor(rules: CacheRules) {
    this.#rules = rules
  }

  has({ prefix }: Segment, atMs: number): boolean {
    return (this.#until.get(prefix) ?? Number.NEGATIVE_INFINITY) >= atMs
  }

  /** Both writing and reading an entry extend its life; it counts from the start of the request. */
  keep(segments: readonly Segment[], atMs: number): void {
    const { ttlSeconds = Number.POSITIVE_INFINITY, ttlSecondsLong = ttlSeconds } = this.#rules
    for (const { prefix, isLong } of segments) {
      const until = atMs + 1000 * (isLong ? ttlSecondsLong : ttlSeconds)
      this.#until.set(prefix, Math.max(until, this.#until.get(prefix) ?? until))
    }
  }
}
