/** The time of a call and the caller's signal as one: every wait of a call ends by it. */

import { KubeError } from './errors.ts'

export interface Deadline {
  /** Aborts when the time is over, and when the caller's signal does. */
  readonly signal: AbortSignal
  /** Starts the time anew. */
  restart(ms: number): void
  /** Waits for work that knows no signal. */
  within<T>(work: Promise<T>): Promise<T>
  /** What an error means, now that the call has failed by it. */
  explain(error: unknown, call: string): KubeError
  /** The call has ended; its time is forgotten. */
  clear(): void
  /** Ends the call, should it still run. */
  abort(): void
}

export function deadline(ms: number, signal?: AbortSignal): Deadline {
  return new CallDeadline(ms, signal)
}

class CallDeadline implements Deadline {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal | undefined
  #ms: number
  #timer: NodeJS.Timeout

  constructor(ms: number, caller: AbortSignal | undefined) {
    this.#ms = ms
    this.#caller = caller
    this.#timer = setTimeout(this.#onTime, ms)
    if (caller?.aborted) this.#onCaller()
    caller?.addEventListener('abort', this.#onCaller)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  restart(ms: number): void {
    clearTimeout(this.#timer)
    this.#ms = ms
    this.#timer = setTimeout(this.#onTime, ms)
  }

  within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(new Error('aborted'))
      if (this.signal.aborted) onAbort()
      this.signal.addEventListener('abort', onAbort, { once: true })
      work.then(resolve, reject)
    })
  }

  explain(error: unknown, call: string): KubeError {
    if (this.signal.reason === TIME) {
      return new KubeError(`${call}: no answer within ${this.#ms} ms`, { status: 0, reason: 'Timeout' })
    }
    if (this.signal.aborted) return new KubeError(`${call}: given up`, { status: 0, reason: 'Aborted' })
    if (error instanceof KubeError) return error
    const message = error instanceof Error ? error.message : String(error)
    return new KubeError(`${call}: ${message}`, { status: 0, reason: 'Unreachable', cause: error })
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#onCaller)
  }

  abort(): void {
    this.clear()
    this.#controller.abort()
  }

  readonly #onTime = (): void => this.#controller.abort(TIME)

  readonly #onCaller = (): void => this.#controller.abort()
}

const TIME = 'time'
