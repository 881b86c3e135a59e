/**
 * Decides which marks a request gets. It weighs two things: which prefix will be read again, and the price of writing
 * the rest. It reads the request and the history of this process (docs/spec/prompt-cache.md, Marks). Pure.
 */

import type { Doubt, Standing } from './earning/standing.ts'
import type { Outlook } from './history/history.ts'
import type { MarkRules } from './rules.ts'

/** State of a call's cache marks: the client's own, ours, ours if the policy allowed it, or none. */
export type CacheAction = 'kept' | 'marked' | 'audit' | 'none'

/** The reason of a decision, for telemetry and tests. */
export type CacheReason =
  /** The client has set cache members itself. */
  | 'client-marked'
  /** The caching rules of this model at this provider are not known, or it takes no marks. */
  | 'no-rules'
  /** A message thread: the provider holds the conversation and refuses a mark that comes or goes (PC-30). */
  | 'thread'
  /** The request continues a state stored at the provider, so its prefix is not known. */
  | 'stored-state'
  | 'below-minimum'
  /** A first call whose shared prefix is new. */
  | 'first-call'
  | 'conversation'
  /** The same start was sent before. */
  | 'repeated'
  | 'shared-head'
  /** The end of this call will not be read from the cache. */
  | 'one-shot'
  /** Marks have not earned their price in this conversation, or with this shared prefix. */
  | Doubt
  /** The provider caches by itself; a key identifies calls with the same shared prefix. */
  | 'key'

export interface Decision {
  readonly reason: CacheReason
  /** Mark the end of the request. */
  readonly end: boolean
  /** Mark the end of the shared prefix: tools and system text. */
  readonly shared: boolean
  /** OpenAI from GPT-5.6 on: cache only up to the marks. */
  readonly isExplicit: boolean
  /** OpenAI: send a key, the hash of the shared prefix. */
  readonly key: boolean
}

export interface Question {
  readonly rules: MarkRules
  readonly isStart: boolean
  /** Tokens up to the place where the shared prefix can be marked; undefined when there is none. */
  readonly sharedTokens: number | undefined
  readonly totalTokens: number
  readonly outlook: Outlook
  readonly standing: Standing
}

/** The highest acceptable cost of one session, relative to the same session without marks. */
const WORST_SESSION = 1.15

export function decide(question: Question): Decision {
  const { rules, totalTokens } = question
  if (totalTokens < rules.minTokens) return nothing('below-minimum')
  switch (rules.set) {
    case 'openai-breakpoint':
      return atBreakpoints(question)
    default:
      return doubtAboutAll(question) ?? atMarks(question)
  }
}

export function nothing(reason: CacheReason): Decision {
  return { reason, end: false, shared: false, isExplicit: false, key: false }
}

/** A broken shared prefix takes the end with it; a conversation whose marks are not read goes without any. */
function doubtAboutAll({ standing: { shared, end } }: Question): Decision | undefined {
  return shared === 'broken' || end === 'unread' ? nothing(end ?? 'broken') : undefined
}

/** Anthropic: only marked prefixes are written, and writing costs more than plain input. */
function atMarks(question: Question): Decision {
  const { isStart, standing } = question
  const canMarkShared = hasMarkableShared(question)
  // If the end is written anyway, a mark on the shared prefix costs nothing: those tokens are written with the end.
  if (isEndRead(question)) {
    return { ...nothing(isStart ? 'repeated' : 'conversation'), end: true, shared: canMarkShared }
  }
  const shared = canMarkShared && isSharedRead(question)
  const end = isStart && isEndWorthIt(question)
  if (!shared && !end) return nothing(standing.end ?? (isStart ? 'first-call' : 'one-shot'))
  return { ...nothing('shared-head'), end, shared }
}

/** Will another call read the end of this one? */
function isEndRead({ isStart, outlook, standing }: Question): boolean {
  if (isStart) return outlook.isRepeated
  return !outlook.isEndLost && !outlook.isLastTurn && standing.end === undefined
}

/**
 * A start that will be continued should be written at once: the next turn reads it at a tenth of its price or less. A
 * start that ends costs up to 1.25. In doubt, it is written only if reading the shared prefix pays for that.
 */
function isEndWorthIt({ rules, sharedTokens = 0, totalTokens, outlook }: Question): boolean {
  if (outlook.continuation === 'certain') return true
  if (!outlook.isWarm || outlook.continuation !== 'likely') return false
  const cost = rules.readFactor * sharedTokens + rules.writeFactor * (totalTokens - sharedTokens)
  return cost <= WORST_SESSION * totalTokens
}

/** From GPT-5.6 on: the end of every request is written, at a higher price, unless the request switches that off. */
function atBreakpoints(question: Question): Decision {
  const { isStart, outlook, standing } = question
  const canMarkShared = hasMarkableShared(question)
  const isEndLost = outlook.isEndLost || standing.end !== undefined
  const isUnread = isStart ? !outlook.isRepeated && outlook.continuation === 'unlikely' : isEndLost
  const isOneShot = isUnread && (isPaidFor(question) || (isStart && outlook.isAbandoned))
  if (isOneShot) {
    return {
      reason: 'one-shot',
      end: false,
      shared: canMarkShared && isSharedRead(question),
      isExplicit: true,
      key: true,
    }
  }
  const reason = isStart ? 'shared-head' : 'conversation'
  const isBroken = standing.shared === 'broken'
  return { ...nothing((canMarkShared || !isStart) && !isBroken ? reason : 'key'), shared: canMarkShared, key: true }
}

/**
 * If a call counted as one-shot is continued, its tail is not read: that costs more than in the implicit mode. The implicit
 * mode does not read the shared prefix. Where that prefix is large enough, a wrong guess therefore costs nothing.
 */
function isPaidFor(question: Question): boolean {
  const { rules, sharedTokens = 0, totalTokens, outlook } = question
  const { readFactor, writeFactor } = rules
  const saved = hasMarkableShared(question) && outlook.isWarm ? (writeFactor - readFactor) * sharedTokens : 0
  return saved >= (1 - readFactor) * (totalTokens - sharedTokens)
}

/** Is the shared prefix in the cache, or will other conversations read it? */
function isSharedRead({ outlook, standing }: Question): boolean {
  return standing.shared === undefined && (outlook.isShared || outlook.isWarm)
}

function hasMarkableShared({ sharedTokens, rules, standing }: Question): boolean {
  return sharedTokens !== undefined && sharedTokens >= rules.minTokens && standing.shared !== 'broken'
}
