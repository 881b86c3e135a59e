/** Plans the marks of one request, with the reason. */

import type { Prefix, ReadBody } from '../dialect/index.ts'
import { endOf, type JsonTape, kindOf, memberOf, NONE, nextOf, sourceOf, textOf } from '../json/index.ts'
import type { TokenCounter } from '../tokenizer/index.ts'
import { type CacheReason, type Decision, decide } from './decide.ts'
import { type AwaitedRead, dueIn } from './earning/earnings.ts'
import { type MarkedPlaces, standingOf } from './earning/standing.ts'
import { printTurn } from './earning/turn-print.ts'
import type { History } from './history/history.ts'
import { fingerprintOf, sharedHash } from './history/prefix-fingerprint.ts'
import type { Lane } from './lanes.ts'
import { findPlaces, LOOK_BACK, type Places } from './places.ts'
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
  /** To be recorded with the reply, if the request is sent with its marks; undefined where marks cost nothing. */
  readonly awaited: AwaitedRead | undefined
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
  const lane = history.laneOf(context.scope, read.facts.model)
  if (rules.set === 'openai-implicit')
    return keyPlan(read, prefix, { lane, history, isShort: totalTokens < rules.minTokens })
  const fingerprint = fingerprintOf(read, prefix, lane.name)
  const places = findPlaces(read.tape, prefix, rules.set)
  const outlook = history.record(fingerprint, { now, ttlMs: rules.ttlMs })
  const sharedTokens = history.sharedTokens(fingerprint, () => tokensUpTo(places.shared, read, prefix, context.counter))
  const print = printTurn(read, prefix, lane.short)
  const earning = history.follow(fingerprint, print)
  const standing = standingOf(earning)
  const decision = decide({ rules, isStart: fingerprint.isStart, sharedTokens, totalTokens, outlook, standing })
  history.recordMarks(fingerprint, decision, now)
  const isPriced = rules.set.startsWith('anthropic')
  const plan = isPriced
    ? anthropicPlan(decision, places, rules)
    : openaiPlan(decision, places, prefix.sharedParts > 0 ? earning.end.key : undefined)
  const sent = { at: now, blocks: print.blocks, ttlMs: rules.ttlMs }
  return {
    ...plan,
    reason: decision.reason,
    blocks: markedBlocks(read.tape, prefix, plan.parts),
    awaited: isPriced ? awaitedRead(decision, earning, sent) : undefined,
  }
}

/** The ends of blocks, in body order. @param parts indexes of parts that have blocks */
export function markedBlocks(tape: JsonTape, prefix: Prefix, parts: readonly number[]): MarkedBlock[] {
  return parts
    .map((part) => ({ part, brace: endOf(tape, prefix.parts[part]?.lastBlock ?? 0) - 1 }))
    .sort((a, b) => a.brace - b.brace)
}

const NO_MEMBERS: readonly string[] = []
const NO_BLOCKS: readonly MarkedBlock[] = []

function empty(reason: CacheReason): CachePlan {
  return { reason, members: NO_MEMBERS, blocks: NO_BLOCKS, mark: '', awaited: undefined }
}

/**
 * OpenAI before GPT-5.6 caches by itself and writes for free: whatever was sent before, a request gets its key. Nothing
 * is predicted for it, so two of three hashes over its text are left out.
 */
function keyPlan(
  read: ReadBody,
  prefix: Prefix,
  { lane, history, isShort }: { readonly lane: Lane; readonly history: History; readonly isShort: boolean },
): CachePlan {
  // A short one as well: its conversation keeps the key with which it was first seen.
  const key = history.keyOf(printTurn(read, prefix, lane.short), () => sharedHash(read, prefix, lane.name))
  if (isShort) return empty('below-minimum')
  const plan = empty('key')
  return prefix.sharedParts > 0 ? { ...plan, members: [keyMember(key)] } : plan
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

/** One place a call is judged: the end, else the shared prefix, whose tokens are then the only ones that are written. */
function awaitedRead(
  { end, shared }: Decision,
  places: MarkedPlaces,
  { at, blocks, ttlMs }: { readonly at: number; readonly blocks: number; readonly ttlMs: number },
): AwaitedRead | undefined {
  if (!end && !shared) return undefined
  const place = end ? places.end : places.shared
  const sent = { at, blocks: end ? blocks : 0 }
  return { place, due: dueIn(place, sent, { ttlMs, lookBack: LOOK_BACK }), sent }
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

/** @param key undefined when the request has no shared prefix */
function openaiPlan(decision: Decision, places: Places, key: string | undefined): Marks {
  const members = [
    ...(decision.key && key !== undefined ? [keyMember(key)] : []),
    ...(decision.isExplicit ? [ONLY_EXPLICIT] : []),
  ]
  return { members, parts: decision.shared && places.shared !== undefined ? [places.shared] : [], mark: OPENAI_MARK }
}

function keyMember(key: string): string {
  return `"prompt_cache_key":"m2m-${key}"`
}
