/**
 * Decides which marks a request gets. It weighs two things: which prefix will be read again, and the price of writing
 * the rest. It reads the request and the history of this process (docs/spec/prompt-cache.md, Marks). Pure.
 */

import type { Outlook } from './history/history.ts'
import { type MarkRules, READ_PRICE, WRITE_PRICE } from './rules.ts'

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
}

/** The highest acceptable cost of one session, relative to the same session without marks. */
const WORST_SESSION = 1.15

export function decide(question: Question): Decision {
  const { rules, totalTokens } = question
  if (totalTokens < rules.minTokens) return nothing('below-minimum')
  switch (rules.set) {
    case 'openai-implicit':
      return { ...nothing('key'), key: true }
    case 'openai-breakpoint':
      return atBreakpoints(question)
    default:
      return atMarks(question)
  }
}

export function nothing(reason: CacheReason): Decision {
  return { reason, end: false, shared: false, isExplicit: false, key: false }
}

/** Anthropic: only marked prefixes are written, at 1.25 of the input price. */
function atMarks(question: Question): Decision {
  const { isStart, outlook } = question
  const canMarkShared = hasMarkableShared(question)
  // If the end is written anyway, a mark on the shared prefix costs nothing: those tokens are written with the end.
  const isLost = outlook.isEndLost || outlook.isLastTurn
  if (!isStart && !isLost) return { ...nothing('conversation'), end: true, shared: canMarkShared }
  if (outlook.isRepeated) return { ...nothing('repeated'), end: true, shared: canMarkShared }
  const shared = canMarkShared && isSharedRead(question)
  const end = isStart && isEndWorthIt(question)
  if (!shared && !end) return nothing(isStart ? 'first-call' : 'one-shot')
  return { ...nothing('shared-head'), end, shared }
}

/**
 * A start that will be continued should be written at once: the next turn saves 0.9 of it. A start that ends costs up
 * to 1.25. In doubt, it is written only if reading the shared prefix pays for that.
 */
function isEndWorthIt({ sharedTokens = 0, totalTokens, outlook }: Question): boolean {
  if (outlook.continuation === 'certain') return true
  if (!outlook.isWarm || outlook.continuation !== 'likely') return false
  return READ_PRICE * sharedTokens + WRITE_PRICE * (totalTokens - sharedTokens) <= WORST_SESSION * totalTokens
}

/** From GPT-5.6 on: the end of every request is written, at 1.25, unless the request switches that off. */
function atBreakpoints(question: Question): Decision {
  const { isStart, outlook } = question
  const canMarkShared = hasMarkableShared(question)
  const isUnread = isStart ? !outlook.isRepeated && outlook.continuation === 'unlikely' : outlook.isEndLost
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
  return { ...nothing(canMarkShared || !isStart ? reason : 'key'), shared: canMarkShared, key: true }
}

/**
 * If a call counted as one-shot is continued, it costs 0.9 of its tail more than in the implicit mode. The implicit
 * mode does not read the shared prefix. Where that prefix is large enough, a wrong guess therefore costs nothing.
 */
function isPaidFor(question: Question): boolean {
  const { sharedTokens = 0, totalTokens, outlook } = question
  const saved = hasMarkableShared(question) && outlook.isWarm ? (WRITE_PRICE - READ_PRICE) * sharedTokens : 0
  return saved >= (1 - READ_PRICE) * (totalTokens - sharedTokens)
}

/** Is the shared prefix in the cache, or will other conversations read it? */
function isSharedRead({ outlook }: Question): boolean {
  return outlook.isShared || outlook.isWarm
}

function hasMarkableShared({ sharedTokens, rules }: Question): boolean {
  return sharedTokens !== undefined && sharedTokens >= rules.minTokens
}
