/** Ollama's own chat (`POST /api/chat`): it streams unless told not to, and arguments are objects. */

import { kindOf, memberOf } from '../json/index.ts'
import type { Dialect } from './dialect.ts'
import { OLLAMA_OPTIONS, ollamaReply, ollamaStreamReader } from './ollama-reply.ts'
import { readChatMessages } from './reading/chat-messages.ts'
import { createNotes } from './reading/notes.ts'
import { requestFacts } from './reading/request-facts.ts'

export const ollamaChat: Dialect = {
  name: 'ollama-chat',
  provider: 'ollama',
  operation: 'chat',
  stream: 'ndjson',
  matches: (path) => path === '/api/chat',
  read(tape) {
    const messages = memberOf(tape, 0, 'messages')
    if (kindOf(tape, messages) !== 'array') return undefined
    const notes = createNotes(tape)
    readChatMessages(tape, messages, notes)
    notes.tools(memberOf(tape, 0, 'tools'))
    return requestFacts(tape, {
      notes,
      parameters: OLLAMA_OPTIONS,
      parametersNode: memberOf(tape, 0, 'options'),
      isStreamByDefault: true,
    })
  },
  reply: ollamaReply,
  streamReader: ollamaStreamReader,
}
