/** The client of the API server: a time-out on every call, few connections, waits where the server asks to wait. */

import type { KubeConfig } from '@kubernetes/client-node'
import type {
  Answer,
  ApplyOptions,
  KubeCall,
  KubeClient,
  KubeClientOptions,
  ListPage,
  PageOptions,
  Query,
  StreamOptions,
} from './client.ts'
import { KubeError } from './errors.ts'
import { pagesOf } from './pages.ts'
import { pause } from './pause.ts'
import { waitBeforeRetry } from './retry.ts'
import { type Sending, send } from './send.ts'
import { Slots } from './slots.ts'
import { createTransport, type Transport } from './transport.ts'
import { watchLines } from './watch-lines.ts'

/**
 * One process uses one kubeconfig: client-node keeps tokens by the user's name.
 * @param config of client-node, see `loadKubeConfig`
 */
export function createKubeClient(config: KubeConfig, options: KubeClientOptions = {}): KubeClient {
  return new RawClient(config, options)
}

const TIMEOUT_MS = 10_000

const MAX_WAIT_MS = 60_000

/** Time between two bookmarks is a minute, so a quiet watch is asked to end before it counts as dead. */
const SILENCE_MS = 45_000

class RawClient implements KubeClient {
  readonly namespace: string
  readonly #transport: Transport
  readonly #slots: Slots
  readonly #options: KubeClientOptions
  readonly #sending: Sending

  constructor(config: KubeConfig, options: KubeClientOptions) {
    const connections = options.connections ?? 3
    this.namespace = namespaceOf(config)
    this.#options = options
    this.#transport = createTransport(config, connections)
    this.#slots = new Slots(connections)
    this.#sending = {
      transport: this.#transport,
      userAgent: options.userAgent ?? 'm2m',
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    }
  }

  async request<T>(call: KubeCall): Promise<T> {
    let restMs = call.maxWaitMs ?? MAX_WAIT_MS
    for (let tries = 1; ; tries++) {
      try {
        return (await this.#slots.use(() => this.#attempt(call))) as T
      } catch (error) {
        const waitMs = waitBeforeRetry(error, { method: call.method, tries })
        if (waitMs === undefined || waitMs > restMs) throw error
        restMs -= waitMs
        await pause(waitMs, call.signal)
      }
    }
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.request<T>({ method: 'GET', path, query })
  }

  pages<T>(path: string, query: Query = {}, options: PageOptions = {}): AsyncIterable<ListPage<T>> {
    return pagesOf<T>(this, { path, query, ...options })
  }

  stream(path: string, query: Query, options: StreamOptions): AsyncIterable<unknown> {
    const { silenceMs = SILENCE_MS } = this.#options
    return watchLines(this.#sending, { path, query, silenceMs, onAnswer: this.#onAnswer, ...options })
  }

  apply<T>(path: string, object: object, options: ApplyOptions): Promise<T> {
    return this.request<T>(applyCall(path, object, options))
  }

  close(): Promise<void> {
    return this.#transport.close()
  }

  async #attempt(call: KubeCall): Promise<unknown> {
    const { method } = call
    const began = performance.now()
    const tell = (status: number): void => this.#onAnswer({ method, status, ms: performance.now() - began })
    try {
      const body = await send(this.#sending, call)
      tell(200)
      return body
    } catch (error) {
      tell(error instanceof KubeError ? error.status : 0)
      throw error
    }
  }

  readonly #onAnswer = (answer: Answer): void => this.#options.onAnswer?.(answer)
}

function namespaceOf(config: KubeConfig): string {
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace?.trim()
  return namespace === undefined || namespace === '' ? 'default' : namespace
}

/** Server-side apply as a call. JSON is YAML. */
export function applyCall(path: string, object: object, { fieldManager, force }: ApplyOptions): KubeCall {
  const contentType = 'application/apply-patch+yaml'
  return { method: 'PATCH', path, query: { fieldManager, force }, body: object, contentType }
}
