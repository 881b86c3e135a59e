/** Reads a streamed reply, and parses only the few events with facts. */

import { outlineOf } from '../../json/index.ts'
import type { ReplyFacts, StreamReader } from '../dialect.ts'
import { type Fields, fields } from './reply-fields.ts'

export interface StreamRules {
  /**
   * Matches in the bytes of each event that `matters` matches; with the flag `g`. No match may hold white space, which
   * lines of data may cut. It need not be exact: it finds the events that are worth decoding.
   */
  readonly mentions: RegExp
  /**
   * Matches the events to parse. A quote inside a JSON string is escaped, so `"usage":` in a model's text is
   * `\"usage\":` and does not match.
   */
  readonly matters: RegExp
  /** The facts of one event; members that it does not have are left out. */
  read(event: Fields): ReplyFacts
  isEnd(event: Fields): boolean
}

/** So many events are parsed for the model's name. It is in the first ones, or the upstream names none. */
const LOOK_FOR_MODEL = 3

export function createStreamReader(rules: StreamRules): StreamReader {
  return new RuledReader(rules)
}

/** A class: an object literal with a getter outlives its stream until the next full collection of garbage. */
class RuledReader implements StreamReader {
  readonly #rules: StreamRules
  #facts: ReplyFacts = {}
  #isEnded = false
  #seen = 0

  constructor(rules: StreamRules) {
    this.#rules = rules
  }

  event(data: string): void {
    const { matters, read, isEnd } = this.#rules
    this.#seen++
    if (!matters.test(data) && (this.#seen > LOOK_FOR_MODEL || this.#facts.model !== undefined)) return
    const event = fields(outlineOf(data))
    this.#facts = { ...this.#facts, ...read(event) }
    this.#isEnded ||= this.#facts.error !== undefined || isEnd(event)
  }

  next(raw: string, from: number): number {
    if (from === raw.length) return -1
    if (this.#seen < LOOK_FOR_MODEL && this.#facts.model === undefined) return from
    const { mentions } = this.#rules
    mentions.lastIndex = from
    return mentions.test(raw) ? mentions.lastIndex - 1 : -1
  }

  facts(): ReplyFacts {
    return this.#facts
  }

  get isEnded(): boolean {
    return this.#isEnded
  }
}
