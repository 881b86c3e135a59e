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

export function createStreamReader({ mentions, matters, read, isEnd }: StreamRules): StreamReader {
  let facts: ReplyFacts = {}
  let isEnded = false
  let seen = 0
  return {
    event(data) {
      seen++
      if (!matters.test(data) && (seen > LOOK_FOR_MODEL || facts.model !== undefined)) return
      const event = fields(outlineOf(data))
      facts = { ...facts, ...read(event) }
      isEnded ||= facts.error !== undefined || isEnd(event)
    },
    next(raw, from) {
      if (from === raw.length) return -1
      if (seen < LOOK_FOR_MODEL && facts.model === undefined) return from
      mentions.lastIndex = from
      return mentions.test(raw) ? mentions.lastIndex - 1 : -1
    },
    facts: () => facts,
    get isEnded() {
      return isEnded
    },
  }
}
