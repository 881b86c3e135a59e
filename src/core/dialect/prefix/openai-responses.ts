/** OpenAI Responses' order: tools, the requested form of the reply, a stored prompt, instructions, items. */

import { type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import type { Prefix } from '../dialect.ts'
import { isClientOutput, isModelItem } from '../reading/items.ts'
import { isSystem, turnsOf } from '../reading/turns.ts'
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
    const content = memberOf(tape, turn.node, isClientOutput(tape, turn.node) ? 'output' : 'content')
    notes.message(turn.node, content, {
      path: turn.path,
      what: isSystem(turn) ? 'system' : 'message',
      isAssistant: isModelItem(tape, turn.node),
    })
  }
  return notes.found()
}
