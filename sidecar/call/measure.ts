/** What is known of a call while it lasts, filled in by the pipeline alone, and the account given of it at its end. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { pricesOf, type Worth, weighSavings } from '../../src/core/billing/index.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import type { Ending, Relay } from '../reply/relay.ts'
import type { Outgoing } from '../request/compress.ts'
import type { Kept } from '../request/mark-cache.ts'
import type { Target } from '../request/match.ts'
import type { Received } from '../request/read-request.ts'
import { failedResultKeys } from '../session/index.ts'
import { type CallObservation, type CallSummary, logCall } from '../telemetry/index.ts'
import { BodyStream } from '../wire/request-body.ts'
import { checkPrefix } from './check-prefix.ts'
import type { House } from './services.ts'

export interface Call {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly policy: CompiledPolicy
  readonly relay: Relay
  /** On the clock of `performance.now()`, as the other times. */
  readonly acceptedAt: number
  target?: Target
  observation?: CallObservation
  received?: Received
  outgoing?: Kept
  sentAt?: number
}

/** Ends the call's observation and writes its line in the log. */
export function measure(
  { telemetry, doctor, log }: Pick<House, 'telemetry' | 'doctor' | 'log'>,
  call: Call,
  ending: Ending,
): void {
  const { req } = call
  const known = summaryOf(call, ending)
  const prefix = checkPrefix({ doctor, log }, call, known)
  const summary = prefix === undefined ? known : { ...known, prefix }
  const observation = call.observation ?? telemetry.begin(req.headers, undefined)
  observation.end(summary)
  logCall(log, { method: req.method ?? '', url: req.url ?? '' }, summary)
  if (ending.error !== undefined && ending.error.blame !== 'caller') log.warn({ err: ending.error }, 'call failed')
}

function summaryOf(call: Call, ending: Ending): CallSummary {
  const { policy, target, outgoing, acceptedAt } = call
  const request = requestOf(outgoing)
  const worth = worthOf(call, ending)
  return {
    policy: { name: policy.name, revision: policy.revision },
    ...(target && { provider: providerOf(target) }),
    ...(target?.dialect && { dialect: target.dialect }),
    ...(request && { request }),
    ...(outgoing?.report && { report: outgoing.report }),
    ...(outgoing?.cache && { cache: outgoing.cache }),
    ...(worth && { worth }),
    reply: ending.facts,
    status: ending.status,
    ...(ending.error && { error: ending.error.code }),
    bytesIn: bytesIn(call.received?.body ?? null),
    bytesOut: ending.bytesOut,
    durationMs: performance.now() - acceptedAt,
    ...(ending.firstChunkAt !== undefined && { firstChunkMs: ending.firstChunkAt - acceptedAt }),
    addedMs: addedMs(call),
    attempts: ending.attempts,
  }
}

function worthOf({ target, outgoing }: Call, { facts }: Ending): Worth | undefined {
  if (outgoing?.report === undefined) return undefined
  const prices = pricesOf(target && providerOf(target), [facts.model, outgoing.report.model])
  return weighSavings(outgoing.report, facts.usage, prices)
}

/** From the body's last byte to the request's departure: the rest is waiting for the caller or the upstream. */
function addedMs({ received, sentAt }: Call): number {
  return received === undefined || sentAt === undefined ? 0 : sentAt - received.receivedAt
}

function bytesIn(body: Received['body']): number {
  if (body === null) return 0
  return body instanceof BodyStream ? body.bytes : body.length
}

function providerOf({ provider }: Target): NonNullable<CallSummary['provider']> {
  const { name, dialect, baseUrl } = provider
  const port = Number(baseUrl.port) || (baseUrl.protocol === 'https:' ? 443 : 80)
  return { name, dialect, host: baseUrl.hostname, port }
}

function requestOf(outgoing: Outgoing | undefined): CallSummary['request'] {
  if (outgoing?.read === undefined || outgoing.session === undefined) return undefined
  const { session, group, read } = outgoing
  const { model, isStream, parameters } = read.facts
  return {
    model,
    isStream,
    parameters,
    session,
    ...(group && { group }),
    failedResults: failedResultKeys(read.tape),
  }
}
