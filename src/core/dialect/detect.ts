/** Which dialect a body is of, when no path says so. */

import { type JsonTape, kindOf, memberOf } from '../json/index.ts'
import type { Dialect, DialectName } from './dialect.ts'
import { elementsOf, hasMember, memberText } from './members.ts'
import { dialectByName } from './registry.ts'

/**
 * Guesses by shape, in this order; the first sign decides:
 * 1. `input` that is a string or an array: Responses.
 * 2. `messages`: Anthropic, when `system`, `anthropic_version` or `stop_sequences` stands beside them, tools have an
 *    `input_schema`, or a content part is a `tool_use` or `tool_result`; Ollama, when `options`, `keep_alive`, `format`
 *    or `think` does, or a call's arguments are an object; else OpenAI chat.
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
  if (['system', 'anthropic_version', 'stop_sequences'].some((name) => hasMember(tape, 0, name))) return true
  for (const tool of elementsOf(tape, memberOf(tape, 0, 'tools')))
    if (hasMember(tape, tool, 'input_schema')) return true
  for (const message of elementsOf(tape, messages)) {
    for (const part of elementsOf(tape, memberOf(tape, message, 'content'))) {
      const type = memberText(tape, part, 'type')
      if (type === 'tool_use' || type === 'tool_result') return true
    }
  }
  return false
}

function isOllama(tape: JsonTape, messages: number): boolean {
  if (['options', 'keep_alive', 'format', 'think'].some((name) => hasMember(tape, 0, name))) return true
  for (const message of elementsOf(tape, messages)) {
    for (const call of elementsOf(tape, memberOf(tape, message, 'tool_calls'))) {
      const called = memberOf(tape, call, 'function')
      if (kindOf(tape, memberOf(tape, called, 'arguments')) === 'object') return true
    }
  }
  return false
}
