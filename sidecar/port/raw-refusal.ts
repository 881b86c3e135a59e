/** Answers on a socket that no HTTP reply belongs to: a request that was not understood, a tunnel. */

import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorReply } from '../../src/core/dialect/index.ts'
import type { M2MError } from '../../src/core/errors.ts'
import { type CompiledPolicy, route } from '../../src/core/policy/index.ts'
import { createCallId } from '../call/call-id.ts'
import { problemOf, statusOf } from '../error-reply.ts'
import { REFUSED, type RefusalDeps, recordRefusal } from '../telemetry/index.ts'

export interface RawRefusalDeps extends RefusalDeps {
  readonly policies: { readonly current: CompiledPolicy }
}

export interface RawRefusal {
  readonly error: M2MError
  /** Default: that of the error's code. */
  readonly status?: number
  /** Takes the place of the status's own phrase. */
  readonly phrase?: string
  /** As far as they were understood: the path decides the dialect, which is OpenAI's without one. */
  readonly method?: string | undefined
  readonly target?: string | undefined
}

/** How long the caller may take to read the reason, while what it still sends is dropped. */
const LINGER_MS = 1000

/** The server no longer knows this socket: without an end of its own it would outlive every call, and the drain. */
export function refuseRaw(deps: RawRefusalDeps, socket: Duplex, refusal: RawRefusal): void {
  const { error, method, target, status = statusOf(error.code), phrase = STATUS_CODES[status] } = refusal
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', () => undefined)
  socket.resume()
  const policy = deps.policies.current
  const call = createCallId(undefined)
  recordRefusal(deps, { error, status, method, target, call })
  const { dialect } = route(policy, { method: method ?? 'GET', target: target ?? '/', headers: {} })
  const body = errorReply(dialect, { ...problemOf(error), status })
  const notes = policy.telemetry.responseHeaders ? [`x-m2m-call: ${call}`, `x-m2m-outcome: ${REFUSED}`] : []
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...notes,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
