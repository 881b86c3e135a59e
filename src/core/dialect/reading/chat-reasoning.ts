/**
 * Signed reasoning in chat messages. The API itself has none; gateways carry that of other providers in members of
 * their own: OpenRouter `reasoning_details`, LiteLLM `thinking_blocks` and `provider_specific_fields`, GitHub Copilot
 * `reasoning_opaque`, Google `extra_content`. Plain text (`reasoning_content`) is signed by nobody.
 */

import { type JsonTape, memberOf } from '../../json/index.ts'
import { elementsOf, hasAnyMember, isFilled, memberText } from './members.ts'

/** Members of a message or of a call, at the top or in an object below. */
const SIGNATURES = [
  'reasoning_details',
  'reasoning_items',
  'reasoning_opaque',
  'thinking_blocks',
  'thought_signature',
  'thought_signatures',
  'thoughtSignature',
]
const HOLDERS = [[], ['provider_specific_fields'], ['extra_content', 'google'], ['extra_content', 'vertex']]
const SIGNED = [...SIGNATURES, 'provider_specific_fields', 'extra_content']

/** Types of content parts that are reasoning. */
const PARTS = new Set(['thinking', 'redacted_thinking', 'reasoning'])

/** Does this assistant message carry reasoning that its maker can check? */
export function hasBoundReasoning(tape: JsonTape, message: number): boolean {
  if (isSigned(tape, message)) return true
  for (const part of elementsOf(tape, memberOf(tape, message, 'content'))) {
    const type = memberText(tape, part, 'type') ?? ''
    if (type === 'compaction' || isReasoning(type) || isSigned(tape, part)) return true
  }
  for (const call of elementsOf(tape, memberOf(tape, message, 'tool_calls'))) {
    if (isSigned(tape, call) || isSigned(tape, memberOf(tape, call, 'function'))) return true
  }
  return isSigned(tape, memberOf(tape, message, 'function_call'))
}

/** @param type of a content part */
export function isReasoning(type: string): boolean {
  return PARTS.has(type)
}

/** Most messages and calls have none of the members: one pass over their names tells. */
function isSigned(tape: JsonTape, node: number): boolean {
  if (!hasAnyMember(tape, node, SIGNED)) return false
  return HOLDERS.some((path) => {
    const holder = path.reduce((outer, name) => memberOf(tape, outer, name), node)
    return SIGNATURES.some((name) => isFilled(tape, memberOf(tape, holder, name)))
  })
}
