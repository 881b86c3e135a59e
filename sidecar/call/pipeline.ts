/**
 * One call, from the application to the model and back, on one screen:
 *
 *     application --> accept > match > read > compress > keep > send --> model
 *     application <-- measure <-- relay <--------------------------------+
 *
 * Each stage takes a value and returns a value, and none calls another: this file does. The policy is read once per
 * call. Whatever fails, the relay tells the caller in its own dialect, and the call is measured exactly once.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { M2MError } from '../../src/core/errors.ts'
import { suggestDialect } from '../../src/core/policy/index.ts'
import { asM2MError } from '../error-reply.ts'
import { Relay } from '../reply/relay.ts'
import { replyNotes } from '../reply/reply-notes.ts'
import { compress } from '../request/compress.ts'
import { heedRefusal, keep } from '../request/mark-cache.ts'
import { match } from '../request/match.ts'
import { isLarge, readRequest } from '../request/read-request.ts'
import { upstreamRequest } from '../request/upstream-request.ts'
import { send } from '../upstream/index.ts'
import { type Call, measure } from './measure.ts'
import type { House } from './services.ts'

/** Resolves when the call is over and measured. Never rejects. */
export async function handleCall(house: House, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const call = accept(house, req, res)
  try {
    await forward(house, call)
  } catch (thrown) {
    call.relay.fail(asM2MError(thrown))
  }
  const ending = await call.relay.ended
  house.live.delete(call.relay)
  const { target, outgoing } = call
  if (target && outgoing) call.outgoing = heedRefusal(house, { target, outgoing }, ending)
  measure(house, call, ending)
}

function accept(house: House, req: IncomingMessage, res: ServerResponse): Call {
  const policy = house.policies.current
  const relay = new Relay(res, suggestDialect(policy, req.url ?? '/', req.headers))
  relay.announce(replyNotes(policy, undefined))
  house.live.add(relay)
  return { req, res, policy, relay, acceptedAt: performance.now() }
}

async function forward(house: House, call: Call): Promise<void> {
  const { req, res, policy, relay } = call
  if (house.isDraining) throw new M2MError('this sidecar is shutting down', { code: 'DRAINING' })

  const target = match(policy, req)
  relay.speak(target.dialect?.provider ?? target.provider.dialect, target.dialect)
  const observation = house.telemetry.begin(req.headers, target.dialect)
  Object.assign(call, { target, observation })

  const received = await readRequest(req, res, target, policy.limits)
  call.received = received
  if (isLarge(received)) await house.turns.next()

  const compressed = compress({ house, policy }, req, target, received)
  const outgoing = keep({ house, policy }, { req, target, received }, compressed)
  call.outgoing = outgoing
  relay.announce(replyNotes(policy, outgoing.report))
  if (outgoing.isUsageHidden) relay.hideUsage()

  if (relay.isOver) return
  call.sentAt = performance.now()
  relay.follow(send(house.pools, upstreamRequest(req, target, outgoing, observation.traceparent), relay))
}
