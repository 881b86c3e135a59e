/** Lists a resource, watches it, and lists again when it must: one loop, one state, one generation. */

import type { KubeClient } from '../../src/kube/index.ts'

/** waiting: for the next try, after a failure. */
export type ListWatchState = 'idle' | 'listing' | 'watching' | 'waiting' | 'stopped'

export interface ListWatch<T> {
  /** Does nothing while it runs. */
  start(): void
  /** Afterwards nothing runs and no handler is called. Never rejects. */
  stop(): Promise<void>
  /** True once the first list is whole; false when it was stopped before. */
  readonly synced: Promise<boolean>
  /** By `namespace/name`; `/name` for resources without namespace. */
  readonly items: ReadonlyMap<string, T>
  readonly state: ListWatchState
}

export interface ListWatchOptions<T> {
  readonly client: KubeClient
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

/** An object as JSON. `keep` reads what it needs; nothing else stays in memory. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly generation?: number
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [member: string]: unknown
}

/** Why a list was made. */
export type RelistReason = 'start' | 'expired' | 'periodic'

export interface ListWatchHooks {
  onList?(reason: RelistReason): void
  /** A watch broke: it was cut, fell silent, or carried an error. A watch that the server ends in peace is none. */
  onRestart?(): void
  /** Changes that a full list found and the watch had not told. */
  onMissed?(count: number): void
  onState?(state: ListWatchState): void
  /** A failed list or watch, or what `keep` or `onChange` threw; for the log. */
  onFault?(error: unknown): void
}

export function createListWatch<T>(_options: ListWatchOptions<T>): ListWatch<T> {
  throw new Error('not built')
}
