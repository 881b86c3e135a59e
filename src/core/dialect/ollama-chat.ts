/** Ollama's own chat (`POST /api/chat`): arguments are objects. */

import { type JsonTape, kindOf, memberOf } from '../json/index.ts'
import type { Dialect, Likeness } from './dialect.ts'
import { OLLAMA, ollamaFacts } from './ollama.ts'
import { readChatMessages } from './reading/chat-messages.ts'
import { elementsOf, hasAnyMember } from './reading/members.ts'
import { createNotes } from './reading/notes.ts'

export const ollamaChat: Dialect = {
  ...OLLAMA,
  name: 'ollama-chat',
  operation: 'chat',
  path: '/api/chat',
  likeness,
  *read(tape, known, marking) {
    const messages = memberOf(tape, 0, 'messages')
    if (kindOf(tape, messages) !== 'array') return undefined
    const notes = createNotes(tape)
    yield* readChatMessages(tape, messages, { notes, known, marking })
    notes.tools(memberOf(tape, 0, 'tools'))
    return ollamaFacts(tape, notes)
  },
}

const OWN_MEMBERS = ['options', 'keep_alive', 'format', 'think']

/** A member that only Ollama has beside `messages`, or a call whose arguments are an object. */
function likeness(tape: JsonTape): Likeness {
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) !== 'array') return 'none'
  if (hasAnyMember(tape, 0, OWN_MEMBERS)) return 'own'
  for (const message of elementsOf(tape, messages)) {
    for (const call of elementsOf(tape, memberOf(tape, message, 'tool_calls'))) {
      const called = memberOf(tape, call, 'function')
      if (kindOf(tape, memberOf(tape, called, 'arguments')) === 'object') return 'own'
    }
  }
  return 'none'
}
