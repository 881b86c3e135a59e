/** Ollama's completion of one prompt (`POST /api/generate`): billed, and nothing in it to compress. */

import { kindOf, memberOf } from '../json/index.ts'
import type { Dialect } from './dialect.ts'
import { OLLAMA_OPTIONS, ollamaReply, ollamaStreamReader } from './ollama-reply.ts'
import { createNotes } from './reading/notes.ts'
import { requestFacts } from './reading/request-facts.ts'

export const ollamaGenerate: Dialect = {
  name: 'ollama-generate',
  provider: 'ollama',
  operation: 'text_completion',
  stream: 'ndjson',
  matches: (path) => path === '/api/generate',
  read(tape) {
    if (kindOf(tape, memberOf(tape, 0, 'prompt')) !== 'string') return undefined
    const notes = createNotes(tape)
    for (const path of ['system', 'prompt', 'suffix']) {
      const node = memberOf(tape, 0, path)
      if (kindOf(tape, node) === 'string') notes.text({ node, path }, { isOpening: path !== 'suffix' })
    }
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
