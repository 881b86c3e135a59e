/** Continuation statistics: how many calls are continued in time. Bounded; the clock is passed in. */

/** A first call, or a turn of a conversation. */
export interface TrackedCall {
  readonly at: number
  state: 'open' | 'continued' | 'ended'
}

/** certain: all of them were continued. */
export type Continuation = 'certain' | 'likely' | 'unlikely' | 'unknown'

/** A call that was not continued by then counts as ended; a later continuation corrects the count. */
const ENDED_AFTER_MS = 60_000
/**
 * The limit is shorter when this many other calls have begun since: a load of one-shot calls is recognised within
 * seconds. It is not zero, because agents that are started together wait for their models together.
 */
const ENDED_AFTER_OTHERS = 8
const ENDED_AFTER_OTHERS_MS = 10_000
/** After five minutes an ended call counts as abandoned. */
const ABANDONED_AFTER_MS = 300_000
const MAX_OPEN = 256
/** This many calls with the same result predict the next one with almost no doubt. */
const CERTAIN = 8
/** Beyond this many calls, all counts are halved, so that older calls weigh less. */
const MEMORY = 64
/** Measured: a tracked call and its place in a list. */
const TRACKED_BYTES = 64

export class Continuations {
  #continued = 0
  #ended = 0
  /** Ended, and not continued within five minutes. */
  #abandoned = 0
  readonly #open: TrackedCall[] = []
  readonly #ending: TrackedCall[] = []

  /** Memory of the calls that are tracked. */
  get trackedBytes(): number {
    return (this.#open.length + this.#ending.length) * TRACKED_BYTES
  }

  track(call: TrackedCall): void {
    this.#open.push(call)
    if (this.#open.length > MAX_OPEN) this.#open.shift()
  }

  recordContinued(call: TrackedCall): void {
    if (call.state === 'continued') return
    if (call.state === 'ended') this.#ended = Math.max(0, this.#ended - 1)
    call.state = 'continued'
    this.#continued++
    this.#forget()
  }

  /** Counts the calls that were not continued in time. */
  settle(now: number): void {
    for (let first = this.#open[0]; first !== undefined; first = this.#open[0]) {
      if (first.state === 'open' && !this.#isOver(first, now)) break
      this.#open.shift()
      if (first.state === 'continued') continue
      first.state = 'ended'
      this.#ended++
      this.#ending.push(first)
      if (this.#ending.length > MAX_OPEN) this.#ending.shift()
    }
    this.#countAbandoned(now)
    this.#forget()
  }

  /**
   * A token that is written and read again saves 0.9 of its price; one that is not read costs 0.25 more. Writing pays
   * from a continuation rate of 22 % on; between the two limits below the answer is 'unknown'.
   */
  get continuation(): Continuation {
    const known = this.#continued + this.#ended
    if (this.#continued >= CERTAIN && this.#ended === 0) return 'certain'
    if (this.#continued > 0 && this.#continued >= known / 2) return 'likely'
    return known >= 3 && (this.#continued + 0.5) / (known + 1) < 0.2 ? 'unlikely' : 'unknown'
  }

  /** Are such calls almost never continued? */
  get isAbandoned(): boolean {
    return this.#abandoned >= CERTAIN && this.#continued <= this.#abandoned / MEMORY
  }

  #isOver({ at }: TrackedCall, now: number): boolean {
    const isOvertaken = this.#open.length > ENDED_AFTER_OTHERS && now - at >= ENDED_AFTER_OTHERS_MS
    return isOvertaken || now - at >= ENDED_AFTER_MS
  }

  #countAbandoned(now: number): void {
    for (let first = this.#ending[0]; first !== undefined; first = this.#ending[0]) {
      if (now - first.at < ABANDONED_AFTER_MS) return
      this.#ending.shift()
      if (first.state === 'ended') this.#abandoned++
    }
  }

  #forget(): void {
    if (this.#continued + this.#ended <= MEMORY) return
    this.#continued /= 2
    this.#ended /= 2
    this.#abandoned /= 2
  }
}
