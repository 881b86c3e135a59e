/** Anthropic's order: tools, system, messages. */

import { isString, type JsonTape, memberOf, nextOf } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import type { KnownParts, Prefix } from '../dialect.ts'
import { elementsEnd } from '../reading/members.ts'
import { PrefixNotes } from './prefix-notes.ts'

export function* anthropicPrefix(tape: JsonTape, known?: KnownParts): Steps<Prefix> {
  const notes = new PrefixNotes(tape)
  notes.tools('tools')
  notes.system('system')
  const pace = new Pace()
  const messages = memberOf(tape, 0, 'messages')
  const end = elementsEnd(tape, messages)
  let { node, index } = notes.messagesFrom(messages, known)
  for (; node < end; node = nextOf(tape, node)) {
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
