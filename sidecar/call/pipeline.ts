/**
 * One call, from the application to the model and back, on one screen:
 *
 *     application --> match > read > compress > mark cache > ask usage > send --> model
 *     application <-- relay <-----------------------------------------------------+
 *                       after the reply: remember reply > record marks > settle forms > warn of mismatch > check prefix > measure
 *
 * Each stage takes a value and returns a value, and none calls another: this file does. ARCHITECTURE.md gives the reason
 * for each position and the error exits. Every failure reaches the caller through the relay, in its own dialect, and the
 * call is measured exactly once.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { M2MError } from '../../src/core/errors.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import { type Course, follow, nextTurn } from '../course.ts'
import { asM2MError } from '../error-reply.ts'
import { callLog } from '../log.ts'
import type { Ending } from '../reply/ending.ts'
import { Relay } from '../reply/relay.ts'
import type { RelayOptions } from '../reply/relay-options.ts'
import { relocated } from '../reply/relocated.ts'
import { refusalNotes, replyNotes } from '../reply/reply-notes.ts'
import { askUsage, recordQuestion } from '../request/ask-usage.ts'
import { compress } from '../request/compress.ts'
import { compressBatch } from '../request/compress-batch.ts'
import { isLarge } from '../request/large-bodies.ts'
import { markCache, recordMarks } from '../request/mark-cache.ts'
import { answeringDialect, match, type Target } from '../request/match.ts'
import { type Received, readRequest } from '../request/read-request.ts'
import { type SecondOutcome, secondAttempt, settleSecond } from '../request/second-attempt.ts'
import { sealOf } from '../request/signed.ts'
import { upstreamRequest } from '../request/upstream-request.ts'
import { send } from '../upstream/index.ts'
import type { Arrival, Call, SentRequest } from './call.ts'
import { createCallId } from './call-id.ts'
import { checkPrefix } from './check-prefix.ts'
import { measure, settle } from './measure.ts'
import { rememberReply } from './remember-reply.ts'
import { sentRequest } from './sent-request.ts'
import type { Services } from './services.ts'
import { warnOfMismatch } from './warn-of-mismatch.ts'

/** @param fault why the call is refused, if that was found before the pipeline */
export function handleCall(services: Services, req: IncomingMessage, res: ServerResponse, fault?: M2MError): void {
  follow(courseOf(services, accept(services, req, res, fault)), services.bodyQueue)
}

/** Over when the call is measured. Never throws. */
function* courseOf(services: Services, call: Call): Course<void> {
  try {
    yield* forward(services, call)
  } catch (thrown) {
    call.relay.fail(asM2MError(thrown))
  }
  const ending = yield* call.relay.ended()
  // First: the next request may be on its way.
  rememberReply(services, call, ending)
  call.sent = afterReply(services, call, ending)
  warnOfMismatch(services, call, ending)
  const account = settle(call, ending)
  measure(services, call, ending, { account, prefix: checkPrefix(services, call, account, ending) })
  call.hold.release()
  services.live.delete(call.live)
}

/** What the reply has shown of the request that was sent; undefined where none was. */
function afterReply(services: Services, { target, sent, log }: Call, ending: Ending): SentRequest | undefined {
  if (target === undefined || sent === undefined) return sent
  const { account, cache, second, passthrough, request, prefix } = sent
  const { status } = ending
  const model = request?.model
  // A request that was sent in two forms may read less than it would have: its usage proves nothing about marks.
  const facts = second.reason === undefined ? ending.facts : {}
  const reply = { status, facts, isRefused: second.reason === 'marks' }
  const outcome = recordMarks(services, { target, model, cache }, reply, log)
  recordQuestion(services, { target, model, question: second.question }, status, log)
  settleSecond(services, second, ending.replyStatus)
  return { account, report: second.report, cache: outcome, second, passthrough, request, prefix }
}

