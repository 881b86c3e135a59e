/** Builds the request to the provider: the caller's own headers without those of its connection and our own. */

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { SecondBody, UpstreamRequest } from '../upstream/index.ts'
import { upstreamHeaders } from '../wire/headers.ts'
import type { Outgoing } from './compress.ts'
import type { Target } from './match.ts'

export function upstreamRequest(
  req: IncomingMessage,
  target: Target,
  outgoing: Outgoing,
  { traceparent, again }: { readonly traceparent: string | undefined; readonly again: SecondBody | undefined },
): UpstreamRequest {
  const { body } = outgoing
  return {
    provider: target.provider,
    method: req.method ?? 'GET',
    path: target.path,
    headers: upstreamHeaders(req.rawHeaders, {
      contentLength: body instanceof Readable ? req.headers['content-length'] : undefined,
      isDecoded: outgoing.isDecoded,
      askIdentity: outgoing.request?.read.facts.isStream ?? false,
      traceparent,
    }),
    body,
    again,
    // A reply can be continued once: a second attempt would be refused (PC-23).
    isOnce: outgoing.request?.read.facts.thread?.kind === 'continue',
  }
}
