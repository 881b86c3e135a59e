/**
 * The calls under way, in no order: a drain waits for them.
 *
 * A `Set` would keep each of them until the next full collection. It is given a new table after every few calls, V8 links
 * each former table to the next one, and a table that has grown old keeps those behind it, and their calls, alive.
 */

import type { M2MError } from '../../src/core/errors.ts'

export interface LiveCall {
  /** The caller has its whole reply, or is gone. */
  readonly ended: Promise<unknown>
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
    if (last === undefined || last.place === place) return
    last.place = place
    this.#entries[place] = last
  }

  /** The calls of this moment. */
  all(): readonly LiveCall[] {
    return this.#entries.map(({ call }) => call)
  }
}
