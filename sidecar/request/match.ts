/** Who serves a call and on which lane it goes; decided by method, path and headers, before a byte of body is read. */

import type { IncomingMessage } from 'node:http'
import { type Dialect, dialectForPath } from '../../src/core/dialect/index.ts'
import { M2MError } from '../../src/core/errors.ts'
import { type CompiledPolicy, type Provider, route, upstreamPath } from '../../src/core/policy/index.ts'

export interface Target {
  readonly provider: Provider
  /** At the provider, with its query. */
  readonly path: string
  /** Absent for what is not an LLM call: it streams straight through. */
  readonly dialect: Dialect | undefined
}

/** @throws M2MError HEADER_REFUSED, PATH_REFUSED, NO_SUCH_PROVIDER, NO_SUCH_ROUTE */
export function match(policy: CompiledPolicy, req: IncomingMessage): Target {
  // Other upgrades are offers that may be ignored (RFC 9110, 7.8): Java's client offers h2c with every call.
  if (/^websocket$/i.test(req.headers.upgrade ?? '')) {
    throw new M2MError('WebSockets are not relayed; call the HTTP API', { code: 'NO_SUCH_ROUTE' })
  }
  // RFC 9112, 6.1: without its label, what arrives compressed would leave as if it were not.
  if (!/^chunked$/i.test(req.headers['transfer-encoding'] ?? 'chunked')) {
    throw new M2MError('the only transfer coding taken is chunked; say compression with content-encoding', {
      code: 'HEADER_REFUSED',
    })
  }
  const { provider, path, query } = route(policy, req.url ?? '/', req.headers)
  return {
    provider,
    path: upstreamPath(provider, path, query),
    dialect: req.method === 'POST' ? dialectForPath(path) : undefined,
  }
}
