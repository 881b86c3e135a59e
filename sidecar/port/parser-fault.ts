/** What Node's parser refuses, as an error of ours: its own words are for people who wrote the parser. */

import { M2MError } from '../../src/core/errors.ts'
import { MAX_HEAD_BYTES, type PortLimits } from './limits.ts'

/** An error of `clientError`, as Node documents it. */
export interface ParserError extends Error {
  readonly code?: string
  /** llhttp's words, none of them from the request. */
  readonly reason?: string
}

/** The first byte of TLS: a client with `https://` in its base URL. */
const TLS_HANDSHAKE = 0x16

/**
 * @param head what has arrived of the head; undefined for a fault of a body
 * @returns undefined for a connection that broke: there is nobody to answer
 */
export function parserFault(
  error: ParserError,
  head: Buffer | undefined,
  { headMs, requestMs }: PortLimits,
): M2MError | undefined {
  const { code = '', reason } = error
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const [what, ms] = head === undefined ? ['the request', requestMs] : ['the head of the request', headMs]
    return new M2MError(`${what} did not arrive within ${ms / 1000} s`, { code: 'REQUEST_TIMEOUT' })
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const limit = `${MAX_HEAD_BYTES / 1024} KiB`
    return new M2MError(`request line and headers are larger than ${limit}`, { code: 'HEADERS_TOO_LARGE' })
  }
  if (!code.startsWith('HPE_')) return undefined
  return new M2MError(wordsFor(code, reason, head), { code: 'REQUEST_MALFORMED' })
}

function wordsFor(code: string, reason: string | undefined, head: Buffer | undefined): string {
  if (head?.[0] === TLS_HANDSHAKE) return 'this port speaks plain HTTP: write http://, not https://, in the base URL'
  if (code === 'HPE_PAUSED_H2_UPGRADE') return 'this port speaks HTTP/1.1: HTTP/2 is not served here'
  if (code === 'HPE_INVALID_URL') return 'the target of the request is neither a path nor an http URL, in ASCII'
  if (code === 'HPE_INVALID_EOF_STATE') return 'the request ends in its middle'
  return `the request is not understood as HTTP/1.1: ${reason ?? code}`
}
