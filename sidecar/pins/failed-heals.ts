/** Conversations whose other form was refused as well: the client broke their history, and another attempt is in vain. */

import { RecentMap } from '../../src/core/recent-map.ts'

/** 1 MB when full. */
const MAX_CONVERSATIONS = 10_000

export interface FailedHeals {
  has(conversation: string): boolean
  add(conversation: string): void
}

export function createFailedHeals(): FailedHeals {
  const conversations = new RecentMap<true>(MAX_CONVERSATIONS)
  return {
    has: (conversation) => conversations.get(conversation) === true,
    add(conversation) {
      conversations.add(conversation, true)
    },
  }
}
