/** What a request says about the context that its model will see: content that may be taken away, and threads. */

import { type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import type { ThreadFacts } from '../dialect.ts'
import { elementsOf, hasMember, isFilled, memberText } from './members.ts'

/**
 * May the provider take content away before the model reads it? `truncation` and a list in `context_management` are
 * OpenAI's, `context_management.edits` is Anthropic's, `transforms` is OpenRouter's. Gateways translate, so each counts
 * in every dialect, and so does a value that is not understood.
 */
export function contextMayDrop(tape: JsonTape): boolean {
  return mayTruncate(tape) || mayEdit(tape) || isFilled(tape, memberOf(tape, 0, 'transforms'))
}

function mayTruncate(tape: JsonTape): boolean {
  const value = memberOf(tape, 0, 'truncation')
  if (value === NONE) return hasMember(tape, 0, 'truncation')
  return kindOf(tape, value) !== 'null' && memberText(tape, 0, 'truncation') !== 'disabled'
}

function mayEdit(tape: JsonTape): boolean {
  const value = memberOf(tape, 0, 'context_management')
  switch (kindOf(tape, value)) {
    case undefined:
      return hasMember(tape, 0, 'context_management')
    case 'null':
      return false
    case 'array':
      return isFilled(tape, value)
    default:
      return mayEditBy(tape, value)
  }
}

/** Thinking is never a block, so clearing it takes nothing away that a reference could name. */
function mayEditBy(tape: JsonTape, management: number): boolean {
  const edits = memberOf(tape, management, 'edits')
  if (edits === NONE) return kindOf(tape, management) !== 'object' || hasMember(tape, management, 'edits')
  if (kindOf(tape, edits) !== 'array') return kindOf(tape, edits) !== 'null'
  for (const edit of elementsOf(tape, edits)) {
    if (memberText(tape, edit, 'type')?.startsWith('clear_thinking_') !== true) return true
  }
  return false
}

/** The body's `thread` (Anthropic, beta `message-threads-2026-08-12`). */
export function threadOf(tape: JsonTape): ThreadFacts | undefined {
  const thread = memberOf(tape, 0, 'thread')
  const kind = memberText(tape, thread, 'type')
  if (kind !== 'create' && kind !== 'continue') return undefined
  return { kind, previous: memberText(tape, thread, 'previous_message_id') }
}
