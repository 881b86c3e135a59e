/** A queue of keys: each is worked on by one worker at a time, and comes again after a failure. */

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
  /** A rejection is a failure of the key: it comes again after its back-off. */
  reconcile(key: string): Promise<void>
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

export function createQueue(_options: QueueOptions): Queue {
  throw new Error('not built')
}
