/** Several watches that start, end and are whole together. */

import type { ListWatch, ListWatchState } from './list-watch.ts'

export interface WatchSet {
  start(): void
  stop(): Promise<void>
  /** All lists are whole once; false when they were stopped before. */
  readonly synced: Promise<boolean>
  /** By resource, for people. */
  states(): Readonly<Record<string, ListWatchState>>
}

/** @param all by resource */
export function createWatchSet(
  all: Readonly<Record<string, Pick<ListWatch<unknown>, 'start' | 'stop' | 'synced' | 'state'>>>,
): WatchSet {
  const each = Object.values(all)
  return {
    start() {
      for (const watch of each) watch.start()
    },
    async stop() {
      await Promise.all(each.map((watch) => watch.stop()))
    },
    get synced() {
      return Promise.all(each.map((watch) => watch.synced)).then((synced) => synced.every(Boolean))
    },
    states: () => Object.fromEntries(Object.entries(all).map(([resource, watch]) => [resource, watch.state])),
  }
}
