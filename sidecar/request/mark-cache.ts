/**
 * Marks the parts of a request that the provider's prompt cache will be asked for again, as the policy allows
 * (docs/spec/prompt-cache.md, Marks). A mark lowers the price and is never required: on our failure none is sent.
 */

import {
  type AwaitedRead,
  applyPlan,
  type CacheAction,
  type CachePlan,
  type CacheReason,
  type Destination,
  type History,
  markRules,
  planCache,
  recordRead,
  unmarking,
} from '../../src/core/cache/index.ts'
import type { ReadBody } from '../../src/core/dialect/index.ts'
import { inForce, resolveModel } from '../../src/core/model/index.ts'
import type { Provider } from '../../src/core/policy/index.ts'
import type { RefusalBreaker } from '../../src/core/refusal-breaker.ts'
import type { CallLog } from '../log.ts'
import type { Ending } from '../reply/ending.ts'
import type { ArrivedCall, LlmRequest, Outgoing } from './compress.ts'
import type { Target } from './match.ts'
import type { ReceivedBody } from './read-request.ts'

export interface MarkDeps {
  /** Earlier requests, as hashes. */
  readonly cacheHistory: History
  /** Hosts that refused marks are spared them for a while. */
  readonly markBreaker: RefusalBreaker
}

export interface CacheOutcome {
  readonly action: CacheAction
  readonly reason: CacheReason | 'left-alone' | 'refused' | 'failed'
  /** A marked request whose reply will show whether it read what was cached before. */
  readonly awaited?: AwaitedRead | undefined
}

export interface Marked extends Outgoing {
  /** Undefined when marking is off, and for a call that is not an LLM call. */
  readonly cache: CacheOutcome | undefined
  /** A marked body without its marks, for a provider that refuses them. */
  readonly unmarked: (() => Uint8Array) | undefined
  /** Puts the same marks into another form of the request; undefined for a request without marks of ours. */
  readonly mark: ((body: Uint8Array) => Uint8Array) | undefined
}

export function markCache(deps: MarkDeps, call: ArrivedCall, outgoing: Outgoing): Marked {
  const { request } = outgoing
  const { received, policy } = call
  // Marks on a count are in vain, and a compaction ends its prefix.
  const isOff = policy.cache.mode === 'Disabled' || call.target.door !== undefined
  if (request === undefined || isOff || received.kind === 'stream') {
    return unmarkedCall(outgoing, undefined)
  }
  if (isUntouched(outgoing) || request.isLeftAlone) return notMarked(outgoing, 'left-alone')
  try {
    return markRequest(deps, call, { outgoing, request, received })
  } catch (cause) {
    call.log.error({ err: cause }, 'the cache keeper failed; the request is sent without marks')
    return notMarked(outgoing, 'failed')
  }
}

/** A marked call that was answered. */
export interface MarkedCall {
  readonly target: Target
  readonly model: string | undefined
  readonly cache: CacheOutcome | undefined
}

/**
 * Records how a provider answered marks. A host that does not know them is spared them for a while; one that refused the
 * request without marks as well had another reason. A conversation whose marks are not read goes without them too.
 * @returns the outcome of the request that was sent last
 */
export function recordMarks(
  { markBreaker }: Pick<MarkDeps, 'markBreaker'>,
  { target, model, cache }: MarkedCall,
  { status, isRefused, facts }: Pick<Ending, 'status' | 'facts'> & { readonly isRefused: boolean },
  log: CallLog,
): CacheOutcome | undefined {
  if (cache?.action !== 'marked') return cache
  if (cache.awaited && !isRefused) recordRead(cache.awaited, facts.usage)
  const place = placeOf(target, model)
  if (status < 400 && !isRefused) markBreaker.succeeded(place)
  if (status < 400 && isRefused) {
    markBreaker.refused(place, performance.now())
    log.warn({ provider: target.provider.name }, 'cache marks are refused; calls go without them for a while')
  }
  return isRefused ? { action: 'none', reason: 'refused' } : cache
}

/** Hosts differ, and models behind one host do. */
export function placeOf({ provider }: Target, model: string | undefined): string {
  return JSON.stringify([provider.name, model])
}

/** A held-out session is for comparison; a request that failed open is sent unchanged. */
function isUntouched({ report }: Outgoing): boolean {
  return report?.outcome === 'holdout' || report?.outcome === 'failopen'
}

function notMarked(outgoing: Outgoing, reason: CacheOutcome['reason']): Marked {
  return unmarkedCall(outgoing, { action: 'none', reason })
}

/** Member by member: for each call a spread would cost more than the decision. */
function unmarkedCall(
  { body, isDecoded, report, request, passthrough }: Outgoing,
  cache: CacheOutcome | undefined,
): Marked {
  return { body, isDecoded, report, request, passthrough, cache, unmarked: undefined, mark: undefined }
}

/** A call whose body was held and understood. */
interface Held {
  readonly outgoing: Outgoing
  readonly request: LlmRequest
  readonly received: ReceivedBody
}

function markRequest(
  { cacheHistory, markBreaker }: MarkDeps,
  { policy, target }: ArrivedCall,
  { outgoing, request, received }: Held,
): Marked {
  const { read, counter, account } = request
  const { facts } = read
  const card = facts.model === undefined ? undefined : resolveModel(facts.model)
  const plan = planCache(read, {
    rules: markRules(destinationOf(target, read), inForce(card?.cache, new Date())),
    counter,
    totalTokens: tokensSent(outgoing),
    history: cacheHistory,
    scope: scopeOf(target.provider, account),
    now: performance.now(),
  })
  const { reason } = plan
  if (!isMarking(plan)) {
    const action = reason === 'client-marked' ? 'kept' : 'none'
    return unmarkedCall(outgoing, { action, reason })
  }
  if (!markBreaker.allows(placeOf(target, facts.model), performance.now())) return notMarked(outgoing, 'refused')
  if (policy.cache.mode === 'Audit') return unmarkedCall(outgoing, { action: 'audit', reason })
  const sent = plainBody(outgoing, received, read.body)
  const marked = applyPlan(plan, read, sent)
  return {
    ...outgoing,
    body: marked,
    unmarked: unmarking(plan, read, { sent, marked }),
    mark: (body) => applyPlan(plan, read, body),
    isDecoded: received.content !== received.body,
    cache: { action: 'marked', reason, awaited: plan.awaited },
  }
}

/** A body that arrived encoded and was not changed yet is still in its encoded form. */
export function plainBody({ body }: Outgoing, received: ReceivedBody, content: Uint8Array): Uint8Array {
  return body instanceof Uint8Array && body !== received.body ? body : content
}

function isMarking({ members, blocks }: CachePlan): boolean {
  return members.length > 0 || blocks.length > 0
}

function destinationOf({ provider }: Target, { dialect, facts }: ReadBody): Destination {
  return { api: dialect.provider, name: provider.name, host: provider.baseUrl.hostname, model: facts.model }
}

/** Accounts do not share a cache. */
function scopeOf({ name }: Provider, account: string): string {
  return JSON.stringify([name, account])
}

function tokensSent({ report }: Outgoing): number | undefined {
  return report?.outcome === 'compressed' ? report.tokens?.sent : report?.tokens?.original
}
