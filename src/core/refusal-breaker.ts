/**
 * A circuit breaker for one thing that we add to requests. A host that does not know it refuses the whole request, which
 * is then sent again without; later calls to that place go without for a while. Bounded; the clock is passed in.
 */

import { RecentMap } from './recent-map.ts'

export interface RefusalBreaker {
  /** May it be added to requests to this place? */
  allows(place: string, now: number): boolean
  /** Records that a request with it was answered. */
  succeeded(place: string): void
  /** Records that a request was refused with it, and answered without. */
  refused(place: string, now: number): void
  /** Memory of the places, about. */
  readonly bytes: number
}

/** Each refusal costs one call a round trip: the pauses between attempts double. */
const FIRST_PAUSE_MS = 10 * 60_000
const LONGEST_PAUSE_MS = 24 * 60 * 60_000
/** Of a place without its name, which holds a model's: a client chooses its length. */
const PLACE_BYTES = 400
const MAX_BYTES = 640 * 1024

interface Place {
  pausedUntil: number
  nextPauseMs: number
}

/** @param maxBytes of the places that are remembered */
export function createRefusalBreaker(maxBytes = MAX_BYTES): RefusalBreaker {
  const places = new RecentMap<Place>(maxBytes, PLACE_BYTES)
  return {
    allows: (name, now) => now >= (places.get(name)?.pausedUntil ?? now),
    succeeded(name) {
      const place = places.get(name)
      if (place !== undefined) place.nextPauseMs = FIRST_PAUSE_MS
    },
    refused(name, now) {
      const bytes = PLACE_BYTES + 2 * name.length
      const place = places.get(name) ?? places.add(name, { pausedUntil: now, nextPauseMs: FIRST_PAUSE_MS }, bytes)
      // This call was sent before the pause began.
      if (now < place.pausedUntil) return
      place.pausedUntil = now + place.nextPauseMs
      place.nextPauseMs = Math.min(2 * place.nextPauseMs, LONGEST_PAUSE_MS)
    },
    get bytes() {
      return places.used
    },
  }
}
