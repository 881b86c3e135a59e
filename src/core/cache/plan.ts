/** Plans the marks of one request, with the reason. */

import type { Prefix, ReadBody } from '../dialect/index.ts'
import { endOf, type JsonTape, kindOf, memberOf, NONE, nextOf, sourceOf, textOf } from '../json/index.ts'
import type { TokenCounter } from '../tokenizer/index.ts'
import { type CacheReason, type Decision, decide } from './decide.ts'
import type { History } from './history/history.ts'
import { fingerprintOf, type PrefixFingerprint } from './history/prefix-fingerprint.ts'
import { findPlaces, type Places } from './places.ts'
import type { MarkRules } from './rules.ts'

/** The marks of a request; none when both `members` and `blocks` are empty. */
export interface CachePlan {
  readonly reason: CacheReason
  /** JSON members for the top of the body. */
  readonly members: readonly string[]
  /** Blocks to mark, in body order. */
  readonly blocks: readonly MarkedBlock[]
  /** The JSON member that marks a block. */
  readonly mark: string
}

export interface MarkedBlock {
  /** Index of its part in the prefix. */
  readonly part: number
  /** Offset of its closing brace in the body that the plan was made for. */
  readonly brace: number
}

export interface PlanContext {
  /** Undefined when the provider's rules are not known. */
  readonly rules: MarkRules | undefined
  readonly counter: Pick<TokenCounter, 'content' | 'tools'>
  /** Tokens of the whole request to be sent; undefined when they could not be counted. */
  readonly totalTokens: number | undefined
  readonly history: History
  /** Provider and account: calls of different scopes do not share a cache. Only a hash of it is kept. */
  readonly scope: string
  /** Milliseconds, on any clock that does not run backwards. */
  readonly now: number
}

const ANTHROPIC_MARK = '"cache_control":{"type":"ephemeral"}'
const OPENAI_MARK = '"prompt_cache_breakpoint":{"mode":"explicit"}'
const ONLY_EXPLICIT = '"prompt_cache_options":{"mode":"explicit"}'

/** Decides on the marks of one request, and records it in the history. */
export function planCache(read: ReadBody, context: PlanContext): CachePlan {
  const { rules, history, now, totalTokens } = context
  const { prefix } = read
  if (prefix === undefined || rules === undefined || totalTokens === undefined) return empty('no-rules')
  if (prefix.isMarked) return empty('client-marked')
  if (isThread(read)) return empty('thread')
  if (isStored(read)) return empty('stored-state')
  const fingerprint = fingerprintOf(read, prefix, context.scope)
  const places = findPlaces(read.tape, prefix, rules.set)
  const outlook = history.record(fingerprint, { now, ttlMs: rules.ttlMs })
  const sharedTokens = history.sharedTokens(fingerprint, () => tokensUpTo(places.shared, read, prefix, context.counter))
  const decision = decide({ rules, isStart: fingerprint.isStart, sharedTokens, totalTokens, outlook })
  history.recordMarks(fingerprint, decision, now)
  const plan = rules.set.startsWith('anthropic')
    ? anthropicPlan(decision, places, rules)
    : openaiPlan(decision, places, prefix.sharedParts > 0 ? fingerprint : undefined)
  return { ...plan, reason: decision.reason, blocks: markedBlocks(read.tape, prefix, plan.parts) }
}

/** The ends of blocks, in body order. @param parts indexes of parts that have blocks */
export function markedBlocks(tape: JsonTape, prefix: Prefix, parts: readonly number[]): MarkedBlock[] {
  return parts
    .map((part) => ({ part, brace: endOf(tape, prefix.parts[part]?.lastBlock ?? 0) - 1 }))
    .sort((a, b) => a.brace - b.brace)
}

function empty(reason: CacheReason): CachePlan {
  return { reason, members: [], blocks: [], mark: '' }
}

/** Of any kind: a new kind may fix its members as well. */
function isThread({ tape }: ReadBody): boolean {
  const thread = kindOf(tape, memberOf(tape, 0, 'thread'))
  return thread !== undefined && thread !== 'null'
}

/** Does the request continue a state stored at the provider? */
function isStored({ facts, tape }: ReadBody): boolean {
  return facts.session.continuesResponse || memberOf(tape, 0, 'conversation') !== NONE
}

function tokensUpTo(
  last: number | undefined,
  { tape, facts }: ReadBody,
  { parts }: Prefix,
  counter: PlanContext['counter'],
): number | undefined {
  if (last === undefined) return undefined
  const spans = parts.slice(0, last + 1).map(({ node }) => ({ from: node, until: nextOf(tape, node) }))
  spans.sort((a, b) => a.from - b.from)
  let tokens = 0
  let at = 0
  // Both lists are in body order.
  for (const { node, what } of facts.billed) {
    while (at < spans.length && (spans[at]?.until ?? 0) <= node) at++
    if (what === 'tools') tokens += counter.tools(sourceOf(tape, node))
    else if ((spans[at]?.from ?? node + 1) <= node) tokens += counter.content(textOf(tape, node) ?? '')
  }
  return tokens
}

interface Marks extends Pick<CachePlan, 'members' | 'mark'> {
  readonly parts: readonly number[]
}

function anthropicPlan(decision: Decision, places: Places, { set }: MarkRules): Marks {
  const isAutomatic = set === 'anthropic-automatic' && !places.hasPrefill
  const parts = [
    decision.shared ? places.shared : undefined,
    decision.end ? places.bridge : undefined,
    decision.end && !isAutomatic ? places.end : undefined,
  ].filter((index) => index !== undefined)
  return { members: decision.end && isAutomatic ? [ANTHROPIC_MARK] : [], parts, mark: ANTHROPIC_MARK }
}

/** @param fingerprint undefined when the request has no shared prefix, and so no key */
function openaiPlan(decision: Decision, places: Places, fingerprint: PrefixFingerprint | undefined): Marks {
  const members = [
    ...(decision.key && fingerprint !== undefined ? [`"prompt_cache_key":"m2m-${fingerprint.shared}"`] : []),
    ...(decision.isExplicit ? [ONLY_EXPLICIT] : []),
  ]
  return { members, parts: decision.shared && places.shared !== undefined ? [places.shared] : [], mark: OPENAI_MARK }
}
