/** Maps errors of undici and the network to our codes. Messages name the provider, never its URL, the request or the reply. */

import { type ErrorCode, M2MError } from '../../src/core/errors.ts'
import type { BodyEnd } from './body-end.ts'
import { tlsReason } from './connect/tls-faults.ts'
import { bodyFault, headFault } from './framing-fault.ts'
import type { Connection } from './socket/connection.ts'

/** How far an attempt had come when it failed. */
export interface Progress {
  /** Undefined until the request goes out. */
  readonly connection: Connection | undefined
  /** What ends the reply's body; undefined until its head is read. */
  readonly bodyEnd: BodyEnd | undefined
}

type Named = readonly [ErrorCode, string]

const REASONS: Readonly<Record<string, Named>> = {
  UND_ERR_CONNECT_TIMEOUT: ['UPSTREAM_CONNECT_TIMEOUT', 'no connection within the connect timeout'],
  ENOTFOUND: ['UPSTREAM_UNREACHABLE', 'its host name does not exist'],
  EAI_AGAIN: ['UPSTREAM_UNREACHABLE', 'its host name could not be resolved'],
  ECONNREFUSED: ['UPSTREAM_UNREACHABLE', 'connection refused; is it running, and are its host and port right?'],
  EHOSTUNREACH: ['UPSTREAM_UNREACHABLE', 'no route to its host'],
  ENETUNREACH: ['UPSTREAM_UNREACHABLE', 'no route to its network'],
  ETIMEDOUT: ['UPSTREAM_CONNECT_TIMEOUT', 'the network timed out'],
  UND_ERR_SOCKET: ['UPSTREAM_CLOSED', 'it closed the connection'],
  ECONNRESET: ['UPSTREAM_CLOSED', 'it reset the connection'],
  EPIPE: ['UPSTREAM_CLOSED', 'it closed the connection'],
  UND_ERR_HEADERS_OVERFLOW: ['UPSTREAM_REPLY_INVALID', "its reply's headers are too large"],
  M2M_INTERIM_REPLIES: ['UPSTREAM_REPLY_INVALID', 'it sent interim replies (1xx) without end and no reply'],
  M2M_ENDLESS_FRAMING: ['UPSTREAM_REPLY_INVALID', 'its reply has chunk extensions or trailers without end'],
  UND_ERR_INVALID_ARG: ['HEADER_REFUSED', 'the request cannot be forwarded'],
  UND_ERR_NOT_SUPPORTED: ['HEADER_REFUSED', 'the request cannot be forwarded'],
}

/** The connection was closed or reset after it was made. */
export function isConnectionLost(error: Error): boolean {
  const code = codeOf(error)
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
}

export function upstreamError(providerName: string, error: Error, { connection, bodyEnd }: Progress): M2MError {
  if (error instanceof M2MError) return error
  const [code, reason] = connection === undefined ? reasonFor(error) : reasonOn(connection, error, bodyEnd)
  return new M2MError(`provider ${providerName}: ${reason}`, { code, cause: error })
}

/** Our code for an error of undici or the network, and its reason in words that follow the name of who failed. */
export function reasonFor(error: Error): Named {
  const code = codeOf(error)
  return REASONS[code] ?? otherReason(code)
}

/** The same for an error on an open connection. */
function reasonOn(connection: Connection, error: Error, bodyEnd: BodyEnd | undefined): Named {
  const code = codeOf(error)
  if (code === 'ETIMEDOUT') return ['UPSTREAM_CLOSED', 'its host no longer answers']
  if (isFault(error, code)) return faultOf(error, connection, bodyEnd)
  return isConnectionLost(error) ? ['UPSTREAM_CLOSED', lossOf(error, connection, bodyEnd)] : reasonFor(error)
}

/** Undici's parser errors carry no code, its checks of interim replies that of a lost connection; some are assertions. */
function isFault({ name, message }: Error, code: string): boolean {
  if (code === 'UND_ERR_SOCKET') return message === 'bad response' || message === 'bad upgrade'
  return name === 'HTTPParserError' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'ERR_ASSERTION'
}

function faultOf({ message }: Error, { head }: Connection, bodyEnd: BodyEnd | undefined): Named {
  if (bodyEnd === undefined) return ['UPSTREAM_REPLY_INVALID', headFault(head)]
  if (bodyEnd === 'content-length' || /EOF/.test(message)) return ['UPSTREAM_CLOSED', lossIn('it closed', bodyEnd)]
  return ['UPSTREAM_REPLY_INVALID', bodyFault(message)]
}

function lossOf(error: Error, connection: Connection, bodyEnd: BodyEnd | undefined): string {
  const loss = codeOf(error) === 'ECONNRESET' ? 'it reset' : 'it closed'
  if (bodyEnd !== undefined) return lossIn(loss, bodyEnd)
  return `${loss} the connection ${connection.hasReplied ? "in the middle of its reply's head" : 'without a reply'}`
}

function lossIn(loss: string, bodyEnd: BodyEnd): string {
  if (bodyEnd === 'close') return `${loss} the connection in the middle of its reply`
  if (bodyEnd === 'last chunk') return `${loss} the connection before the last chunk of its reply`
  return `${loss} the connection before its reply was as long as its content-length`
}

function otherReason(code: string): Named {
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
