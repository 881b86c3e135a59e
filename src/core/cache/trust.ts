/**
 * Who takes our marks. A host that does not know them refuses the whole request, and the caller cannot know why: its
 * calls go without marks for a while. Bounded; the clock is passed in.
 */

import { RecentMap } from './recent-map.ts'

export interface Trust {
  /** May requests to this place be marked? */
  has(place: string, now: number): boolean
  /** A marked request was answered. @returns did it lose the trust in the place? */
  answered(place: string, status: number, now: number): boolean
}

/** Where marks were taken before, one refusal says nothing: callers make mistakes of their own. */
const REFUSALS = 3
/** Where they never were, each of these costs somebody a call: the pauses between them double. */
const FIRST_PAUSE_MS = 10 * 60_000
const LONGEST_PAUSE_MS = 24 * 60 * 60_000
const MAX_PLACES = 1024

/** Bad request, unprocessable: what a server says of members that it does not know. */
const REFUSED: ReadonlySet<number> = new Set([400, 422])

interface Place {
  /** In a row. */
  refusals: number
  /** Has it ever answered a marked request? */
  isProven: boolean
  lostUntil: number
  pauseMs: number
}

export function createTrust(): Trust {
  const places = new RecentMap<Place>(MAX_PLACES)
  const placeOf = (name: string): Place =>
    places.get(name) ??
    places.add(name, { refusals: 0, isProven: false, lostUntil: Number.NEGATIVE_INFINITY, pauseMs: FIRST_PAUSE_MS })
  return {
    has: (name, now) => now >= (places.get(name)?.lostUntil ?? now),
    answered(name, status, now) {
      if (status < 400) Object.assign(placeOf(name), { refusals: 0, isProven: true, pauseMs: FIRST_PAUSE_MS })
      if (!REFUSED.has(status)) return false
      const place = placeOf(name)
      // It was on its way when trust was lost.
      if (now < place.lostUntil) return false
      place.refusals++
      if (place.isProven && place.refusals < REFUSALS) return false
      place.lostUntil = now + place.pauseMs
      place.pauseMs = Math.min(2 * place.pauseMs, LONGEST_PAUSE_MS)
      return true
    },
  }
}
