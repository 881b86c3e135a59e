/**
 * Lets the calls that come to a stage in one turn of the event loop pass it one right after the other.
 *
 * Node.js serves one socket after the other, and each call would run through all stages before the next one is looked at.
 * Stage by stage, its code and tables are in the processor's caches from the call before. Writes that follow each other
 * wake a sleeping peer once. That takes a fourth of a call's CPU away (docs/performance.md, The time of one call). A call
 * that is alone passes at once.
 */

import type { Wait } from '../course.ts'

/** Beside calls that take long, none waits longer. */
const LONGEST_MS = 1
/** So many calls under way gain nothing from each other, and a turn of the event loop costs them 10 us. */
const FEW = 2

export class Gate implements Wait {
  readonly #live: { readonly size: number }
  readonly #ahead: Gate | undefined
  #passing: (() => void)[] = []
  #firstAt = 0

  /**
   * @param live the calls under way
   * @param ahead what waits there passes before what waits here
   */
  constructor(live: { readonly size: number }, ahead?: Gate) {
    this.#live = live
    this.#ahead = ahead
  }

  /** @param go runs when the others pass; what it throws is thrown to the process */
  run(go: () => void): void {
    if (this.#live.size <= FEW && this.#isEmpty) {
      process.nextTick(go)
      return
    }
    const now = performance.now()
    if (this.#passing.length === 0) {
      this.#firstAt = now
      setImmediate(this.#open)
    }
    this.#passing.push(go)
    if (now - this.#firstAt >= LONGEST_MS) this.#open()
  }

  /** Nothing waits here or ahead. */
  get #isEmpty(): boolean {
    return this.#passing.length === 0 && (this.#ahead === undefined || this.#ahead.#isEmpty)
  }

  /** One that opens early leaves its turn to those that come next: they pass a little sooner. */
  readonly #open = (): void => {
    if (this.#ahead !== undefined) this.#ahead.#open()
    const passing = this.#passing
    this.#passing = []
    for (const go of passing) {
      try {
        go()
      } catch (error) {
        // The others pass all the same.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}

/** The gates of a call, in the order in which it comes to them. */
export interface Gates {
  /** The body is in. */
  readonly bodies: Gate
  /** The request is ready to be sent. */
  readonly requests: Gate
  /** A piece of the reply has come, or its end. */
  readonly replies: Gate
  /** The caller has the reply, or is gone. */
  readonly endings: Gate
}

export function createGates(live: { readonly size: number }): Gates {
  // Bodies come last. To encode many takes long, and no piece of a reply waits for it. A request may also name the reply
  // that its caller has just got: that is remembered when the call ends.
  const replies = new Gate(live)
  const endings = new Gate(live, replies)
  return { bodies: new Gate(live, endings), requests: new Gate(live), replies, endings }
}
