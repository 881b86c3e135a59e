/**
 * What this process has seen of the calls that went through it, so that it can tell which prefix will be read again.
 * Bounded, hashes and times only; the clock is passed in. What is forgotten costs a discount, never an answer.
 */

import { type Continuation, Head } from './head.ts'
import { Opening } from './opening.ts'
import { RecentMap } from './recent-map.ts'
import type { Sighting } from './sighting.ts'

export interface Knowledge {
  /** A call with another opening and the same head was seen within the TTL. */
  readonly isShared: boolean
  /** The head's end went out marked within the TTL: it is read, not written. */
  readonly isWarm: boolean
  /** This very start was seen within the TTL: asked again, or sampled many times. */
  readonly isRepeated: boolean
  /**
   * The model has spoken, and yet the end of this call will hardly be read in time: its words are examples that come with
   * every call, or the turn before was longer ago than the TTL.
   */
  readonly isEndLost: boolean
  /** Of starts with this head. */
  readonly continuation: Continuation
}

/** Milliseconds, on any clock that does not run backwards. */
export interface Clock {
  readonly now: number
  readonly ttlMs: number
}

export interface Observed {
  /** Takes note of a request, and tells what was known before it. */
  look(sighting: Sighting, clock: Clock): Knowledge
  /** How long its head is, measured once. */
  headTokens(sighting: Sighting, measure: () => number | undefined): number | undefined
  /** The end of its head goes out marked. */
  marked(sighting: Sighting, now: number): void
  /** How much is remembered. */
  readonly size: number
}

/** Some 200 bytes each. */
const MAX_HEADS = 1024
const MAX_OPENINGS = 8192

export function createObserved(): Observed {
  const heads = new RecentMap<Head>(MAX_HEADS)
  const openings = new RecentMap<Opening>(MAX_OPENINGS)
  const headOf = ({ head }: Sighting): Head => heads.get(head) ?? heads.add(head, new Head())

  const lookAtOpening = (
    sighting: Sighting,
    head: Head,
    { now, ttlMs }: Clock,
  ): Pick<Knowledge, 'isRepeated' | 'isEndLost'> => {
    const { isStart } = sighting
    const known = openings.get(sighting.opening)
    if (known === undefined) {
      const added = openings.add(sighting.opening, new Opening(sighting, now))
      if (isStart) head.starts(added)
      return { isRepeated: false, isEndLost: false }
    }
    const isInTime = known.see(sighting, now) <= ttlMs
    const isRepeated = isStart && isInTime
    // A start that is asked again is read again, as one that goes on in time is.
    if (isInTime) head.goesOn(known)
    return { isRepeated, isEndLost: !isStart && (!isInTime || known.isTemplate) }
  }

  return {
    look(sighting, clock) {
      const { now, ttlMs } = clock
      const head = headOf(sighting)
      const isShared = now - head.sharedAt(sighting.opening, now) <= ttlMs
      const ofOpening = lookAtOpening(sighting, head, clock)
      head.settle(now)
      return { isShared, isWarm: now - head.markedAt <= ttlMs, ...ofOpening, continuation: head.continuation }
    },
    headTokens(sighting, measure) {
      const head = headOf(sighting)
      if (!head.isMeasured) head.tokens = measure()
      head.isMeasured = true
      return head.tokens
    },
    marked(sighting, now) {
      headOf(sighting).markedAt = now
    },
    get size() {
      return heads.size + openings.size
    },
  }
}
