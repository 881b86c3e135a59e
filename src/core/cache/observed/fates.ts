/** Of things that begin: how many go on in time? Bounded; the clock is passed in. */

/** A first call, or a turn of a conversation. */
export interface Begun {
  readonly at: number
  fate: 'open' | 'continued' | 'ended'
}

/** certain: all of them went on. */
export type Continuation = 'certain' | 'likely' | 'unlikely' | 'unknown'

/** What has not gone on by then counts as ended; should it go on after all, that is put right. */
const ENDED_AFTER_MS = 60_000
/**
 * Sooner when so many others have begun since: a load of one-shot calls is known for what it is within seconds. Not at
 * once, because agents that are started all together wait for their models together.
 */
const ENDED_AFTER_OTHERS = 8
const ENDED_AFTER_OTHERS_MS = 10_000
/** Nobody waits for a person longer than this, and still goes on. */
const GONE_AFTER_MS = 300_000
const MAX_OPEN = 256
/** So many that all went on leave hardly a doubt about the next one; so many that none did leave none about that. */
const CERTAIN = 8
/** What is older than so many counts half. */
const MEMORY = 64

export class Fates {
  #continued = 0
  #ended = 0
  /** Ended, and never came back. */
  #gone = 0
  readonly #open: Begun[] = []
  readonly #ending: Begun[] = []

  begins(begun: Begun): void {
    this.#open.push(begun)
    if (this.#open.length > MAX_OPEN) this.#open.shift()
  }

  goesOn(begun: Begun): void {
    if (begun.fate === 'continued') return
    if (begun.fate === 'ended') this.#ended = Math.max(0, this.#ended - 1)
    begun.fate = 'continued'
    this.#continued++
    this.#forget()
  }

  /** Counts those that did not go on. */
  settle(now: number): void {
    for (let first = this.#open[0]; first !== undefined; first = this.#open[0]) {
      if (first.fate === 'open' && !this.#isOver(first, now)) break
      this.#open.shift()
      if (first.fate === 'continued') continue
      first.fate = 'ended'
      this.#ended++
      this.#ending.push(first)
      if (this.#ending.length > MAX_OPEN) this.#ending.shift()
    }
    this.#letGo(now)
    this.#forget()
  }

  /**
   * What is written and read again saves 0.9 of itself, what is not costs 0.25: writing pays from 22 % on. In between
   * nothing is said.
   */
  get continuation(): Continuation {
    const known = this.#continued + this.#ended
    if (this.#continued >= CERTAIN && this.#ended === 0) return 'certain'
    if (this.#continued > 0 && this.#continued >= known / 2) return 'likely'
    return known >= 3 && (this.#continued + 0.5) / (known + 1) < 0.2 ? 'unlikely' : 'unknown'
  }

  /** Is there hardly a doubt that the next one will not go on? */
  get isHopeless(): boolean {
    return this.#gone >= CERTAIN && this.#continued <= this.#gone / MEMORY
  }

  #isOver({ at }: Begun, now: number): boolean {
    const isOvertaken = this.#open.length > ENDED_AFTER_OTHERS && now - at >= ENDED_AFTER_OTHERS_MS
    return isOvertaken || now - at >= ENDED_AFTER_MS
  }

  #letGo(now: number): void {
    for (let first = this.#ending[0]; first !== undefined; first = this.#ending[0]) {
      if (now - first.at < GONE_AFTER_MS) return
      this.#ending.shift()
      if (first.fate === 'ended') this.#gone++
    }
  }

  #forget(): void {
    if (this.#continued + this.#ended <= MEMORY) return
    this.#continued /= 2
    this.#ended /= 2
    this.#gone /= 2
  }
}
