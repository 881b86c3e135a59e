/**
 * The calls under way, in no order: a drain waits for them.
 *
 * A `Set` would keep each of them until the next full collection. It is given a new table after every few calls, V8 links
 * each former table to the next one, and a table that has grown old keeps those behind it, and their calls, alive.
 */

import type { M2MError } from '../../src/core/errors.ts'

export interface LiveCall {
  /** Ends it with an error of ours. */
  fail(error: M2MError): void
}

interface Entry {
  readonly call: LiveCall
  place: number
}

/** What `add` gives and `delete` takes. */
export type LiveEntry = Readonly<Entry>

export class LiveCalls {
  readonly #entries: Entry[] = []
  #emptied: (() => void)[] = []

  get size(): number {
    return this.#entries.length
  }

  add(call: LiveCall): LiveEntry {
    const entry = { call, place: this.#entries.length }
    this.#entries.push(entry)
    return entry
  }

  /** The last one takes the place that is free. An entry is deleted once. */
  delete({ place }: LiveEntry): void {
    const last = this.#entries.pop()
    if (last !== undefined && last.place !== place) {
      last.place = place
      this.#entries[place] = last
    }
    if (this.size === 0) this.#tellEmpty()
  }

  /** Resolves once there is none. */
  empty(): Promise<void> {
    return this.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#emptied.push(resolve))
  }

  /** The calls of this moment. */
  all(): readonly LiveCall[] {
    return this.#entries.map(({ call }) => call)
  }

  #tellEmpty(): void {
    for (const resolve of this.#emptied) resolve()
    this.#emptied = []
  }
}
