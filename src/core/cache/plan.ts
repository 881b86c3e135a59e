/** One request's marks: what is to be spliced into it, and why. */

import type { Prefix, ReadBody } from '../dialect/index.ts'
import { endOf, type JsonTape, memberOf, NONE, nextOf, sourceOf, textOf } from '../json/index.ts'
import type { TokenCounter } from '../tokenizer/index.ts'
import { type CacheReason, type Decision, decide } from './decide.ts'
import type { Observed } from './observed/observed.ts'
import { type Sighting, sightingOf } from './observed/sighting.ts'
import { findPlaces, type Places } from './places.ts'
import type { KeeperRules } from './rules.ts'

/** What is to be spliced into a request; nothing when both `members` and `blocks` are empty. */
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
  /** Undefined when they are not known. */
  readonly rules: KeeperRules | undefined
  readonly counter: Pick<TokenCounter, 'content' | 'tools'>
  /** Of the whole request as it will be sent; undefined when they could not be counted. */
  readonly totalTokens: number | undefined
  readonly observed: Observed
  /** What keeps caches apart beside the model: provider and account. Only its hash is kept. */
  readonly scope: string
  /** Milliseconds, on any clock that does not run backwards. */
  readonly now: number
}

const ANTHROPIC_MARK = '"cache_control":{"type":"ephemeral"}'
const OPENAI_MARK = '"prompt_cache_breakpoint":{"mode":"explicit"}'
const ONLY_EXPLICIT = '"prompt_cache_options":{"mode":"explicit"}'

/** Decides on one request, and takes note of it. */
export function planCache(read: ReadBody, context: PlanContext): CachePlan {
  const { rules, observed, now, totalTokens } = context
  const { prefix } = read
  if (prefix === undefined || rules === undefined || totalTokens === undefined) return empty('no-rules')
  if (prefix.isMarked) return empty('client-marked')
  if (isStored(read)) return empty('stored-state')
  const sighting = sightingOf(read, prefix, context.scope)
  const places = findPlaces(read.tape, prefix, rules.set)
  const knowledge = observed.look(sighting, { now, ttlMs: rules.ttlMs })
  const headTokens = observed.headTokens(sighting, () => tokensUpTo(places.head, read, prefix, context.counter))
  const decision = decide({ rules, isStart: sighting.isStart, headTokens, totalTokens, knowledge })
  observed.marked(sighting, decision, now)
  const plan = rules.set.startsWith('anthropic')
    ? anthropicPlan(decision, places, rules)
    : openaiPlan(decision, places, prefix.sharedParts > 0 ? sighting : undefined)
  return { ...plan, reason: decision.reason, blocks: markedBlocks(read.tape, prefix, plan.parts) }
}

/** Where blocks end, in body order. @param parts indexes of parts that have blocks */
export function markedBlocks(tape: JsonTape, prefix: Prefix, parts: readonly number[]): MarkedBlock[] {
  return parts
    .map((part) => ({ part, brace: endOf(tape, prefix.parts[part]?.lastBlock ?? 0) - 1 }))
    .sort((a, b) => a.brace - b.brace)
}

function empty(reason: CacheReason): CachePlan {
  return { reason, members: [], blocks: [], mark: '' }
}

/** Does the request go on from a state that is kept at the provider? */
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

function anthropicPlan(decision: Decision, places: Places, { set }: KeeperRules): Marks {
  const isAutomatic = set === 'anthropic-automatic' && !places.hasPrefill
  const parts = [
    decision.head ? places.head : undefined,
    decision.end ? places.bridge : undefined,
    decision.end && !isAutomatic ? places.end : undefined,
  ].filter((index) => index !== undefined)
  return { members: decision.end && isAutomatic ? [ANTHROPIC_MARK] : [], parts, mark: ANTHROPIC_MARK }
}

/** @param sighting undefined when there is nothing that calls could share, which a key would stand for */
function openaiPlan(decision: Decision, places: Places, sighting: Sighting | undefined): Marks {
  const members = [
    ...(decision.key && sighting !== undefined ? [`"prompt_cache_key":"m2m-${sighting.head}"`] : []),
    ...(decision.isExplicit ? [ONLY_EXPLICIT] : []),
  ]
  return { members, parts: decision.head && places.head !== undefined ? [places.head] : [], mark: OPENAI_MARK }
}
