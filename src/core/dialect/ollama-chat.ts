/** Ollama's own chat (`POST /api/chat`): arguments are objects. */

import { kindOf, memberOf } from '../json/index.ts'
import type { Dialect } from './dialect.ts'
import { OLLAMA, ollamaFacts } from './ollama.ts'
import { readChatMessages } from './reading/chat-messages.ts'
import { createNotes } from './reading/notes.ts'

export const ollamaChat: Dialect = {
  ...OLLAMA,
  name: 'ollama-chat',
  operation: 'chat',
  matches: (path) => path === '/api/chat',
  read(tape) {
    const messages = memberOf(tape, 0, 'messages')
    if (kindOf(tape, messages) !== 'array') return undefined
    const notes = createNotes(tape)
    readChatMessages(tape, messages, notes)
    notes.tools(memberOf(tape, 0, 'tools'))
    return ollamaFacts(tape, notes)
  },
}
