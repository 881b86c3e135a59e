/** Sessions whose other form was refused as well: their history is broken by the client, and another attempt is in vain. */

import { RecentMap } from '../../src/core/recent-map.ts'

/** 1 MB when full. */
const MAX_SESSIONS = 10_000

export interface FailedHeals {
  has(session: string): boolean
  add(session: string): void
}

export function createFailedHeals(): FailedHeals {
  const sessions = new RecentMap<true>(MAX_SESSIONS)
  return {
    has: (session) => sessions.get(session) === true,
    add(session) {
      sessions.add(session, true)
    },
  }
}
