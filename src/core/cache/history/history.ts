/**
 * Records the calls of this process, to predict which prefix will be read again. Bounded; holds hashes and times only;
 * the clock is passed in. A forgotten entry costs a discount, never correctness.
 */

import { RecentMap } from '../../recent-map.ts'

import type { MarkedPlaces } from '../earning/standing.ts'
import type { TurnPrint } from '../earning/turn-print.ts'
import { createTurns, NAME_BYTES, type Names } from '../earning/turns.ts'
import { type Lane, Lanes } from '../lanes.ts'

import type { Continuation } from './continuations.ts'
import { ConversationPrefix } from './conversation-prefix.ts'
import type { PrefixFingerprint } from './prefix-fingerprint.ts'
import { SharedPrefix } from './shared-prefix.ts'

/** What earlier calls predict about a request. */
export interface Outlook {
  /** Another conversation with the same shared prefix was seen within the TTL. */
  readonly isShared: boolean
  /** The end of the shared prefix was marked within the TTL: it is read, not written. */
  readonly isWarm: boolean
  /** The same start was seen within the TTL: it was asked again, or sampled many times. */
  readonly isRepeated: boolean
  /** The model has answered before, and the turn before is older than the TTL: the next one will be as late. */
  readonly isEndLost: boolean
  /** Nothing of this conversation is cached yet, and conversations with this shared prefix usually end here. */
  readonly isLastTurn: boolean
  /** Whether starts with this shared prefix become conversations. */
  readonly continuation: Continuation
  /** Starts with this shared prefix are almost never continued. */
  readonly isAbandoned: boolean
}

/** Milliseconds, on any clock that does not run backwards. */
export interface Clock {
  readonly now: number
  readonly ttlMs: number
}

export interface History {
  /** The lane of a call. @param scope provider and account */
  laneOf(scope: string, model: string | undefined): Lane
  /**
   * Records a request where marks cost nothing: nothing is predicted for it.
   * @param shared makes the key of a conversation that is new
   * @returns the key of its conversation
   */
  keyOf(names: Names, shared: () => string): string
  /** Records a request. @returns what the calls before it predict */
  record(fingerprint: PrefixFingerprint, clock: Clock): Outlook
  /** Records a request as a turn of its conversation. @returns where its marks can prove that they earn */
  follow(fingerprint: PrefixFingerprint, print: TurnPrint): MarkedPlaces
  /** The length of its shared prefix; `measure` runs once per shared prefix. */
  sharedTokens(fingerprint: PrefixFingerprint, measure: () => number | undefined): number | undefined
  /** Records the marks that are sent: at the end of the shared prefix, at the end of the request. */
  recordMarks(
    fingerprint: PrefixFingerprint,
    marks: { readonly shared: boolean; readonly end: boolean },
    now: number,
  ): void
  /** Number of entries. */
  readonly size: number
  /** Memory of the entries. */
  readonly bytes: number
}

/** Measured, with its key and its place in the map. */
const CONVERSATION_BYTES = 320
/** The same, without the calls that it tracks. */
const SHARED_BYTES = 1100
/** What a shared prefix takes of the limit at least: enough for 80 calls that it tracks. */
const LEAST_SHARED_BYTES = 6000

const MAX = { turns: 16_384 * NAME_BYTES, conversations: 8192 * CONVERSATION_BYTES, shared: 1024 * LEAST_SHARED_BYTES }
const MAX_BYTES = MAX.turns + MAX.conversations + MAX.shared

/** @param maxBytes of all entries */
export function createHistory(maxBytes = MAX_BYTES): History {
  const scale = maxBytes / MAX_BYTES
  const lanes = new Lanes()
  const turns = createTurns(scale * MAX.turns)
  const sharedPrefixes = new RecentMap<SharedPrefix>(scale * MAX.shared, LEAST_SHARED_BYTES)
  const conversations = new RecentMap<ConversationPrefix>(scale * MAX.conversations, CONVERSATION_BYTES)
  const sharedOf = ({ shared }: PrefixFingerprint): SharedPrefix =>
    sharedPrefixes.get(shared) ?? sharedPrefixes.add(shared, new SharedPrefix())
  return {
    laneOf: (scope, model) => lanes.of(scope, model),
    keyOf: turns.key,
    record(fingerprint, clock) {
      const { now, ttlMs } = clock
      const shared = sharedOf(fingerprint)
      const isShared = now - shared.recordUse(fingerprint.conversation, now) <= ttlMs
      const known = conversations.get(fingerprint.conversation)
      const seen = known === undefined ? 'never' : known.recordCall(now) <= ttlMs ? 'in time' : 'late'
      const conversation =
        known ?? conversations.add(fingerprint.conversation, new ConversationPrefix(fingerprint, now))
      count(shared, conversation, { isStart: fingerprint.isStart, seen, clock })
      sharedPrefixes.add(fingerprint.shared, shared, Math.max(LEAST_SHARED_BYTES, SHARED_BYTES + shared.trackedBytes))
      const isTurn = !fingerprint.isStart
      return {
        isShared,
        isWarm: now - shared.markedAt <= ttlMs,
        isRepeated: !isTurn && seen === 'in time',
        isEndLost: isTurn && seen === 'late',
        isLastTurn: conversation.turn !== undefined && shared.turns.continuation === 'unlikely',
        continuation: shared.starts.continuation,
        isAbandoned: shared.starts.isAbandoned,
      }
    },
    follow: (fingerprint, print) => ({ shared: sharedOf(fingerprint), end: turns.follow(print, fingerprint.shared) }),
    sharedTokens(fingerprint, measure) {
      const shared = sharedOf(fingerprint)
      if (!shared.isMeasured) shared.tokens = measure()
      shared.isMeasured = true
      return shared.tokens
    },
    recordMarks(fingerprint, { shared, end }, now) {
      if (shared) sharedOf(fingerprint).markedAt = now
      const conversation = end ? conversations.get(fingerprint.conversation) : undefined
      if (conversation !== undefined) conversation.markedAt = now
    },
    get size() {
      return sharedPrefixes.size + conversations.size + turns.size
    },
    get bytes() {
      return sharedPrefixes.used + conversations.used + turns.bytes
    },
  }
}

interface Arrival {
  readonly isStart: boolean
  readonly seen: 'never' | 'in time' | 'late'
  readonly clock: Clock
}

/** Counts the earlier call that this one continues, and starts to track this one. */
function count(
  shared: SharedPrefix,
  conversation: ConversationPrefix,
  { isStart, seen, clock: { now, ttlMs } }: Arrival,
): void {
  // A start that is asked again is read from the cache, as a continued one is.
  if (seen === 'in time') {
    shared.starts.recordContinued(conversation.start)
    if (conversation.turn !== undefined) shared.turns.recordContinued(conversation.turn)
  }
  if (isStart && seen === 'never') shared.starts.track(conversation.start)
  const isWritten = now - conversation.markedAt <= ttlMs
  conversation.turn = isStart || isWritten ? undefined : { at: now, state: 'open' }
  if (conversation.turn !== undefined) shared.turns.track(conversation.turn)
  shared.starts.settle(now)
  shared.turns.settle(now)
}
