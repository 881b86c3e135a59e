/** May the two places of a request be marked? What is added to a request must have earned its price before. */

import type { MarkedPlace } from './earnings.ts'
import type { Turn } from './turns.ts'

/**
 * The reason for which a place is not marked. broken: this request changed something in front of it that the one before
 * had; unread: the prefix was cached, and the next request did not read it.
 */
export type Doubt = 'broken' | 'unread'

/** Undefined: may be marked. */
export interface Standing {
  /** The end of tools and system text. */
  readonly shared: Doubt | undefined
  /** The end of the request. */
  readonly end: Doubt | undefined
}

/** The places of one request where marks can stand. */
export interface MarkedPlaces {
  readonly shared: MarkedPlace
  readonly end: Turn
}

/** Asks both places for one call. */
export function standingOf({ shared, end }: MarkedPlaces): Standing {
  return {
    shared: end.change === 'shared' ? 'broken' : restOf(shared),
    end: end.change === undefined ? restOf(end) : 'broken',
  }
}

function restOf({ earnings }: MarkedPlace): Doubt | undefined {
  return earnings.mayMark() ? undefined : 'unread'
}
