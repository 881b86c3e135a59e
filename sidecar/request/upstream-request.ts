/** Puts together what goes to the provider: the caller's own headers but for the few that belong to a connection or to us. */

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { UpstreamRequest } from '../upstream/index.ts'
import { upstreamHeaders } from '../wire/headers.ts'
import type { Kept } from './mark-cache.ts'
import type { Target } from './match.ts'

export function upstreamRequest(
  req: IncomingMessage,
  target: Target,
  outgoing: Kept,
  traceparent: string | undefined,
): UpstreamRequest {
  const { body } = outgoing
  return {
    provider: target.provider,
    method: req.method ?? 'GET',
    path: target.path,
    headers: upstreamHeaders(req.rawHeaders, {
      contentLength: body instanceof Readable ? req.headers['content-length'] : undefined,
      isDecoded: outgoing.isDecoded,
      askIdentity: outgoing.read?.facts.isStream ?? false,
      traceparent,
    }),
    body,
    fallback: outgoing.unmarked,
  }
}
