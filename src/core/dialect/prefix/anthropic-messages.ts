/** Anthropic's order: tools, system, messages. */

import { isString, type JsonTape, memberOf, nextOf } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import type { Prefix } from '../dialect.ts'
import { elementsEnd } from '../reading/members.ts'
import { PrefixNotes } from './prefix-notes.ts'

export function* anthropicPrefix(tape: JsonTape): Steps<Prefix> {
  const notes = new PrefixNotes(tape)
  notes.tools('tools')
  notes.system('system')
  const pace = new Pace()
  let index = 0
  const messages = memberOf(tape, 0, 'messages')
  const end = elementsEnd(tape, messages)
  for (let node = messages + 1; node < end; node = nextOf(tape, node)) {
    const isAssistant = isString(tape, memberOf(tape, node, 'role'), 'assistant')
    notes.message(node, memberOf(tape, node, 'content'), {
      list: 'messages',
      index: index++,
      what: 'message',
      isAssistant,
    })
    if (pace.isOver) yield
  }
  return notes.found()
}
