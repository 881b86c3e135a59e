/** Puts together what goes to the provider: the caller's own headers but for the few that belong to a connection or to us. */

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Kept } from '../keep.ts'
import type { Target } from '../match.ts'
import type { UpstreamRequest } from '../upstream/index.ts'
import { upstreamHeaders } from './headers.ts'

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
