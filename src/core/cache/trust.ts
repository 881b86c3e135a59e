/**
 * Who takes our marks. A host that does not know them refuses the whole request, which must then be sent again without:
 * its calls go without marks for a while. Bounded; the clock is passed in.
 */

import { RecentMap } from './recent-map.ts'

export interface Trust {
  /** May requests to this place be marked? */
  has(place: string, now: number): boolean
  /** A marked request was answered. */
  taken(place: string): void
  /** A request was refused with its marks, and answered without them. */
  refused(place: string, now: number): void
}

/** Each refusal costs somebody a round trip: the pauses between them double. */
const FIRST_PAUSE_MS = 10 * 60_000
const LONGEST_PAUSE_MS = 24 * 60 * 60_000
const MAX_PLACES = 1024

interface Place {
  lostUntil: number
  /** The next one. */
  pauseMs: number
}

export function createTrust(): Trust {
  const places = new RecentMap<Place>(MAX_PLACES)
  return {
    has: (name, now) => now >= (places.get(name)?.lostUntil ?? now),
    taken(name) {
      const place = places.get(name)
      if (place !== undefined) place.pauseMs = FIRST_PAUSE_MS
    },
    refused(name, now) {
      const place = places.get(name) ?? places.add(name, { lostUntil: now, pauseMs: FIRST_PAUSE_MS })
      // It was on its way when trust was lost.
      if (now < place.lostUntil) return
      place.lostUntil = now + place.pauseMs
      place.pauseMs = Math.min(2 * place.pauseMs, LONGEST_PAUSE_MS)
    },
  }
}
