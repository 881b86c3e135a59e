/**
 * The last requests of this process, as checksums: does a request continue the one before it unchanged? Bounded. A
 * request whose predecessor is forgotten counts as unchanged.
 */

import { RecentMap } from '../../recent-map.ts'
import { type Cached, Earnings, type MarkedPlace } from './earnings.ts'
import type { TurnPrint } from './turn-print.ts'

/** Where a request stops continuing the one before it. */
export type Change = 'shared' | 'messages'

/** A request; its end is a place that marks may earn in. */
export interface Turn extends MarkedPlace {
  /** Undefined when it continues the request before it, or when there is none. */
  readonly change: Change | undefined
  /**
   * Names the tools and system text with which its conversation was first seen: they may change, and a provider misses
   * its whole cache where a key does.
   */
  readonly key: string
}

export interface Turns {
  /** Records a request. @param shared names its tools and system text */
  follow(print: TurnPrint, shared: string): Turn
  /** Records a request in a place where marks cost nothing, and so earn nothing. @returns its key */
  key(print: Names, shared: () => string): string
  readonly size: number
  /** Memory of the requests. */
  readonly bytes: number
}

/** They find a request. */
export type Names = Pick<TurnPrint, 'whole' | 'before' | 'question' | 'questionBefore' | 'opening'>

interface Entry extends Turn {
  readonly shared: string
  readonly length: number
  readonly sum: number | undefined
}

/** Measured: one of the three names of a request, with its part of what they name. */
export const NAME_BYTES = 220
const MAX_BYTES = 16_384 * NAME_BYTES

/** @param maxBytes of the requests that are remembered */
export function createTurns(maxBytes = MAX_BYTES): Turns {
  const entries = new RecentMap<Entry>(maxBytes, NAME_BYTES)
  const find = (name: string | undefined): Entry | undefined => (name === undefined ? undefined : entries.get(name))
  // The first two names stand for all bytes of the earlier request; the others find it when some of them changed.
  const continuedBy = (names: Names): Entry | undefined => find(names.whole) ?? find(names.before)
  const changedBy = (names: Names): Entry | undefined => find(names.opening) ?? find(names.questionBefore)
  const add = ({ whole, question, opening }: Names, entry: Entry): void => {
    entries.add(whole, entry)
    entries.add(question, entry)
    if (opening !== undefined) entries.add(opening, entry)
  }
  return {
    follow(print, shared) {
      const continued = continuedBy(print)
      const earlier = continued ?? changedBy(print)
      const change = continued === undefined && earlier !== undefined ? changeSince(earlier, print, shared) : undefined
      const entry: Entry = {
        change,
        key: earlier?.key ?? shared,
        shared,
        length: print.sums.length,
        sum: print.sums.at(-1),
        earnings: earlier?.earnings ?? new Earnings(),
        cached: cachedAfter(earlier, change),
      }
      add(print, entry)
      return entry
    },
    key(print, shared) {
      const entry = continuedBy(print) ?? changedBy(print) ?? keyedEntry(shared())
      add(print, entry)
      return entry.key
    },
    get size() {
      return entries.size
    },
    get bytes() {
      return entries.used
    },
  }
}

/** One for all turns of a conversation. */
function keyedEntry(key: string): Entry {
  return { change: undefined, key, shared: key, length: 0, sum: undefined, earnings: new Earnings(), cached: undefined }
}

/** The conversation may have had turns that this process did not see: only the beginning counts. */
function changeSince(earlier: Entry, { sums }: TurnPrint, shared: string): Change | undefined {
  if (earlier.shared !== shared) return 'shared'
  return sums[earlier.length - 1] === earlier.sum ? undefined : 'messages'
}

function cachedAfter(earlier: Entry | undefined, change: Change | undefined): Cached | undefined {
  return change === undefined ? earlier?.cached : undefined
}
