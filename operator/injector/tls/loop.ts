/** Work that is done when something may have changed, and again after the time that it asks for: one run at a time. */

import { pause } from '../../../src/kube/index.ts'
import { Backoff } from '../../kube/backoff.ts'

export interface Loop {
  start(): void
  /** The work is to look again: at once, or right after the run in hand. */
  wake(): void
  /** Afterwards nothing runs. Never rejects. */
  stop(): Promise<void>
}

export interface LoopOptions {
  /** @returns milliseconds until it wants to look again, unless it is woken before; may throw: `onFault` hears of it */
  work(signal: AbortSignal): Promise<number>
  onFault(error: unknown): void
}

/** A timer does not run while a machine sleeps: what is due by the clock is looked at once a minute. */
const MAX_WAIT_MS = 60_000

/** A work that wants to run again at once must let others run too. */
const MIN_WAIT_MS = 10

export function createLoop({ work, onFault }: LoopOptions): Loop {
  const generation = new AbortController()
  const backoff = new Backoff(200, 30_000)
  let ended: Promise<void> | undefined
  let isWoken = false
  let waiting = new AbortController()

  const attempt = async (): Promise<number> => {
    try {
      const waitMs = await work(generation.signal)
      backoff.reset()
      return Math.min(Math.max(waitMs, MIN_WAIT_MS), MAX_WAIT_MS)
    } catch (error) {
      if (!generation.signal.aborted) onFault(error)
      return backoff.next()
    }
  }
  const run = async (): Promise<void> => {
    while (!generation.signal.aborted) {
      isWoken = false
      waiting = new AbortController()
      const waitMs = await attempt()
      if (!isWoken) await pause(waitMs, waiting.signal)
    }
  }
  return {
    start() {
      ended ??= run()
    },
    wake() {
      isWoken = true
      waiting.abort()
    },
    async stop() {
      generation.abort()
      waiting.abort()
      await ended
    },
  }
}
