/**
 * What earlier replies say of later requests (PC-21). Where the provider keeps the history, a request names the reply that
 * it continues, and brings results without their calls. In memory only: after a restart nothing is known.
 */

import { hash } from 'node:crypto'
import type { KnownCall, KnownCalls, MadeCall, ReplyFacts } from '../../src/core/dialect/index.ts'
import { RecentMap } from '../../src/core/recent-map.ts'

export interface ReplyMemory {
  /**
   * Keeps the calls of a reply, and the session that a request belongs to which continues it.
   * @param account a hash of the call's credential: accounts share nothing
   */
  remember(account: string, reply: Pick<ReplyFacts, 'id' | 'calls'>, session: string): void
  /** The memory as one account sees it. */
  for(account: string): KnownReplies
  /** Memory of replies and calls. */
  readonly bytes: number
}

export interface KnownReplies extends KnownCalls {
  /** The session of the reply with this id; undefined when it is not remembered. */
  sessionOf(replyId: string): string | undefined
}

export interface ReplyMemoryLimits {
  readonly maxCalls: number
  readonly maxReplies: number
}

/** A thread lives for five minutes after its last request. */
const LIMITS: ReplyMemoryLimits = { maxCalls: 50_000, maxReplies: 50_000 }

/** Measured: a call, and a reply with the name of its session. */
const CALL_BYTES = 140
const REPLY_BYTES = 340
/** Of a tool without its name. */
const SHARED_BYTES = 200
const MAX_SHARED_BYTES = 256 * 1024

/** As many replies as calls. */
export function replyLimits(maxBytes: number): ReplyMemoryLimits {
  const entries = Math.floor(Math.max(0, maxBytes - MAX_SHARED_BYTES) / (CALL_BYTES + REPLY_BYTES))
  return { maxCalls: entries, maxReplies: entries }
}

/** Providers' ids have 30 to 60 letters. A longer one is not hashed. */
const MAX_ID_CHARS = 512
/** 72 bits of a hash: nobody finds two ids with one key. Node copies so short a slice and lets the whole hash go. */
const KEY_CHARS = 12

export function createReplyMemory(limits = LIMITS): ReplyMemory {
  const calls = new RecentMap<KnownCall>(limits.maxCalls)
  const sessions = new RecentMap<string>(limits.maxReplies)
  const shared = new RecentMap<KnownCall>(MAX_SHARED_BYTES)
  // The latest wins: small servers count their ids anew.
  const put = <V>(map: RecentMap<V>, key: string | undefined, value: V): void => {
    if (key !== undefined) map.add(key, value)
  }
  const sharedCall = ({ tool, isDirect }: MadeCall): KnownCall => {
    const name = `${isDirect}${tool}`
    return shared.get(name) ?? shared.add(name, { tool, isDirect }, SHARED_BYTES + 4 * name.length)
  }
  return {
    remember(account, { id, calls: made = [] }, session) {
      if (id !== undefined) put(sessions, keyOf(account, id), session)
      for (const call of made) put(calls, keyOf(account, call.id), sharedCall(call))
    },
    for: (account) => ({
      of: (callId) => find(calls, keyOf(account, callId)),
      sessionOf: (replyId) => find(sessions, keyOf(account, replyId)),
    }),
    get bytes() {
      return calls.size * CALL_BYTES + sessions.size * REPLY_BYTES + shared.used
    },
  }
}

function find<V>(map: RecentMap<V>, key: string | undefined): V | undefined {
  return key === undefined ? undefined : map.get(key)
}

function keyOf(account: string, id: string): string | undefined {
  return id.length > MAX_ID_CHARS ? undefined : hash('sha256', `${account}\0${id}`, 'base64').slice(0, KEY_CHARS)
}
