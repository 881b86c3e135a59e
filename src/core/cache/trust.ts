/**
 * Who takes our marks. A host that does not know them refuses the whole request, and the caller cannot know why: after
 * some refusals in a row its calls go without marks for a while. Bounded; the clock is passed in.
 */

import { RecentMap } from './recent-map.ts'

export interface Trust {
  /** May requests to this place be marked? */
  has(place: string, now: number): boolean
  /** A marked request was answered. @returns did it lose the trust in the place? */
  answered(place: string, status: number, now: number): boolean
}

/** Callers make mistakes of their own: one refusal says nothing. */
const REFUSALS = 3
const PAUSE_MS = 10 * 60_000
const MAX_PLACES = 1024

/** Bad request, unprocessable: what a server says of members that it does not know. */
const REFUSED: ReadonlySet<number> = new Set([400, 422])

export function createTrust(): Trust {
  const places = new RecentMap<{ refusals: number; lostUntil: number }>(MAX_PLACES)
  return {
    has: (place, now) => now >= (places.get(place)?.lostUntil ?? now),
    answered(place, status, now) {
      const known = places.get(place)
      if (status < 400 && known !== undefined) known.refusals = 0
      if (!REFUSED.has(status)) return false
      const found = known ?? places.add(place, { refusals: 0, lostUntil: now })
      found.refusals++
      if (found.refusals < REFUSALS) return false
      // The first refusal after the pause is enough for the next one.
      found.refusals = REFUSALS - 1
      found.lostUntil = now + PAUSE_MS
      return true
    },
  }
}
