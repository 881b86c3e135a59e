/** What ends the body of a reply (RFC 9112, 6.3), and encodings of its transfer that would reach the caller unnamed. */

import type { IncomingHttpHeaders } from 'node:http'

export type BodyEnd = 'content-length' | 'last chunk' | 'close'

export function bodyEndOf(headers: IncomingHttpHeaders): BodyEnd {
  if (headers['transfer-encoding'] !== undefined) return 'last chunk'
  return headers['content-length'] === undefined ? 'close' : 'content-length'
}

/**
 * The parser takes off chunks and nothing else, and `transfer-encoding` does not pass. We send no `te`, so no server may
 * use another encoding (RFC 9112, 7.4).
 */
export function isEncodedForTransfer({ 'transfer-encoding': encoding }: IncomingHttpHeaders): boolean {
  return encoding !== undefined && !/^\s*(?:chunked|identity)?\s*$/i.test(String(encoding))
}
