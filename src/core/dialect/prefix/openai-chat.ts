/** OpenAI chat's order: tools, the shape asked of the reply, messages; the first messages are the system's. */

import { type JsonTape, memberOf } from '../../json/index.ts'
import type { Prefix } from '../dialect.ts'
import { isSystem, turnsOf } from '../reading/turns.ts'
import { createPrefixNotes } from './prefix-notes.ts'

export function chatPrefix(tape: JsonTape): Prefix {
  const notes = createPrefixNotes(tape)
  notes.tools('tools')
  notes.tools('functions')
  notes.system('response_format')
  for (const turn of turnsOf(tape, memberOf(tape, 0, 'messages'), 'messages')) {
    notes.message(turn.node, memberOf(tape, turn.node, 'content'), {
      path: turn.path,
      what: isSystem(turn) ? 'system' : 'message',
      isAssistant: turn.role === 'assistant',
    })
  }
  return notes.found()
}
