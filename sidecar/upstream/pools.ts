/** The connections to providers: HTTP/1.1, one call at a time on each, no hidden time limits. */

import { Pool } from 'undici'
import type { Provider } from '../../src/core/policy/index.ts'

export interface Pools {
  /** Connections that are kept alive and reused. */
  kept(provider: Provider): Pool
  /** A connection of its own per call, for the one retry after a reused connection was lost. */
  fresh(provider: Provider): Pool
  /** Closes every connection at once. */
  destroy(): Promise<void>
}

/** Agents pause between calls: longer than undici's 4 s saves them a TLS handshake per turn. */
const KEEP_ALIVE_MS = 30_000
const MAX_HEADER_BYTES = 64 * 1024

export function createPools(): Pools {
  const pools = new Map<string, Pool>()
  const poolFor = ({ baseUrl, timeouts }: Provider, pipelining: 0 | 1): Pool => {
    const key = `${baseUrl.origin} ${timeouts.connectMs} ${pipelining}`
    let pool = pools.get(key)
    if (pool === undefined) {
      pool = new Pool(baseUrl.origin, {
        // 1 is "no pipelining, keep alive" to undici, 0 is "a connection per request".
        pipelining,
        allowH2: false,
        connectTimeout: timeouts.connectMs,
        // Undici's own default of 5 minutes cuts off slow models; send.ts keeps the policy's budgets.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      })
      pools.set(key, pool)
    }
    return pool
  }
  return {
    kept: (provider) => poolFor(provider, 1),
    fresh: (provider) => poolFor(provider, 0),
    destroy: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}
