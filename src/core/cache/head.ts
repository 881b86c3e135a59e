/** What was seen of one head: tools and system text that several calls may share. */

import type { Opening } from './opening.ts'

/** A start that has not gone on by then counts as ended; should it go on after all, that is put right. */
const ENDED_AFTER_MS = 60_000
/**
 * Sooner when so many others have started since: a load of one-shot calls is known for what it is within seconds. Not at
 * once, because agents that are started all together wait for their models together.
 */
const ENDED_AFTER_STARTS = 8
const ENDED_AFTER_STARTS_MS = 10_000
const MAX_OPEN = 256
/** So many starts that all went on leave hardly a doubt about the next one. */
const CERTAIN = 8
/** What is older than so many starts counts half. */
const MEMORY = 64

/** Do starts become conversations? certain: they all did. */
export type Continuation = 'certain' | 'likely' | 'unlikely' | 'unknown'

export class Head {
  /** When its end went out marked. */
  markedAt = Number.NEGATIVE_INFINITY
  /** Undefined when it has no end that can be marked. */
  tokens: number | undefined
  isMeasured = false
  #lastOpening = ''
  #seenAt = Number.NEGATIVE_INFINITY
  #seenByOthersAt = Number.NEGATIVE_INFINITY
  #continued = 0
  #ended = 0
  readonly #open: Opening[] = []

  /** @returns when a call with another opening had this head; notes that `opening` has it now */
  sharedAt(opening: string, now: number): number {
    if (opening !== this.#lastOpening) {
      this.#seenByOthersAt = this.#seenAt
      this.#lastOpening = opening
    }
    this.#seenAt = now
    return this.#seenByOthersAt
  }

  starts(opening: Opening): void {
    this.#open.push(opening)
    if (this.#open.length > MAX_OPEN) this.#open.shift()
  }

  goesOn(opening: Opening): void {
    if (opening.fate === 'continued') return
    if (opening.fate === 'ended') this.#ended = Math.max(0, this.#ended - 1)
    opening.fate = 'continued'
    this.#continued++
    this.#forget()
  }

  /** Counts the starts that did not go on. */
  settle(now: number): void {
    for (let first = this.#open[0]; first !== undefined; first = this.#open[0]) {
      if (first.fate === 'open') {
        const ageMs = now - first.startedAt
        const isOld = this.#open.length > ENDED_AFTER_STARTS && ageMs >= ENDED_AFTER_STARTS_MS
        if (!isOld && ageMs < ENDED_AFTER_MS) return
        first.fate = 'ended'
        this.#ended++
      }
      this.#open.shift()
    }
    this.#forget()
  }

  /**
   * A start's tail that is written and read again saves 0.9 of it, one that is not costs 0.25: writing pays from 22 % on.
   * In between nothing is said.
   */
  get continuation(): Continuation {
    const known = this.#continued + this.#ended
    if (this.#continued >= CERTAIN && this.#ended === 0) return 'certain'
    if (this.#continued > 0 && this.#continued >= known / 2) return 'likely'
    return known >= 3 && (this.#continued + 0.5) / (known + 1) < 0.2 ? 'unlikely' : 'unknown'
  }

  #forget(): void {
    if (this.#continued + this.#ended <= MEMORY) return
    this.#continued /= 2
    this.#ended /= 2
  }
}
