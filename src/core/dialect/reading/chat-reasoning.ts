/**
 * Signed reasoning in chat messages. The API itself has none; gateways carry that of other providers in members of
 * their own: OpenRouter `reasoning_details`, LiteLLM `thinking_blocks` and `provider_specific_fields`, GitHub Copilot
 * `reasoning_opaque`, Google `extra_content`. Plain text (`reasoning_content`) is signed by nobody.
 */

import { type JsonTape, memberOf } from '../../json/index.ts'
import { elementsOf, isFilled, memberText } from './members.ts'

/** Members of a message. */
const ON_MESSAGE = ['reasoning_details', 'reasoning_items', 'reasoning_opaque']

/** Members of a message or of a call, at the top or in one of the objects below. */
const SIGNATURES = ['thought_signature', 'thoughtSignature', 'thought_signatures', 'thinking_blocks']
const HOLDERS = [['provider_specific_fields'], ['extra_content', 'google'], ['extra_content', 'vertex'], ['function']]

/** Types of content parts that are reasoning. */
const PARTS = new Set(['thinking', 'redacted_thinking', 'reasoning'])

/** Does this assistant message carry reasoning that its maker can check? */
export function hasBoundReasoning(tape: JsonTape, message: number): boolean {
  if (ON_MESSAGE.some((name) => isFilled(tape, memberOf(tape, message, name)))) return true
  if (isSigned(tape, message)) return true
  for (const part of elementsOf(tape, memberOf(tape, message, 'content'))) {
    const isSummary = memberText(tape, part, 'type') === 'compaction'
    if (isSummary || isReasoningPart(tape, part) || isSigned(tape, part)) return true
  }
  for (const call of elementsOf(tape, memberOf(tape, message, 'tool_calls'))) if (isSigned(tape, call)) return true
  return isSigned(tape, memberOf(tape, message, 'function_call'))
}

export function isReasoningPart(tape: JsonTape, part: number): boolean {
  return PARTS.has(memberText(tape, part, 'type') ?? '')
}

function isSigned(tape: JsonTape, node: number): boolean {
  if (hasSignature(tape, node)) return true
  return HOLDERS.some((path) =>
    hasSignature(
      tape,
      path.reduce((holder, name) => memberOf(tape, holder, name), node),
    ),
  )
}

function hasSignature(tape: JsonTape, node: number): boolean {
  return SIGNATURES.some((name) => isFilled(tape, memberOf(tape, node, name)))
}
