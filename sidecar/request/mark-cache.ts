/**
 * Marks what the provider's prompt cache will be asked for again, as the policy allows (spec: prompt-compression, section
 * 5). A mark is a discount, never a condition: when we fail, the request goes out without.
 */

import type { IncomingMessage } from 'node:http'
import { applyPlan, type CachePlan, type CacheReason, keeperRules, planCache } from '../../src/core/cache/index.ts'
import type { ReadBody } from '../../src/core/dialect/index.ts'
import { isMaker, resolveModel } from '../../src/core/model/index.ts'
import type { CompiledPolicy, Provider } from '../../src/core/policy/index.ts'
import { resolveCounter } from '../../src/core/tokenizer/index.ts'
import type { House } from '../call/services.ts'
import type { Ending } from '../reply/relay.ts'
import type { CacheAction } from '../telemetry/index.ts'
import type { Outgoing } from './compress.ts'
import { isLeftAlone } from './left-alone.ts'
import type { Target } from './match.ts'
import type { Received } from './read-request.ts'

export interface CacheOutcome {
  readonly action: CacheAction
  readonly reason: CacheReason | 'left-alone' | 'refused' | 'failed'
}

export interface Kept extends Outgoing {
  /** Absent when the keeper is off, and for what is no LLM call. */
  readonly cache: CacheOutcome | undefined
  /** A marked body without its marks, for a provider that refuses them. */
  readonly unmarked?: Uint8Array
}

interface Rule {
  readonly house: Pick<House, 'vocabularies' | 'observed' | 'trust' | 'log'>
  readonly policy: CompiledPolicy
}

/** A call as the stages before this one left it. */
interface Arrived {
  readonly req: IncomingMessage
  readonly target: Target
  readonly received: Received
}

export function keep(rule: Rule, arrived: Arrived, outgoing: Outgoing): Kept {
  const { read } = outgoing
  if (read === undefined || rule.policy.cache.mode === 'Disabled') return { ...outgoing, cache: undefined }
  if (isUntouched(outgoing) || isLeftAlone(arrived.req.headers, rule.policy)) return none(outgoing, 'left-alone')
  try {
    return keepRead(rule, arrived, { ...outgoing, read })
  } catch (cause) {
    rule.house.log.error({ err: cause }, 'the cache keeper failed; the request goes out without marks')
    return none(outgoing, 'failed')
  }
}

/**
 * Takes note of how a marked request was answered: a host that does not know our marks is spared them for a while. One
 * that refused the request without them as well had another reason.
 * @returns the call as it went out in the end
 */
export function heedRefusal(
  { trust, log }: Pick<House, 'trust' | 'log'>,
  { target, outgoing }: { readonly target: Target; readonly outgoing: Kept },
  { status, isRefused }: Pick<Ending, 'status' | 'isRefused'>,
): Kept {
  if (outgoing.cache?.action !== 'marked') return outgoing
  const place = placeOf(target, outgoing.read?.facts.model)
  if (status < 400 && !isRefused) trust.taken(place)
  if (status < 400 && isRefused) {
    trust.refused(place, performance.now())
    log.warn({ provider: target.provider.name }, 'cache marks are refused; calls go without them for a while')
  }
  return isRefused ? none(outgoing, 'refused') : outgoing
}

function placeOf({ provider }: Target, model: string | undefined): string {
  return JSON.stringify([provider.name, model])
}

/** A session that is held out is to be compared with; what failed open goes out as it came. */
function isUntouched({ report }: Outgoing): boolean {
  return report?.outcome === 'holdout' || report?.outcome === 'failopen'
}

function none(outgoing: Outgoing, reason: CacheOutcome['reason']): Kept {
  return { ...outgoing, cache: { action: 'none', reason } }
}

interface Readable extends Outgoing {
  readonly read: ReadBody
}

function keepRead({ house, policy }: Rule, { req, target, received }: Arrived, outgoing: Readable): Kept {
  const { read } = outgoing
  const { facts, dialect } = read
  const card = facts.model === undefined ? undefined : resolveModel(facts.model)
  const plan = planCache(read, {
    rules: keeperRules(dialect.name, isFirstParty(target.provider), card?.cache),
    counter: resolveCounter(facts.model, dialect.provider, house.vocabularies),
    totalTokens: tokensSent(outgoing),
    observed: house.observed,
    scope: scopeOf(target.provider, req),
    now: performance.now(),
  })
  const { reason } = plan
  if (!isMarking(plan)) return { ...outgoing, cache: { action: reason === 'client-marked' ? 'kept' : 'none', reason } }
  if (!house.trust.has(placeOf(target, facts.model), performance.now())) return none(outgoing, 'refused')
  if (policy.cache.mode === 'Audit') return { ...outgoing, cache: { action: 'audit', reason } }
  const unmarked = plainBody(outgoing, received)
  return {
    ...outgoing,
    body: applyPlan(plan, read, unmarked),
    unmarked,
    isDecoded: received.content !== received.body,
    cache: { action: 'marked', reason },
  }
}

/** A body that came encoded, and that nothing has changed yet, still stands there as it came. */
function plainBody({ body, read }: Readable, received: Received): Uint8Array {
  return body instanceof Uint8Array && body !== received.body ? body : read.body
}

function isMarking({ members, blocks }: CachePlan): boolean {
  return members.length > 0 || blocks.length > 0
}

/** Others that speak a maker's API refuse members that they do not know. */
function isFirstParty({ name, dialect, baseUrl }: Provider): boolean {
  return isMaker({ name, host: baseUrl.hostname }, dialect)
}

/** Accounts do not share a cache. Only a hash of this is kept. */
function scopeOf({ name }: Provider, { headers }: IncomingMessage): string {
  return JSON.stringify([name, headers.authorization, headers['x-api-key'], headers['api-key']])
}

function tokensSent({ report }: Outgoing): number | undefined {
  return report?.outcome === 'compressed' ? report.tokens?.sent : report?.tokens?.original
}
