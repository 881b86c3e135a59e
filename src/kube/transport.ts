/**
 * Connections and headers of a kubeconfig. client-node makes a connection for each call; here they are kept for as long
 * as its certificates stay the same. Its part is reading them, and tokens: files, plug-ins, client certificates.
 */

import { createHash } from 'node:crypto'
import type { AgentOptions, RequestOptions } from 'node:https'
import type { Cluster, KubeConfig } from '@kubernetes/client-node'
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from 'undici'

export interface Transport {
  /** Reads credentials again: a token or an authority may have changed. Rejects where they cannot be had. */
  connect(): Promise<Connection>
  close(): Promise<void>
}

export interface Connection {
  readonly origin: string
  /** Of the server's URL, in front of each path; mostly empty. */
  readonly prefix: string
  readonly headers: Readonly<Record<string, string>>
  /** For calls: few connections. */
  readonly calls: Dispatcher
  /** For watches: each keeps a connection busy. */
  readonly watches: Dispatcher
}

export function createTransport(config: KubeConfig, connections: number): Transport {
  return new KubeConfigTransport(config, connections)
}

type Dispatchers = Pick<Connection, 'calls' | 'watches'>

class KubeConfigTransport implements Transport {
  readonly #config: KubeConfig
  readonly #connections: number
  #current: { readonly key: string; readonly dispatchers: Dispatchers } | undefined
  /** Not yet destroyed; a watch may still run on one whose certificates are of the past. */
  readonly #open = new Set<Dispatcher>()
  #pending: Promise<Connection> | undefined

  constructor(config: KubeConfig, connections: number) {
    this.#config = config
    this.#connections = connections
  }

  /** Calls of one moment share a reading: a plug-in runs once. */
  connect(): Promise<Connection> {
    this.#pending ??= this.#read().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((dispatcher) => dispatcher.destroy()))
  }

  async #read(): Promise<Connection> {
    const cluster = this.#config.getCurrentCluster()
    if (cluster === null) throw new Error('the kubeconfig has no current context with a cluster')
    const options: RequestOptions = {}
    await this.#config.applyToHTTPSOptions(options)
    const { origin, pathname } = new URL(cluster.server)
    return {
      origin,
      prefix: pathname.replace(/\/+$/, ''),
      headers: headersOf(options),
      ...this.#dispatchersFor(cluster, options),
    }
  }

  #dispatchersFor(cluster: Cluster, options: RequestOptions): Dispatchers {
    const key = keyOf(cluster, options)
    if (this.#current?.key === key) return this.#current.dispatchers
    const dispatchers = {
      calls: createDispatcher(this.#config, options, this.#connections),
      watches: createDispatcher(this.#config, options, null),
    }
    if (this.#current !== undefined) this.#retire(this.#current.dispatchers)
    for (const dispatcher of Object.values(dispatchers)) this.#open.add(dispatcher)
    this.#current = { key, dispatchers }
    return dispatchers
  }

  /** Calls and watches that run on them end in peace. */
  #retire(dispatchers: Dispatchers): void {
    for (const dispatcher of Object.values(dispatchers)) {
      const forget = (): boolean => this.#open.delete(dispatcher)
      dispatcher.close().then(forget, forget)
    }
  }
}

/** The API server keeps an idle connection for 90 s. */
const KEEP_ALIVE_MS = 60_000

function createDispatcher(config: KubeConfig, options: RequestOptions, connections: number | null): Dispatcher {
  const { ca, cert, key, servername, rejectUnauthorized } = options
  const tls = { ca, cert, key, servername, rejectUnauthorized } as AgentOptions
  const wanted = config.createDispatcherOptions(config.getCurrentCluster(), tls)
  // One request at a time on a connection; HTTP/2 would put a watch and a large list in each other's way.
  const kept: Agent.Options = { connections, pipelining: 1, allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS }
  switch (wanted.type) {
    case 'agent':
      return new Agent({ ...kept, connect: wanted.connect as buildConnector.BuildOptions })
    case 'none':
      return new Agent(kept)
    case 'proxy':
    case 'socks':
      return new ProxyAgent({
        ...kept,
        uri: wanted.uri,
        requestTls: wanted.requestTls as buildConnector.BuildOptions,
      })
  }
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const result: Record<string, string> = {}
  if (auth) result['authorization'] = `Basic ${Buffer.from(auth).toString('base64')}`
  // A token file may end with a line break.
  for (const [name, value] of Object.entries(headers ?? {})) result[name.toLowerCase()] = String(value).trim()
  return result
}

/** Equal for equal content: a file that is written again with the same bytes changes nothing. */
function keyOf(cluster: Cluster, { ca, cert, key, servername, rejectUnauthorized }: RequestOptions): string {
  const hash = createHash('sha256')
  for (const part of [ca, cert, key]) hash.update(`${String(part ?? '').length}:${String(part ?? '')}`)
  return hash
    .update(JSON.stringify([cluster.server, cluster.proxyUrl, servername, rejectUnauthorized]))
    .digest('base64')
}
