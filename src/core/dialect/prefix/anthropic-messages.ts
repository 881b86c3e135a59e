/** Anthropic's order: tools, system, messages. */

import { isString, type JsonTape, memberOf } from '../../json/index.ts'
import { Pace, type Steps } from '../../steps.ts'
import type { Prefix } from '../dialect.ts'
import { elementsOf } from '../reading/members.ts'
import { createPrefixNotes } from './prefix-notes.ts'

export function* anthropicPrefix(tape: JsonTape): Steps<Prefix> {
  const notes = createPrefixNotes(tape)
  notes.tools('tools')
  notes.system('system')
  const pace = new Pace()
  let index = 0
  for (const node of elementsOf(tape, memberOf(tape, 0, 'messages'))) {
    const isAssistant = isString(tape, memberOf(tape, node, 'role'), 'assistant')
    notes.message(node, memberOf(tape, node, 'content'), { path: `messages[${index++}]`, what: 'message', isAssistant })
    if (pace.isOver) yield
  }
  return notes.found()
}
