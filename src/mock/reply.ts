/** Turns a script's step into the status, headers and parts of a reply, without sending it. */

import type { Turn } from './answer.ts'
import type { MockDialect } from './dialects/index.ts'
import { openaiError } from './dialects/index.ts'
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

/** The turn said in its dialect, or the step's error. */
export function callReply(dialect: MockDialect, turn: Turn, step: Step): MockReply {
  if (step.error !== undefined) return jsonReply(step.error.status, dialect.error(step.error), step)
  if (!dialect.isStream(turn.request)) return jsonReply(200, dialect.reply(turn), step)
  return {
    status: 200,
    headers: { 'content-type': dialect.streamType, 'cache-control': 'no-cache' },
    parts: dialect.events(turn),
  }
}

/** The event that `cut: error` writes last. */
export function errorEvent(dialect: MockDialect | undefined, step: Step): string {
  const error = step.error ?? {
    status: 529,
    message: 'the mock was told to fail in the middle',
    type: 'overloaded_error',
  }
  return dialect === undefined ? JSON.stringify(openaiError(error)) : dialect.errorEvent(error)
}
