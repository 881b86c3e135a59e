/**
 * Lists a resource, watches it, and lists again when it must. One loop takes one step at a time, a list or a watch, so
 * that there is never more than one of them; a failed step is followed by a pause.
 */

import { isExpired, type KubeClient, KubeError, pause, type Query } from '../../src/kube/index.ts'
import { Backoff } from './backoff.ts'
import { type Change, KeptObjects, type KubeObject, keyOf } from './kept-objects.ts'
import { readEvent } from './watch-event.ts'

/** waiting: for the next try, after a failure. */
export type ListWatchState = 'idle' | 'listing' | 'watching' | 'waiting' | 'stopped'

export interface ListWatch<T> {
  /** Does nothing while it runs. */
  start(): void
  /** Afterwards nothing runs and no handler is called. Never rejects. */
  stop(): Promise<void>
  /** True once the first list after `start` is whole; false when it was stopped before. */
  readonly synced: Promise<boolean>
  /** By `namespace/name`; `/name` for resources without namespace. */
  readonly items: ReadonlyMap<string, T>
  readonly state: ListWatchState
}

export interface ListWatchOptions<T> {
  readonly client: Pick<KubeClient, 'pages' | 'stream'>
  /** Of the collection: `/apis/m2m.io/v1alpha1/m2mpolicies`. */
  readonly path: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /** What is kept of an object as the API server sent it. */
  keep(raw: KubeObject): T
  /** Once for each version of an object that is seen. May throw: `onFault` hears of it. */
  onChange(key: string, before: T | undefined, after: T | undefined): void
  /** The time between two full lists that check the watch. 10 min. */
  readonly relistMs?: number
  readonly hooks?: ListWatchHooks
}

/** Why a list was made. */
export type RelistReason = 'start' | 'expired' | 'periodic'

export interface ListWatchHooks {
  onList?(reason: RelistReason): void
  /** A watch broke: it was cut, fell silent, or carried an error. Not one that ended in peace, or expired. */
  onRestart?(): void
  /** Changes that a periodic list found and the watch had not told. */
  onMissed?(count: number): void
  onState?(state: ListWatchState): void
  /** A failed list or watch, or what `keep` or `onChange` threw; for the log. */
  onFault?(error: unknown): void
}

export function createListWatch<T>(options: ListWatchOptions<T>): ListWatch<T> {
  return new Loop(options)
}

const RELIST_MS = 10 * 60_000

/** Shorter than the silence after which a watch counts as dead: bookmarks come once a minute only. */
const WATCH_SECONDS = { from: 30, to: 40 }

/** A watch that ends sooner is followed by a pause. */
const SHORT_MS = 1_000

/** The longest pause after an answer: the server has more than it can do. */
const MAX_ANSWERED_MS = 30_000

/** And where nobody answers: asking costs nothing, and policies wait. */
const MAX_UNANSWERED_MS = 5_000

/** However long a server asks to wait: whatever stands before it may be in error. */
const MAX_ASKED_MS = 60_000

class Loop<T> implements ListWatch<T> {
  state: ListWatchState = 'idle'
  readonly #options: ListWatchOptions<T>
  readonly #objects: KeptObjects<T>
  readonly #backoff = new Backoff(1_000, MAX_ANSWERED_MS)
  /** The list to be made before the next watch. */
  #due: RelistReason | undefined
  /** Everything up to here has been told. */
  #version = ''
  #listedAtMs = 0
  /** The watch works, as far as is known: the next failure is a new one. */
  #isWhole = true
  /** The version expired, and no watch has brought anything since. */
  #isExpiredAgain = false
  #synced = Promise.withResolvers<boolean>()
  /** Of this start: aborted by the stop. */
  #generation = new AbortController()
  #ended: Promise<void> = Promise.resolve()

  constructor(options: ListWatchOptions<T>) {
    this.#options = options
    this.#objects = new KeptObjects(options.keep)
  }

  get items(): ReadonlyMap<string, T> {
    return this.#objects.items
  }

  get synced(): Promise<boolean> {
    return this.#synced.promise
  }

  start(): void {
    if (this.state !== 'idle' && this.state !== 'stopped') return
    if (this.state === 'stopped') this.#synced = Promise.withResolvers()
    this.#generation = new AbortController()
    const { signal } = this.#generation
    this.#due = 'start'
    this.#enter('listing')
    this.#ended = this.#ended.then(() => this.#run(signal))
  }

