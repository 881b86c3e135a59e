/** Gives our errors their HTTP status and writes them in the caller's dialect; no other file does. */

import type { ServerResponse } from 'node:http'
import { errorReply, type Problem, type ProviderDialect } from '../src/core/dialect/index.ts'
import { type ErrorCode, M2MError } from '../src/core/errors.ts'
import { hasBody } from './wire/request-body.ts'

/** Codes that no caller of the sidecar can meet, such as a wrong flag, have none. */
export const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  CALLER_REFUSED: 403,
  REQUEST_MALFORMED: 400,
  REQUEST_TIMEOUT: 408,
  HEADERS_TOO_LARGE: 431,
  EXPECTATION_FAILED: 417,
  NOT_A_PROXY: 421,
  UPGRADE_REFUSED: 426,
  BODY_TOO_LARGE: 413,
  BODY_NOT_DECODABLE: 400,
  BODY_NOT_JSON: 400,
  PATH_REFUSED: 400,
  HEADER_REFUSED: 400,
  NO_SUCH_PROVIDER: 404,
  NO_SUCH_ROUTE: 404,
  DIALECT_UNKNOWN: 400,
  NOT_OUR_FORM: 400,
  USAGE: 400,
  CALLER_GONE: 499,
  UPSTREAM_UNREACHABLE: 502,
  UPSTREAM_ADDRESS_REFUSED: 502,
  UPSTREAM_TLS_FAILED: 502,
  EGRESS_PROXY_FAILED: 502,
  UPSTREAM_CLOSED: 502,
  UPSTREAM_REPLY_INVALID: 502,
  UPSTREAM_CONNECT_TIMEOUT: 504,
  UPSTREAM_FIRST_BYTE_TIMEOUT: 504,
  UPSTREAM_IDLE_TIMEOUT: 504,
  UPSTREAM_TOTAL_TIMEOUT: 504,
  DRAINING: 503,
  TABLES_MISSING: 500,
  INTERNAL: 500,
}

/**
 * A second call would end as the first did, and may be billed as well: the provider is slow, its certificate or its
 * reply is not valid, or the fault is ours. SDKs send a 5xx up to twice more unless this is said, in a header of OpenAI's that others took up. A
 * provider that cannot be reached is worth another call.
 */
const NOT_WORTH_A_RETRY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_ADDRESS_REFUSED',
  'UPSTREAM_TLS_FAILED',
  'UPSTREAM_FIRST_BYTE_TIMEOUT',
  'UPSTREAM_IDLE_TIMEOUT',
  'UPSTREAM_TOTAL_TIMEOUT',
  'UPSTREAM_REPLY_INVALID',
  'TABLES_MISSING',
  'INTERNAL',
])

/** The connection ends with them: the sidecar does, or nothing on it can be trusted to be read as it was meant. */
const LAST: ReadonlySet<ErrorCode> = new Set([
  'DRAINING',
  'REQUEST_MALFORMED',
  'HEADERS_TOO_LARGE',
  'EXPECTATION_FAILED',
])

export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? 500
}

/** The part of an error that the caller sees. Its causes stay in the log. */
export function problemOf(error: M2MError): Problem {
  return { status: statusOf(error.code), code: error.code, message: `M2M: ${error.message}` }
}

/** Any thrown value as an error of ours. The message of an unknown error is not passed on: it may contain anything. */
export function asM2MError(thrown: unknown): M2MError {
  if (thrown instanceof M2MError) return thrown
  return new M2MError('an internal error; the log of the sidecar has the details', { code: 'INTERNAL', cause: thrown })
}

/**
 * Writes the dialect's error envelope and leaves the reply open: see `lingeringEnd`. The connection closes after it when
 * the caller is still sending, or the sidecar is shutting down.
 * @param added headers of ours, names and values in turn
 * @returns bytes of the body
 */
export function writeErrorReply(
  res: ServerResponse,
  dialect: ProviderDialect,
  error: M2MError,
  added: readonly string[],
): number {
  const problem = problemOf(error)
  const body = Buffer.from(errorReply(dialect, problem))
  const headers = ['content-type', 'application/json', 'content-length', String(body.length), ...added]
  if (NOT_WORTH_A_RETRY.has(error.code)) headers.push('x-should-retry', 'false')
  // RFC 9110, 15.5.22: what the caller may go on with. Bytes of a protocol that was not agreed on may follow its request.
  if (error.code === 'UPGRADE_REFUSED') headers.push('upgrade', 'HTTP/1.1', 'connection', 'upgrade, close')
  else if (LAST.has(error.code) || (hasBody(res.req) && !res.req.complete)) headers.push('connection', 'close')
  res.writeHead(problem.status, headers)
  res.write(body)
  return body.length
}
