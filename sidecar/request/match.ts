/** Finds the provider and the lane of a call from its method, path and headers, before a byte of body is read. */

import type { IncomingMessage } from 'node:http'
import type { Dialect, Door, ProviderDialect } from '../../src/core/dialect/index.ts'
import { M2MError } from '../../src/core/errors.ts'
import { type CompiledPolicy, type Provider, type Route, route } from '../../src/core/policy/index.ts'

export interface Target {
  readonly provider: Provider
  /** What named the provider, for the log. */
  readonly routedBy?: string
  /** Path at the provider, with its query. */
  readonly path: string
  /** As the client wrote it, without the provider's prefix. */
  readonly written: string
  /** Undefined for a call that is not an LLM call: it streams straight through. */
  readonly dialect: Dialect | undefined
  /** Set for a call that counts or compacts its history, or leaves a batch of calls. */
  readonly door?: Door | undefined
}

export interface Match {
  /** Dialect of our own error replies. */
  readonly envelope: ProviderDialect
  /** Undefined for a call that is refused. */
  readonly target: Target | undefined
  /** HEADER_REFUSED, PATH_REFUSED, NO_SUCH_PROVIDER or NO_SUCH_ROUTE. */
  readonly refusal: M2MError | undefined
}

export function match(policy: CompiledPolicy, req: IncomingMessage): Match {
  const { dialect, found } = route(policy, {
    method: req.method ?? 'GET',
    target: req.url ?? '/',
    // Every line of a header reaches the provider, and any of them may be a key.
    headers: policy.providers.length > 1 ? req.headersDistinct : req.headers,
  })
  const refusal = unrelayable(req)
  if (refusal !== undefined) return { envelope: dialect, target: undefined, refusal }
  if (found instanceof M2MError) return { envelope: dialect, target: undefined, refusal: found }
  const target = targetOf(found, req, policy.limits)
  return { envelope: dialect, target, refusal: undefined }
}

function targetOf(
  { provider, path, written, call: asked, reason }: Route,
  req: IncomingMessage,
  limits: CompiledPolicy['limits'],
): Target {
  // A batch may be larger than any other body, and is no call to be refused for it.
  const isStreamed = asked?.door === 'batch' && !(Number(req.headers['content-length']) <= limits.maxTransformBytes)
  const call = isStreamed ? undefined : asked
  return { provider, routedBy: reason, path, written, dialect: call?.dialect, door: call?.door }
}

/** The dialect of a call that a model answers. A call that counts tokens or leaves a batch is in no figure of theirs. */
export function answeringDialect(target: Target | undefined): Dialect | undefined {
  return target?.door === 'count' || target?.door === 'batch' ? undefined : target?.dialect
}

/** Anywhere in the list of offers, with a version or without. */
const WEBSOCKET = /(?:^|,)\s*websocket\s*(?:$|[,/])/i

function unrelayable({ headers }: IncomingMessage): M2MError | undefined {
  // Other upgrades are offers that may be ignored (RFC 9110, 7.8): Java's client offers h2c with every call.
  if (WEBSOCKET.test(headers.upgrade ?? '')) {
    return new M2MError('WebSockets are not relayed: call the same API by HTTP', { code: 'UPGRADE_REFUSED' })
  }
  // RFC 9112, 6.1: a coding other than chunked would be lost, and the body would be sent without its label.
  if (!/^chunked$/i.test(headers['transfer-encoding'] ?? 'chunked')) {
    return new M2MError('the only transfer coding accepted is chunked; declare compression with content-encoding', {
      code: 'HEADER_REFUSED',
    })
  }
  return undefined
}