  async stop(): Promise<void> {
    if (this.state !== 'stopped') this.#enter('stopped')
    this.#generation.abort()
    this.#synced.resolve(false)
    await this.#ended
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#step(signal)
      if (signal.aborted) return
      if (waitMs === 0) continue
      this.#enter('waiting')
      await pause(waitMs, signal)
    }
  }

  /** @returns the pause before the next step, in milliseconds */
  async #step(signal: AbortSignal): Promise<number> {
    try {
      if (this.#due === undefined) return await this.#watch(signal)
      await this.#list(this.#due, signal)
      return 0
    } catch (error) {
      return signal.aborted ? 0 : this.#afterFailure(error)
    }
  }

  async #list(reason: RelistReason, signal: AbortSignal): Promise<void> {
    const { client, path, hooks } = this.#options
    this.#enter('listing')
    hooks?.onList?.(reason)
    const seen = new Set<string>()
    let changes = 0
    for await (const page of client.pages<KubeObject>(path, this.#listQuery(reason), { signal })) {
      if (page.isFirst) seen.clear()
      changes += this.#putAll(page.items, seen, signal)
      if (page.isLast) this.#version = page.resourceVersion
    }
    changes += this.#removeExcept(seen, signal)
    if (signal.aborted) return
    if (reason === 'periodic' && changes > 0) hooks?.onMissed?.(changes)
    this.#due = undefined
    this.#listedAtMs = performance.now()
    this.#synced.resolve(true)
  }

  #putAll(items: readonly KubeObject[], seen: Set<string>, signal: AbortSignal): number {
    let changes = 0
    for (const raw of items) {
      if (signal.aborted) break
      seen.add(keyOf(raw))
      changes += this.#put(raw)
    }
    return changes
  }

  #removeExcept(seen: ReadonlySet<string>, signal: AbortSignal): number {
    let changes = 0
    for (const key of this.#objects.except(seen)) {
      if (signal.aborted) break
      changes += this.#tell(this.#objects.remove(key))
    }
    return changes
  }

  /** A list that checks the watch is of the very version that the watch has reached: each difference was missed. */
  #listQuery(reason: RelistReason): Query {
    const { labelSelector, fieldSelector } = this.#options
    if (reason !== 'periodic') return { labelSelector, fieldSelector }
    return { labelSelector, fieldSelector, resourceVersion: this.#version, resourceVersionMatch: 'Exact' }
  }

  async #watch(signal: AbortSignal): Promise<number> {
    const { client, path, relistMs = RELIST_MS } = this.#options
    this.#enter('watching')
    const beganMs = performance.now()
    const onOpen = (): void => {
      this.#isWhole = true
    }
    for await (const line of client.stream(path, this.#watchQuery(relistMs), { signal, onOpen })) {
      if (signal.aborted) return 0
      this.#take(line)
    }
    if (signal.aborted) return 0
    const endMs = performance.now()
    if (endMs - this.#listedAtMs >= relistMs) this.#due = 'periodic'
    if (endMs - beganMs < SHORT_MS) return this.#backoff.next()
    this.#isExpiredAgain = false
    this.#backoff.reset()
    return 0
  }

  #watchQuery(relistMs: number): Query {
    const { labelSelector, fieldSelector } = this.#options
    const seconds = WATCH_SECONDS.from + Math.floor(Math.random() * (WATCH_SECONDS.to - WATCH_SECONDS.from))
    return {
      labelSelector,
      fieldSelector,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: this.#version,
      timeoutSeconds: Math.min(seconds, Math.ceil(relistMs / 1_000)),
    }
  }

  #take(line: unknown): void {
    const event = readEvent(line, this.#options.path)
    this.#isExpiredAgain = false
    this.#backoff.reset()
    if (event.type === 'changed') this.#put(event.object)
    if (event.type === 'deleted') this.#tell(this.#objects.remove(keyOf(event.object)))
    this.#version = event.version
  }

  #afterFailure(error: unknown): number {
    this.#options.hooks?.onFault?.(error)
    if (this.#due === undefined && this.#isWhole && !isExpired(error)) {
      this.#isWhole = false
      this.#options.hooks?.onRestart?.()
    }
    const isImmediate = isExpired(error) && !this.#isExpiredAgain
    if (isExpired(error)) {
      this.#due = 'expired'
      this.#isExpiredAgain = true
    }
    if (isImmediate) return 0
    const { status, retryAfterMs = 0 } = error instanceof KubeError ? error : { status: 0 }
    return Math.max(
      Math.min(retryAfterMs, MAX_ASKED_MS),
      this.#backoff.next(status === 0 ? MAX_UNANSWERED_MS : MAX_ANSWERED_MS),
    )
  }

  /** @returns how many changes it was: 0 or 1 */
  #put(raw: KubeObject): number {
    try {
      return this.#tell(this.#objects.put(raw))
    } catch (error) {
      this.#options.hooks?.onFault?.(error)
      return 0
    }
  }

  #tell(change: Change<T> | undefined): number {
    if (change === undefined) return 0
    try {
      this.#options.onChange(change.key, change.before, change.after)
    } catch (error) {
      this.#options.hooks?.onFault?.(error)
    }
    return 1
  }

  #enter(state: ListWatchState): void {
    if (this.state === state) return
    this.state = state
    this.#options.hooks?.onState?.(state)
  }
}
