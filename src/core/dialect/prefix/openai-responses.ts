/** OpenAI Responses' order: tools, the requested form of the reply, a stored prompt, instructions, items. */

import { isString, type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import type { Prefix } from '../dialect.ts'
import { hasMember, memberText } from '../reading/members.ts'
import { isSystem, type Turn, turnsOf } from '../reading/turns.ts'
import { createPrefixNotes } from './prefix-notes.ts'

export function responsesPrefix(tape: JsonTape): Prefix {
  const notes = createPrefixNotes(tape)
  notes.tools('tools')
  for (const name of ['text', 'prompt', 'instructions']) notes.system(name)
  const input = memberOf(tape, 0, 'input')
  // A plain string is the first user message.
  if (kindOf(tape, input) === 'string')
    notes.message(input, NONE, { path: 'input', what: 'message', isAssistant: false })
  for (const turn of turnsOf(tape, input, 'input')) {
    const content = memberOf(tape, turn.node, isOutput(tape, turn) ? 'output' : 'content')
    notes.message(turn.node, content, {
      path: turn.path,
      what: isSystem(turn) ? 'system' : 'message',
      isAssistant: isModels(tape, turn),
    })
  }
  return notes.found()
}

/** Is it the output of one of the client's tools? */
function isOutput(tape: JsonTape, { node }: Turn): boolean {
  return memberText(tape, node, 'type')?.endsWith('_output') === true
}

/** Is it an assistant message, a call, reasoning, or the work of a tool at the provider? */
function isModels(tape: JsonTape, turn: Turn): boolean {
  if (turn.role !== undefined) return turn.role === 'assistant'
  if (!hasMember(tape, turn.node, 'type') || isString(tape, memberOf(tape, turn.node, 'type'), 'item_reference'))
    return false
  return !isOutput(tape, turn)
}
