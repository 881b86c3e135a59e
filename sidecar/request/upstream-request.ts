/** Builds the request to the provider: the caller's own headers without those of its connection and our own. */

import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Provider } from '../../src/core/policy/index.ts'
import type { SecondBody, UpstreamRequest } from '../upstream/index.ts'
import { upstreamHeaders } from '../wire/headers.ts'
import { BodyStream } from '../wire/request-body.ts'
import type { Outgoing } from './compress.ts'
import type { Target } from './match.ts'
import { coveredHeaders, type Seal } from './signed.ts'

interface Additions {
  /** What the client covers goes as it came. */
  readonly seal: Seal | undefined
  readonly traceparent: string | undefined
  readonly again: SecondBody | undefined
}

const NOTHING_SIGNED: ReadonlySet<string> = new Set()

export function upstreamRequest(
  req: IncomingMessage,
  target: Target,
  outgoing: Outgoing,
  { seal, traceparent, again }: Additions,
): UpstreamRequest {
  const { body } = outgoing
  const covered = seal === undefined ? NOTHING_SIGNED : coveredHeaders(req, target.provider.baseUrl.host)
  return {
    provider: target.provider,
    method: req.method ?? 'GET',
    path: seal === 'signature' ? signedPath(target) : target.path,
    headers: upstreamHeaders(req.rawHeaders, {
      contentLength: body instanceof BodyStream ? req.headers['content-length'] : undefined,
      isDecoded: outgoing.isDecoded,
      askIdentity: seal === undefined && (outgoing.request?.read.facts.isStream ?? false),
      traceparent,
      covered,
    }),
    servername: servernameOf(target.provider),
    body,
    again,
    // A reply can be continued once: a second attempt would be refused (PC-23).
    isOnce: outgoing.request?.read.facts.thread?.kind === 'continue',
  }
}

/** What the client wrote. Under a base URL with a path of its own it is what was signed only if it begins with that. */
function signedPath({ provider: { baseUrl }, path, written }: Target): string {
  const base = baseUrl.pathname.endsWith('/') ? baseUrl.pathname : `${baseUrl.pathname}/`
  return written.startsWith(base) ? written : path
}

/**
 * The provider's own name, whose certificate is asked for whatever `host` says; an address has none. Each call names it:
 * undici gives up a kept connection when the name changes, also from the one that it would have asked for itself.
 */
function servernameOf({ baseUrl: { protocol, hostname } }: Provider): string | undefined {
  const isNameless = protocol !== 'https:' || hostname.startsWith('[') || isIP(hostname) !== 0
  return isNameless ? undefined : hostname
}
