/** Ollama's completion of one prompt (`POST /api/generate`): billed, but without a block to compress. */

import { kindOf, memberOf } from '../json/index.ts'
import type { Dialect } from './dialect.ts'
import { OLLAMA, ollamaFacts } from './ollama.ts'
import { readAttached } from './reading/left.ts'
import { createNotes } from './reading/notes.ts'

export const ollamaGenerate: Dialect = {
  ...OLLAMA,
  name: 'ollama-generate',
  operation: 'text_completion',
  path: '/api/generate',
  likeness: (tape) => (kindOf(tape, memberOf(tape, 0, 'prompt')) === 'string' ? 'shared' : 'none'),
  // biome-ignore lint/correctness/useYield: it has no list to read
  *read(tape) {
    if (kindOf(tape, memberOf(tape, 0, 'prompt')) !== 'string') return undefined
    const notes = createNotes(tape)
    for (const path of ['system', 'prompt', 'suffix']) {
      const node = memberOf(tape, 0, path)
      if (kindOf(tape, node) === 'string') notes.text({ node, path }, { isOpening: path !== 'suffix' })
    }
    readAttached(tape, 0, notes)
    return ollamaFacts(tape, notes)
  },
}
