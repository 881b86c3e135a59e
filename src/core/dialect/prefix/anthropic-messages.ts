/** Anthropic's order: tools, system, messages. */

import { type JsonTape, memberOf } from '../../json/index.ts'
import type { Prefix } from '../dialect.ts'
import { turnsOf } from '../reading/turns.ts'
import { createPrefixNotes } from './prefix-notes.ts'

export function anthropicPrefix(tape: JsonTape): Prefix {
  const notes = createPrefixNotes(tape)
  notes.tools('tools')
  notes.system('system')
  for (const { node, path, role } of turnsOf(tape, memberOf(tape, 0, 'messages'), 'messages')) {
    notes.message(node, memberOf(tape, node, 'content'), { path, what: 'message', isAssistant: role === 'assistant' })
  }
  return notes.found()
}
