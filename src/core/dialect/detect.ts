/** Which dialect a body is of, when no path says so. */

import { type JsonTape, kindOf, memberOf } from '../json/index.ts'
import type { Dialect, DialectName } from './dialect.ts'
import { elementsOf, hasMember, memberText } from './reading/members.ts'
import { dialectByName } from './registry.ts'

const ANTHROPIC_MEMBERS = [
  'system',
  'anthropic_version',
  'stop_sequences',
  'thinking',
  'output_config',
  'mcp_servers',
  'container',
]
const ANTHROPIC_PARTS = new Set(['tool_use', 'tool_result', 'thinking', 'image', 'document', 'container_upload'])
const OLLAMA_MEMBERS = ['options', 'keep_alive', 'format', 'think']

/**
 * Guesses by shape; the first sign decides:
 * 1. `input` that is a string or an array: Responses.
 * 2. `messages`: Anthropic, when one of its own members stands beside them, a tool has its `name` or `input_schema` on
 *    top, or a content part is of a type that only Anthropic has; Ollama, when one of its own members does, or a call's
 *    arguments are an object; else OpenAI chat, whose reading of plain text is that of the others.
 * 3. `prompt` that is a string: Ollama generate.
 */
export function detectDialect(tape: JsonTape): Dialect | undefined {
  const name = nameOf(tape)
  return name && dialectByName(name)
}

function nameOf(tape: JsonTape): DialectName | undefined {
  if (['string', 'array'].includes(kindOf(tape, memberOf(tape, 0, 'input')) ?? '')) return 'openai-responses'
  const messages = memberOf(tape, 0, 'messages')
  if (kindOf(tape, messages) === 'array') {
    if (isAnthropic(tape, messages)) return 'anthropic-messages'
    return isOllama(tape, messages) ? 'ollama-chat' : 'openai-chat'
  }
  return kindOf(tape, memberOf(tape, 0, 'prompt')) === 'string' ? 'ollama-generate' : undefined
}

function isAnthropic(tape: JsonTape, messages: number): boolean {
  if (ANTHROPIC_MEMBERS.some((name) => hasMember(tape, 0, name))) return true
  for (const tool of elementsOf(tape, memberOf(tape, 0, 'tools'))) {
    if (hasMember(tape, tool, 'input_schema') || hasMember(tape, tool, 'name')) return true
  }
  for (const message of elementsOf(tape, messages)) {
    for (const part of elementsOf(tape, memberOf(tape, message, 'content'))) {
      if (ANTHROPIC_PARTS.has(memberText(tape, part, 'type') ?? '')) return true
    }
  }
  return false
}

function isOllama(tape: JsonTape, messages: number): boolean {
  if (OLLAMA_MEMBERS.some((name) => hasMember(tape, 0, name))) return true
  for (const message of elementsOf(tape, messages)) {
    for (const call of elementsOf(tape, memberOf(tape, message, 'tool_calls'))) {
      const called = memberOf(tape, call, 'function')
      if (kindOf(tape, memberOf(tape, called, 'arguments')) === 'object') return true
    }
  }
  return false
}
