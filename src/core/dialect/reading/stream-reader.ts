/** Reads a streamed reply event by event, and parses only the few events that say something. */

import type { ReplyFacts, StreamReader } from '../dialect.ts'
import { type Fields, fields } from './reply-fields.ts'

export interface StreamRules {
  /**
   * What an event that matters contains. A key or a string value in JSON that contains a quote has it escaped, so
   * `"usage":` in a model's text is `\"usage\":` and does not match.
   */
  readonly matters: RegExp
  /** What one event says; members that it does not mention are left out. */
  read(event: Fields): ReplyFacts
  isEnd(event: Fields): boolean
}

/** The model stands in the first events, or, where an upstream names none, nowhere: then we stop looking. */
const LOOK_FOR_MODEL = 3

export function createStreamReader({ matters, read, isEnd }: StreamRules): StreamReader {
  let facts: ReplyFacts = {}
  let isEnded = false
  let seen = 0
  return {
    event(data) {
      seen++
      if (!matters.test(data) && (seen > LOOK_FOR_MODEL || facts.model !== undefined)) return
      const event = fields(parse(data))
      facts = { ...facts, ...read(event) }
      isEnded ||= facts.error !== undefined || isEnd(event)
    },
    facts: () => facts,
    get isEnded() {
      return isEnded
    },
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
