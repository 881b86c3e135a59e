/**
 * What this process has seen of the calls that went through it, so that it can tell which prefix will be read again.
 * Bounded, hashes and times only; the clock is passed in. What is forgotten costs a discount, never an answer.
 */

import { RecentMap } from '../recent-map.ts'
import type { Continuation } from './fates.ts'
import { Head } from './head.ts'
import { Opening } from './opening.ts'
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
  /** Nothing of this conversation is written yet, and conversations with this head do not go on from here. */
  readonly isLastTurn: boolean
  /** Do starts with this head become conversations? */
  readonly continuation: Continuation
  /** There is hardly a doubt that they do not. */
  readonly isHopeless: boolean
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
  /** What goes out marked: the end of its head, its own end. */
  marked(sighting: Sighting, marks: { readonly head: boolean; readonly end: boolean }, now: number): void
  /** How much is remembered. */
  readonly size: number
}

/** Some 300 bytes each. */
const MAX_HEADS = 1024
const MAX_OPENINGS = 8192

export function createObserved(): Observed {
  const heads = new RecentMap<Head>(MAX_HEADS)
  const openings = new RecentMap<Opening>(MAX_OPENINGS)
  const headOf = ({ head }: Sighting): Head => heads.get(head) ?? heads.add(head, new Head())
  return {
    look(sighting, clock) {
      const { now, ttlMs } = clock
      const head = headOf(sighting)
      const isShared = now - head.sharedAt(sighting.opening, now) <= ttlMs
      const known = openings.get(sighting.opening)
      const seen = known === undefined ? 'never' : known.see(sighting, now) <= ttlMs ? 'in time' : 'late'
      const opening = known ?? openings.add(sighting.opening, new Opening(sighting, now))
      note(head, opening, { isStart: sighting.isStart, seen, clock })
      const isTurn = !sighting.isStart
      return {
        isShared,
        isWarm: now - head.markedAt <= ttlMs,
        isRepeated: !isTurn && seen === 'in time',
        isEndLost: isTurn && (seen === 'late' || opening.isTemplate),
        isLastTurn: opening.turn !== undefined && head.turns.continuation === 'unlikely',
        continuation: head.starts.continuation,
        isHopeless: head.starts.isHopeless,
      }
    },
    headTokens(sighting, measure) {
      const head = headOf(sighting)
      if (!head.isMeasured) head.tokens = measure()
      head.isMeasured = true
      return head.tokens
    },
    marked(sighting, { head, end }, now) {
      if (head) headOf(sighting).markedAt = now
      const opening = end ? openings.get(sighting.opening) : undefined
      if (opening !== undefined) opening.markedAt = now
    },
    get size() {
      return heads.size + openings.size
    },
  }
}

interface Look {
  readonly isStart: boolean
  readonly seen: 'never' | 'in time' | 'late'
  readonly clock: Clock
}

/** Counts what went on, and what begins with this call. */
function note(head: Head, opening: Opening, { isStart, seen, clock: { now, ttlMs } }: Look): void {
  // A start that is asked again is read again, as one that goes on in time is.
  if (seen === 'in time') {
    head.starts.goesOn(opening.start)
    if (opening.turn !== undefined) head.turns.goesOn(opening.turn)
  }
  if (isStart && seen === 'never') head.starts.begins(opening.start)
  const isWritten = now - opening.markedAt <= ttlMs
  opening.turn = isStart || isWritten ? undefined : { at: now, fate: 'open' }
  if (opening.turn !== undefined) head.turns.begins(opening.turn)
  head.starts.settle(now)
  head.turns.settle(now)
}
