/** Builds the request to the provider: the caller's own headers without those of its connection and our own. */

import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { keyHeader, type Provider, REPLACED_BY_KEY } from '../../src/core/policy/index.ts'
import type { SecondBody, UpstreamRequest } from '../upstream/index.ts'
import { type RequestHeaderChanges, upstreamHeaders } from '../wire/headers.ts'
import { BodyStream } from '../wire/request-body.ts'
import type { Outgoing } from './compress.ts'
import type { Target } from './match.ts'
import { coveredHeaders, type Seal } from './signed.ts'

interface Additions {
  /** What the client covers goes as it came. */
  readonly seal: Seal | undefined
  readonly traceparent: string | undefined
  readonly again: SecondBody | undefined
  /** Of the sidecar, in the place of the caller's; undefined: the caller's passes. */
  readonly key: string | undefined
}

const NOTHING_SIGNED: ReadonlySet<string> = new Set()

export function upstreamRequest(
  req: IncomingMessage,
  target: Target,
  outgoing: Outgoing,
  { seal, traceparent, again, key }: Additions,
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
      key: seal === undefined && key !== undefined ? ownKey(target, key) : undefined,
    }),
    servername: servernameOf(target.provider),
    body,
    again,
    // A reply can be continued once: a second attempt would be refused (PC-23).
    isOnce: outgoing.request?.read.facts.thread?.kind === 'continue',
  }
}

/** A signed request keeps its credential: nothing else would fit its signature. */
function ownKey({ provider, path }: Target, key: string): RequestHeaderChanges['key'] {
  return { ...keyHeader(provider, path, key), replaces: REPLACED_BY_KEY }
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
