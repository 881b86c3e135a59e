/** A queue of keys: each is worked on by one worker at a time, and comes again after a failure. */

import { isTerminating, KubeError } from '../../src/kube/index.ts'
import { Backoff } from './backoff.ts'

export interface Queue {
  /** A key that waits already is not added twice; one that is worked on now comes once more afterwards. */
  add(key: string): void
  /** The earlier of two times holds. */
  addAfter(key: string, ms: number): void
  /** No key waits for a worker or has one. Keys that wait for a time do not count. */
  idle(): Promise<void>
  /** Drops what waits; resolves once the running ones have ended. */
  close(): Promise<void>
}

export interface QueueOptions {
  /**
   * A rejection is a failure of the key: it comes again after its back-off, or what Retry-After asks if longer. A write
   * into a namespace that is being deleted is none.
   */
  reconcile(key: string): Promise<void>
  /** Those go before all others that wait. None. */
  isUrgent?(key: string): boolean
  /** Keys worked on at once. 1. */
  readonly concurrency?: number
  /** Doubles with each failure in a row: 5 ms to 1,000 s. */
  readonly backoff?: { readonly minMs: number; readonly maxMs: number }
  readonly hooks?: QueueHooks
}

export interface QueueHooks {
  /** Keys that wait for a worker. */
  onDepth?(depth: number): void
  onRetry?(key: string, error: unknown, afterMs: number): void
}

export function createQueue(options: QueueOptions): Queue {
  return new KeyedQueue(options)
}

/** A proxy that asks for a day is not believed, nor one that asks for more than a timer takes, which would be no pause. */
const MAX_ASKED_MS = 60_000

/** As controller-runtime. */
const BACKOFF = { minMs: 5, maxMs: 1_000_000 }

class KeyedQueue implements Queue {
  readonly #options: QueueOptions
  /** Both in the order of their first addition. */
  readonly #urgent = new Set<string>()
  readonly #ready = new Set<string>()
  readonly #running = new Set<string>()
  /** Added while they run. */
  readonly #again = new Set<string>()
  readonly #later = new Map<string, { readonly dueMs: number; readonly timer: NodeJS.Timeout }>()
  /** Of keys that failed last. */
  readonly #backoffs = new Map<string, Backoff>()
  #waiters: (() => void)[] = []
  #isScheduled = false
  #isClosed = false

  constructor(options: QueueOptions) {
    this.#options = options
  }

  add(key: string): void {
    if (this.#isClosed) return
    this.#forgetTimer(key)
    if (this.#running.has(key)) this.#again.add(key)
    else (this.#options.isUrgent?.(key) === true ? this.#urgent : this.#ready).add(key)
    this.#schedule()
  }

  addAfter(key: string, ms: number): void {
    if (this.#isClosed) return
    const dueMs = performance.now() + ms
    const known = this.#later.get(key)
    if (known !== undefined && known.dueMs <= dueMs) return
    this.#forgetTimer(key)
    this.#later.set(key, { dueMs, timer: setTimeout(() => this.add(key), ms) })
  }

  async idle(): Promise<void> {
    if (this.#depth + this.#running.size === 0) return
    await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const key of this.#later.keys()) this.#forgetTimer(key)
    this.#urgent.clear()
    this.#ready.clear()
    this.#again.clear()
    this.#backoffs.clear()
    await this.idle()
  }

  #forgetTimer(key: string): void {
    clearTimeout(this.#later.get(key)?.timer)
    this.#later.delete(key)
  }

  /** Not at once: what is added in one go counts once. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#work()
    })
  }

  #work(): void {
    const { concurrency = 1 } = this.#options
    for (const waiting of [this.#urgent, this.#ready]) {
      for (const key of waiting) {
        if (this.#running.size >= concurrency) break
        waiting.delete(key)
        this.#running.add(key)
        void this.#run(key)
      }
    }
    this.#options.hooks?.onDepth?.(this.#depth)
  }

  get #depth(): number {
    return this.#urgent.size + this.#ready.size
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#options.reconcile(key)
      this.#backoffs.delete(key)
    } catch (error) {
      this.#comeAgain(key, error)
    }
    this.#running.delete(key)
    if (this.#again.delete(key)) this.add(key)
    this.#work()
    if (this.#depth + this.#running.size > 0) return
    for (const resolve of this.#waiters.splice(0)) resolve()
  }

  #comeAgain(key: string, error: unknown): void {
    if (this.#isClosed) return
    // Nothing can be written there any more: the end of the namespace comes by the watch.
    if (isTerminating(error)) {
      this.#backoffs.delete(key)
      return
    }
    const { minMs, maxMs } = this.#options.backoff ?? BACKOFF
    const backoff = this.#backoffs.get(key) ?? new Backoff(minMs, maxMs, { isSpread: false })
    this.#backoffs.set(key, backoff)
    const askedMs = error instanceof KubeError ? Math.min(error.retryAfterMs ?? 0, MAX_ASKED_MS) : 0
    const afterMs = Math.min(maxMs, Math.max(askedMs, backoff.next()))
    this.#options.hooks?.onRetry?.(key, error, afterMs)
    this.addAfter(key, afterMs)
  }
}
