/** Maps errors of undici and the network to our codes. Messages name the provider, never its URL or the request. */

import { type ErrorCode, M2MError } from '../../src/core/errors.ts'
import { tlsReason } from './connect/tls-faults.ts'

const REASONS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  UND_ERR_CONNECT_TIMEOUT: ['UPSTREAM_CONNECT_TIMEOUT', 'no connection within the connect timeout'],
  ENOTFOUND: ['UPSTREAM_UNREACHABLE', 'its host name does not exist'],
  EAI_AGAIN: ['UPSTREAM_UNREACHABLE', 'its host name could not be resolved'],
  ECONNREFUSED: ['UPSTREAM_UNREACHABLE', 'connection refused'],
  EHOSTUNREACH: ['UPSTREAM_UNREACHABLE', 'no route to its host'],
  ENETUNREACH: ['UPSTREAM_UNREACHABLE', 'no route to its network'],
  ETIMEDOUT: ['UPSTREAM_CONNECT_TIMEOUT', 'the network timed out'],
  UND_ERR_SOCKET: ['UPSTREAM_CLOSED', 'it closed the connection before its reply was complete'],
  ECONNRESET: ['UPSTREAM_CLOSED', 'it reset the connection before its reply was complete'],
  EPIPE: ['UPSTREAM_CLOSED', 'it closed the connection before the request was complete'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['UPSTREAM_CLOSED', 'its reply is shorter than its content-length'],
  UND_ERR_HEADERS_OVERFLOW: ['UPSTREAM_REPLY_INVALID', "its reply's headers are too large"],
  HPE: ['UPSTREAM_REPLY_INVALID', 'its reply is not HTTP/1.1'],
  UND_ERR_INVALID_ARG: ['HEADER_REFUSED', 'the request cannot be forwarded'],
  UND_ERR_NOT_SUPPORTED: ['HEADER_REFUSED', 'the request cannot be forwarded'],
}

/** The connection was closed or reset after it was made. */
export function isConnectionLost(error: Error): boolean {
  const code = codeOf(error)
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
}

export function upstreamError(providerName: string, error: Error): M2MError {
  if (error instanceof M2MError) return error
  const [code, reason] = reasonFor(error)
  return new M2MError(`provider ${providerName}: ${reason}`, { code, cause: error })
}

/** Our code for an error of undici or the network, and its reason in words that follow the name of who failed. */
export function reasonFor(error: Error): readonly [ErrorCode, string] {
  // Undici's parser errors carry a code only sometimes.
  const code = error.name === 'HTTPParserError' ? 'HPE' : codeOf(error)
  return REASONS[code] ?? otherReason(code)
}

function otherReason(code: string): readonly [ErrorCode, string] {
  // A server that wants a client certificate says so after the handshake (TLS 1.3).
  const tls = tlsReason(code, 'provider')
  if (tls !== undefined) return ['UPSTREAM_TLS_FAILED', tls]
  return ['UPSTREAM_UNREACHABLE', code === '' ? 'the call failed' : `the call failed (${code})`]
}

/** Happy eyeballs wrap one failure per address into an AggregateError, which carries the first one's code. */
export function codeOf(error: Error): string {
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] }
  const found = code ?? errors?.[0]?.code
  return typeof found === 'string' ? found : ''
}