function accept(services: Services, req: IncomingMessage, res: ServerResponse, fault: M2MError | undefined): Call {
  const acceptedAt = performance.now()
  const policy = services.policies.current
  const matched = match(policy, req)
  const refusal = fault ?? (services.isDraining ? shuttingDown() : matched.refusal)
  const target = refusal === undefined ? matched.target : undefined
  const observation = services.telemetry.begin(req.headers, answeringDialect(target))
  const id = createCallId(observation.traceId)
  const log = callLog(services.log, id, observation.traceId)
  const relay = new Relay(res, {
    envelope: matched.envelope,
    notes: refusalNotes(policy, id),
    pingMs: services.keepAlivePingMs,
    gates: services.gates,
  })
  const live = services.live.add(relay)
  const hold = services.heldBytes.begin()
  const begun = { arrival: undefined, sent: undefined, sentAt: undefined, recordedBody: undefined }
  return { id, req, res, policy, target, refusal, observation, relay, live, log, hold, acceptedAt, ...begun }
}

function* forward(services: Services, call: Call): Course<void> {
  const { req, res, policy, target, relay, log } = call
  // Before a byte of body is invited: a refused body is never sent.
  if (target === undefined) {
    // A body that came with the head is parsed by then: the connection of a request that is whole stays open.
    yield nextTurn
    throw call.refusal
  }

  const received = yield* readRequest(req, res, target, { limits: readingLimits(services, policy), hold: call.hold })
  call.arrival = arrivalOf(received)
  // Before compress, whose first step takes a while: streams are served between two large bodies.
  if (received.kind === 'whole') yield isLarge(received.content) ? services.bodyQueue : services.gates.bodies

  const arrived = { policy, headers: req.headers, target, seal: sealOf(req), received, log }
  const compressed = yield* (target.door === 'batch' ? compressBatch : compress)(services, arrived)
  // After compress: a mark is placed at a byte of the request as it is sent.
  const outgoing = askUsage(services, arrived, markCache(services, arrived, compressed))

  const { again, outcome } = secondAttempt(services, outgoing)

  // A fault in a body that streams must find its reader.
  if (received.kind === 'whole') yield services.gates.requests
  if (!relay.isOver) {
    call.sentAt = performance.now()
    const { seal } = arrived
    // A span of ours would be one more header than was signed.
    const traceparent = seal === undefined ? call.observation.traceparent : undefined
    const key = services.ownKeys.of(target.provider)
    const request = upstreamRequest(req, target, outgoing, { seal, traceparent, again, key })
    const isStreamAsked = outgoing.request?.read.facts.isStream ?? false
    const options = relayOptions(call, { target, outcome, isStreamAsked })
    relay.open(options, (sink) => send(services.pools, request, sink))
  }
  // After sending: no call waits for its hashes. The body and its tape are released with this function.
  call.sent = yield* sentRequest(outgoing, outcome, log)
  if (services.recorder && outgoing.request && received.kind === 'whole') call.recordedBody = received.content
}

/** They last as long as the reply: a function written in `forward` would keep the body and its tape as long. */
function relayOptions(
  { id, policy, req }: Call,
  { target, outcome, isStreamAsked }: { target: Target; outcome: SecondOutcome; isStreamAsked: boolean },
): RelayOptions {
  return {
    dialect: target.dialect,
    notes: replyNotes(policy, id, outcome, target.door),
    isStreamAsked,
    relocate: (location, status) => relocated(location, { policy, target, req, status }),
    isUsageHidden: () => outcome.question === 'sent',
  }
}

/** Where results were sent in forms of ours, every body is read: they keep their forms, however long it grows. */
function readingLimits({ pinStore }: Services, { limits }: CompiledPolicy): CompiledPolicy['limits'] {
  return pinStore.mayKeepForms ? { ...limits, maxTransformBytes: limits.maxBodyBytes } : limits
}

function arrivalOf(received: Received): Arrival {
  if (received.kind === 'stream') return { at: received.receivedAt, body: received.body }
  return { at: received.receivedAt, body: { bytes: received.body.length } }
}

export function shuttingDown(): M2MError {
  return new M2MError('this sidecar is shutting down', { code: 'DRAINING' })
}
