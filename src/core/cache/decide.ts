/**
 * Which prefix will be read again, and what does writing the rest cost? The two questions of every request, answered
 * from the request itself and from what this process has seen (spec: prompt-compression, section 5). Pure.
 */

import type { Knowledge } from './observed/observed.ts'
import { type KeeperRules, READ_PRICE, WRITE_PRICE } from './rules.ts'

/** State of a call's cache marks: the client's own, ours, ours if the policy allowed it, or none. */
export type CacheAction = 'kept' | 'marked' | 'audit' | 'none'

/** Why a request goes out as it does; telemetry and tests read it. */
export type CacheReason =
  /** The client said something of caching itself. */
  | 'client-marked'
  /** How this model's provider caches is not known, or is nothing that can be asked of it. */
  | 'no-rules'
  /** What the request continues stands at the provider: its prefix is not known. */
  | 'stored-state'
  | 'below-minimum'
  /** A first call that nothing like it was seen of. */
  | 'first-call'
  | 'conversation'
  /** The same start again. */
  | 'repeated'
  | 'shared-head'
  /** A call whose end nobody is going to read. */
  | 'one-shot'
  /** The provider caches by itself; calls that share a head are told to it as such. */
  | 'key'

export interface Decision {
  readonly reason: CacheReason
  /** Mark the end of the request. */
  readonly end: boolean
  /** Mark the end of tools and system text. */
  readonly head: boolean
  /** OpenAI from GPT-5.6 on: nothing but what is marked is cached. */
  readonly isExplicit: boolean
  /** OpenAI: a key, the hash of the head. */
  readonly key: boolean
}

export interface Question {
  readonly rules: KeeperRules
  readonly isStart: boolean
  /** Tokens up to the place where the head can be marked; undefined when there is none. */
  readonly headTokens: number | undefined
  readonly totalTokens: number
  readonly knowledge: Knowledge
}

/** A single session may cost this much of its unmarked self, at worst. */
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
  return { reason, end: false, head: false, isExplicit: false, key: false }
}

/** Anthropic: nothing is written, at 1.25, but what is marked. */
function atMarks(question: Question): Decision {
  const { isStart, knowledge } = question
  const hasHead = canMarkHead(question)
  // Where the end is written anyway, marking the head costs nothing: its tokens are in front of the end's.
  const isLost = knowledge.isEndLost || knowledge.isLastTurn
  if (!isStart && !isLost) return { ...nothing('conversation'), end: true, head: hasHead }
  if (knowledge.isRepeated) return { ...nothing('repeated'), end: true, head: hasHead }
  const head = hasHead && isHeadRead(question)
  const end = isStart && isEndWorthIt(question)
  if (!head && !end) return nothing(isStart ? 'first-call' : 'one-shot')
  return { ...nothing('shared-head'), end, head }
}

/**
 * A start that goes on is best written at once: 0.9 of it is saved on the next turn. One that does not costs up to 1.25,
 * so where there is a doubt it has to be made up for by a head that is read.
 */
function isEndWorthIt({ headTokens = 0, totalTokens, knowledge }: Question): boolean {
  if (knowledge.continuation === 'certain') return true
  if (!knowledge.isWarm || knowledge.continuation !== 'likely') return false
  return READ_PRICE * headTokens + WRITE_PRICE * (totalTokens - headTokens) <= WORST_SESSION * totalTokens
}

/** GPT-5.6 on: the end of every request is written, at 1.25, unless it is told not to. */
function atBreakpoints(question: Question): Decision {
  const { isStart, knowledge } = question
  const hasHead = canMarkHead(question)
  const isUnread = isStart ? !knowledge.isRepeated && knowledge.continuation === 'unlikely' : knowledge.isEndLost
  const isOneShot = isUnread && (isPaidFor(question) || (isStart && knowledge.isHopeless))
  if (isOneShot) {
    return { reason: 'one-shot', end: false, head: hasHead && isHeadRead(question), isExplicit: true, key: true }
  }
  const reason = isStart ? 'shared-head' : 'conversation'
  return { ...nothing(hasHead || !isStart ? reason : 'key'), head: hasHead, key: true }
}

/**
 * A call that is read after all costs 0.9 of its tail more than in the implicit mode, which in turn does not read the
 * head. Where the head makes up for it, a wrong guess costs nothing.
 */
function isPaidFor(question: Question): boolean {
  const { headTokens = 0, totalTokens, knowledge } = question
  const saved = canMarkHead(question) && knowledge.isWarm ? (WRITE_PRICE - READ_PRICE) * headTokens : 0
  return saved >= (1 - READ_PRICE) * (totalTokens - headTokens)
}

/** Is the head's end in the cache, or will others want it there? */
function isHeadRead({ knowledge }: Question): boolean {
  return knowledge.isShared || knowledge.isWarm
}

function canMarkHead({ headTokens, rules }: Question): boolean {
  return headTokens !== undefined && headTokens >= rules.minTokens
}
