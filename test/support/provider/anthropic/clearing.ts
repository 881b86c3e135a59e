/** Content that the server takes away before the model reads it (PC section 1.6). */

import { type Fields, fieldsOf, listOf } from '../server.ts'
import { rawContent, resultsIn, textOf, type View } from './view.ts'

export interface Cleared {
  /** The texts that the model reads. */
  readonly texts: readonly string[]
  /** By which references could name what the model no longer sees. */
  readonly names: readonly string[]
  /** For the reply: `context_management.applied_edits`. */
  readonly edits: readonly Fields[]
}

/**
 * Takes away everything before the last `compaction` block; with an edit of `context_management` other than
 * `clear_thinking` also every result but those of the last message that has some.
 */
export function clear(view: View, management: unknown): Cleared {
  const edits = listOf(fieldsOf(management)['edits']).filter(({ type }) => !String(type).startsWith('clear_thinking'))
  const from = lastCompaction(view)
  const results = resultsIn(view)
  const kept = edits.length > 0 ? (results.at(-1)?.message ?? 0) : from
  const gone = results.filter(({ message }) => message < Math.max(from, kept))
  const texts = view.messages.slice(from).flatMap((message) => rawContent(message['content']).map(textIn))
  const visible = results.filter(({ message }) => message >= Math.max(from, kept)).map(({ result }) => textOf(result))
  return {
    texts: [...texts, ...visible],
    names: [...gone.map(({ result }) => String(result['tool_use_id'])), ...placesOf(gone)],
    edits: edits.map(({ type }) => ({ type, cleared_tool_uses: gone.length, cleared_input_tokens: 0 })),
  }
}

/** The message of the last compaction block; 0 when there is none. */
function lastCompaction({ messages }: View): number {
  return Math.max(
    messages.findLastIndex(({ content }) => rawContent(content).some(({ type }) => type === 'compaction')),
    0,
  )
}

function textIn(block: Fields): string {
  return block['type'] === 'text' ? String(block['text']) : ''
}

function placesOf(gone: readonly { readonly message: number }[]): string[] {
  return gone.map(({ message }) => `messages[${message}]`)
}
