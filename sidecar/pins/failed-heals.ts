/** Conversations whose other form was refused as well: the client broke their history, and another attempt is in vain. */

import { RecentMap } from '../../src/core/recent-map.ts'

/** Measured: a key, and its place in the map. */
const ENTRY_BYTES = 300
const MAX_BYTES = 10_000 * ENTRY_BYTES

export interface FailedHeals {
  has(conversation: string): boolean
  add(conversation: string): void
  /** Memory of the conversations. */
  readonly bytes: number
}

/** @param maxBytes of the conversations that are remembered */
export function createFailedHeals(maxBytes = MAX_BYTES): FailedHeals {
  const conversations = new RecentMap<true>(maxBytes, ENTRY_BYTES)
  return {
    has: (conversation) => conversations.get(conversation) === true,
    add(conversation) {
      conversations.add(conversation, true)
    },
    get bytes() {
      return conversations.used
    },
  }
}
