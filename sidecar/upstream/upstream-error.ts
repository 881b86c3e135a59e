/** Maps errors of undici and the network to our codes. Messages name the provider, never its URL or the request. */

import { type ErrorCode, M2MError } from '../../src/core/errors.ts'

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
  // Undici's parser errors carry a code only sometimes.
  const code = error.name === 'HTTPParserError' ? 'HPE' : codeOf(error)
  const [ourCode, reason] = REASONS[code] ?? otherReason(code)
  return new M2MError(`provider ${providerName}: ${reason}`, { code: ourCode, cause: error })
}

function otherReason(code: string): readonly [ErrorCode, string] {
  if (isTlsCode(code)) return ['UPSTREAM_UNREACHABLE', `TLS failed (${code})`]
  return ['UPSTREAM_UNREACHABLE', code === '' ? 'the call failed' : `the call failed (${code})`]
}

function isTlsCode(code: string): boolean {
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)
}

/** Happy eyeballs wrap one failure per address into an AggregateError, which carries the first one's code. */
function codeOf(error: Error): string {
  const { code, errors } = error as { code?: unknown; errors?: readonly { code?: unknown }[] }
  const found = code ?? errors?.[0]?.code
  return typeof found === 'string' ? found : ''
}
