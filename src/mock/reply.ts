/** Turns a script's step into the status, headers and parts of a reply, without sending it. */

import type { Turn } from './answer.ts'
import { errorBody, type MockCall, type MockDialect } from './dialects/index.ts'
import type { MockRequest } from './request.ts'
import type { RawReply, Step } from './script.ts'

export interface MockReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly parts: Iterable<string | Uint8Array>
}

/** A JSON reply with its length; in two parts when the step pauses or cuts between them. */
export function jsonReply(status: number, value: unknown, step: Step = {}): MockReply {
  const body = Buffer.from(JSON.stringify(value))
  const isHalved = step.pause !== undefined || step.cut !== undefined
  const middle = Math.ceil(body.length / 2)
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
    parts: isHalved ? [body.subarray(0, middle), body.subarray(middle)] : [body],
  }
}

export function rawReply({ status = 200, headers = {}, body = [] }: RawReply): MockReply {
  const parts = typeof body === 'string' || body instanceof Uint8Array ? [body] : body
  return { status, headers, parts }
}

/** The turn in its dialect. */
export function callReply({ dialect }: MockCall, mock: MockDialect, turn: Turn, step: Step): MockReply {
  if (!mock.isStream(turn.request)) return jsonReply(200, mock.reply(turn), step)
  return {
    status: 200,
    headers: { 'content-type': STREAM_TYPES[dialect.stream], 'cache-control': 'no-cache' },
    parts: mock.events(turn),
  }
}

const STREAM_TYPES = { sse: 'text/event-stream; charset=utf-8', ndjson: 'application/x-ndjson' }

/** The event that `cut: error` writes last. */
export function errorEvent(call: MockCall | undefined, request: MockRequest, step: Step): string {
  const error = step.error ?? {
    status: 529,
    message: 'the mock was told to fail in the middle',
    type: 'overloaded_error',
  }
  return call?.mock?.errorEvent(error) ?? JSON.stringify(errorBody(request, error))
}
