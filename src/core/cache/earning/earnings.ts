/**
 * Do marks earn their price in one place, a conversation or a shared prefix? The provider's own figures tell: tokens
 * that it cached and that are sent again must be read (docs/spec/prompt-cache.md, Marks that earn).
 */

import type { Usage } from '../../dialect/index.ts'

/** A place where requests are marked. */
export interface MarkedPlace {
  readonly earnings: Earnings
  /** Undefined until the provider has reported a marked request as cached. */
  cached: Cached | undefined
}

/** A prefix in the provider's cache. */
export interface Cached {
  readonly tokens: number
  /** When its request was sent, in milliseconds on the history's clock. */
  readonly at: number
  /** Content blocks up to its end. */
  readonly blocks: number
}

/** A marked request whose reply will show whether its place earns. */
export interface AwaitedRead {
  readonly place: MarkedPlace
  /** Tokens that were cached and must be read; 0 when none are known to be. */
  readonly due: number
  readonly sent: Omit<Cached, 'tokens'>
}

/** @param usage a reply without figures of a cache proves nothing: an unknown read is not a missing one */
export function recordRead({ place, due, sent }: AwaitedRead, { cacheRead, cacheCreation }: Usage = {}): void {
  if (cacheRead === undefined && cacheCreation === undefined) return
  const read = cacheRead ?? 0
  if (due > 0) place.earnings.record(due, read)
  place.cached = { ...sent, tokens: read + (cacheCreation ?? 0) }
}

/** @returns the tokens that a request marked in this place has to read */
export function dueIn(
  { cached }: MarkedPlace,
  sent: AwaitedRead['sent'],
  { ttlMs, lookBack }: { readonly ttlMs: number; readonly lookBack: number },
): number {
  if (cached === undefined || sent.at - cached.at > ttlMs) return 0
  return sent.blocks - cached.blocks > lookBack ? 0 : cached.tokens
}

/** After this many calls without marks at the latest, one is tried again. */
const LONGEST_REST = 64

/** Each read that was due and did not come makes marks rest: for 1 call, then for 2, 4, ... until a read comes. */
export class Earnings {
  #misses = 0
  #rest = 0

  /** Asks for one call. @returns false while marks rest */
  mayMark(): boolean {
    if (this.#rest === 0) return true
    this.#rest--
    return false
  }

  record(due: number, read: number): void {
    if (2 * read >= due) {
      this.#misses = 0
      this.#rest = 0
      return
    }
    // This call was sent before the rest began.
    if (this.#rest > 0) return
    this.#rest = Math.min(2 ** this.#misses, LONGEST_REST)
    this.#misses++
  }
}
