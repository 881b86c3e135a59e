/** Ends a call's observation with the facts known of it, writes its line in the log, and records it where asked for. */

import type { Logger } from 'pino'
import type { Provider } from '../../src/core/policy/index.ts'
import { withoutQuery } from '../log.ts'
import type { PrefixBreak } from '../prefix-breaks/index.ts'
import type { Recorder } from '../record/index.ts'
import type { Ending } from '../reply/ending.ts'
import { answeringDialect, type Target } from '../request/match.ts'
import { type Account, accountOf, type CallSummary, logCall, type ProviderSummary } from '../telemetry/index.ts'
import type { Call } from './call.ts'

export interface MeasureDeps {
  readonly log: Logger
  /** Undefined unless calls are recorded. */
  readonly recorder: Recorder | undefined
}

/** The account alone decides whether a call is billed, and how much it saved. */
export function settle({ target, sent }: Call, ending: Ending): Account {
  return accountOf({
    provider: target && providerOf(target),
    door: target?.door,
    parameters: sent?.request?.parameters,
    report: sent?.report,
    reply: ending.facts,
    status: ending.status,
    replyStatus: ending.replyStatus,
    error: ending.error?.code,
    hasReplyBytes: ending.firstChunkAt !== undefined,
    isRefused: ending.isBlocked,
    at: new Date(),
  })
}

export function measure(
  { log, recorder }: MeasureDeps,
  call: Call,
  ending: Ending,
  { account, prefix }: { readonly account: Account; readonly prefix: PrefixBreak | undefined },
): void {
  const { policy, target, sent, acceptedAt } = call
  const summary: CallSummary = {
    id: call.id,
    traceId: call.observation.traceId,
    method: call.req.method ?? '',
    path: withoutQuery(call.req.url ?? ''),
    policy: { name: policy.name, revision: policy.revision },
    provider: target && providerOf(target),
    routedBy: target?.routedBy,
    dialect: answeringDialect(target),
    request: sent?.request,
    report: sent?.report,
    passthrough: account.outcome === 'passthrough' ? sent?.passthrough : undefined,
    cache: sent?.cache,
    prefix,
    reply: ending.facts,
    mismatchPattern: ending.mismatchPattern,
    streamEnd: ending.streamEnd,
    account,
    status: ending.status,
    error: ending.error?.code,
    refusal: ending.isRefused ? ending.error?.message : undefined,
    bytesIn: call.arrival?.body?.bytes ?? 0,
    bytesOut: ending.bytesOut,
    durationMs: ending.endedAt - acceptedAt,
    firstChunkMs: ending.firstChunkAt === undefined ? undefined : ending.firstChunkAt - acceptedAt,
    addedMs: addedMs(call),
    attempts: ending.attempts,
    second: sent?.second.reason,
  }
  call.observation.end(summary)
  logCall(log, summary)
  if (recorder && target && target.door === undefined && call.recordedBody) {
    recorder.record({ summary, origin: target.provider.baseUrl.origin, body: call.recordedBody })
  }
  if (ending.error !== undefined && ending.error.blame !== 'caller') call.log.warn({ err: ending.error }, 'call failed')
}

/** From the body's last byte to the sending of the request: the rest is waiting for the caller or the upstream. */
function addedMs({ arrival, sentAt }: Call): number {
  return arrival === undefined || sentAt === undefined ? 0 : sentAt - arrival.at
}

/** To read a URL's parts takes a microsecond. */
const providers = new WeakMap<Provider, ProviderSummary>()

function providerOf({ provider }: Target): ProviderSummary {
  const known = providers.get(provider)
  if (known !== undefined) return known
  const { name, dialect, baseUrl } = provider
  const port = Number(baseUrl.port) || (baseUrl.protocol === 'https:' ? 443 : 80)
  const summary = { name, dialect, host: baseUrl.hostname, port }
  providers.set(provider, summary)
  return summary
}
