/** Request bodies with tool results, for the tests of whole requests. */

import type { CompressionSettings } from '../../../src/core/compress/index.ts'
import { dialectByName, type ReadBody, readBody } from '../../../src/core/dialect/index.ts'

export const enforce: CompressionSettings = {
  mode: 'Enforce',
  isHeldOut: false,
  profile: 'Safe',
  minTokens: 0,
  userText: 'Never',
  isExcludedTool: () => false,
}

/** A chat body whose tool results are the given texts, each in a call of its own, spaced as some clients space it. */
export function chatWith(results: readonly string[], tools: readonly unknown[] = []): ReadBody {
  const messages = results.flatMap((content, i) => [
    `{"role": "assistant", "content": null, "tool_calls": [{"id": "call_${i}", "type": "function", "function": {"name": "tool_${i}", "arguments": "{\\"n\\": 1.0}"}}]}`,
    `{"role": "tool", "tool_call_id": "call_${i}", "content": ${JSON.stringify(content)}}`,
  ])
  const head = ['{"role": "system", "content": "You help."}', '{"role": "user", "content": "{ \\"a\\" : 1 }"}']
  const toolsMember = tools.length > 0 ? `"tools": ${JSON.stringify(tools)}, ` : ''
  return readChat(
    `{"model": "gpt-4o", ${toolsMember}"seed": 12345678901234567890, "messages": [${[...head, ...messages].join(', ')}]}`,
  )
}

export function readChat(body: string | Uint8Array): ReadBody {
  const read = readBody(Buffer.from(body), dialectByName('openai-chat')!)
  if (read === undefined) throw new Error('not a chat body')
  return read
}

export function toolResultsOf(body: Uint8Array): string[] {
  const { messages } = JSON.parse(Buffer.from(body).toString()) as { messages: { role: string; content: string }[] }
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
}
