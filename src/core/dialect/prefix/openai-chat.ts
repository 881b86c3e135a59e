/** OpenAI chat's order: tools, the requested form of the reply, messages, of which the first may be system text. */

import { isString, type JsonTape, memberOf, nextOf } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import type { KnownParts, Prefix } from '../dialect.ts'
import { elementsEnd } from '../reading/members.ts'
import { PrefixNotes } from './prefix-notes.ts'

export function* chatPrefix(tape: JsonTape, known?: KnownParts): Steps<Prefix> {
  const notes = new PrefixNotes(tape)
  notes.tools('tools')
  notes.tools('functions')
  notes.system('response_format')
  const pace = new Pace()
  const messages = memberOf(tape, 0, 'messages')
  const end = elementsEnd(tape, messages)
  let { node, index } = notes.messagesFrom(messages, known)
  for (; node < end; node = nextOf(tape, node)) {
    const role = memberOf(tape, node, 'role')
    const isSystem = isString(tape, role, 'system') || isString(tape, role, 'developer')
    notes.message(node, memberOf(tape, node, 'content'), {
      list: 'messages',
      index: index++,
      what: isSystem ? 'system' : 'message',
      isAssistant: isString(tape, role, 'assistant'),
    })
    if (pace.isOver) yield
  }
  return notes.found()
}
