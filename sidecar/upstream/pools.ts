/** The connections to providers: HTTP/1.1, one call at a time on each, no hidden time limits. */

import Pool from 'undici/lib/dispatcher/pool.js'
import type { Provider } from '../../src/core/policy/index.ts'
import {
  type ConnectorDeps,
  createConnector,
  createTrust,
  EMPTY_ENVIRONMENT,
  type Lookup,
  lookupBySystem,
  type NetworkEnvironment,
  type NetworkLog,
  SILENT,
} from './connect/index.ts'

export interface Pools {
  /** Connections that are kept alive and reused. */
  kept(provider: Provider): Pool
  /** A connection of its own per call, for the one retry after a reused connection was lost. */
  fresh(provider: Provider): Pool
  /** Closes every connection at once. */
  destroy(): Promise<void>
}

export interface PoolOptions {
  readonly environment?: NetworkEnvironment
  /** Default: the system's resolver. */
  readonly lookup?: Lookup | undefined
  readonly log?: NetworkLog
}

interface Pair {
  readonly kept: Pool
  readonly fresh: Pool
}

/** Agents pause between calls: longer than undici's 4 s saves them a TLS handshake per turn. */
const KEEP_ALIVE_MS = 30_000
const MAX_HEADER_BYTES = 64 * 1024

export function createPools(options: PoolOptions = {}): Pools {
  const { environment = EMPTY_ENVIRONMENT, lookup = lookupBySystem, log = SILENT } = options
  const trust = createTrust(environment, log)
  const deps: ConnectorDeps = { environment, lookup, log, trust, opening: new Set() }
  const byKey = new Map<string, Pair>()
  // A policy's providers are the same objects until it changes: a call pays one look-up.
  const byProvider = new WeakMap<Provider, Pair>()
  const pairOf = (provider: Provider): Pair => {
    let pair = byProvider.get(provider)
    if (pair === undefined) {
      const key = keyOf(provider)
      pair = byKey.get(key) ?? createPair(provider, deps)
      byKey.set(key, pair)
      byProvider.set(provider, pair)
    }
    return pair
  }
  return {
    kept: (provider) => pairOf(provider).kept,
    fresh: (provider) => pairOf(provider).fresh,
    destroy: async () => {
      const pools = [...byKey.values()].flatMap(({ kept, fresh }) => [kept, fresh])
      await Promise.all(pools.map((pool) => pool.destroy()))
      for (const attempt of deps.opening) attempt.abort()
    },
  }
}

function createPair(provider: Provider, deps: ConnectorDeps): Pair {
  const connect = createConnector(provider, deps)
  const create = (pipelining: 0 | 1): Pool =>
    new Pool(provider.baseUrl.origin, {
      // 1 is "no pipelining, keep alive" to undici, 0 is "a connection per request".
      pipelining,
      allowH2: false,
      connect,
      // Undici's own default of 5 minutes cuts off slow models; send.ts keeps the policy's budgets.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    })
  return { kept: create(1), fresh: create(0) }
}

/** Everything that a connection depends on. Its name too: errors and log lines name the provider. */
function keyOf({ name, baseUrl, timeouts, addresses, proxy, tls }: Provider): string {
  return JSON.stringify([name, baseUrl.origin, timeouts.connectMs, addresses, proxy, tls])
}
