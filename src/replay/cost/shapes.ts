/**
 * Converts recorded sessions from OpenAI chat form to the form of other APIs, so that a provider's cache can be
 * simulated on real bodies.
 */

import { type Json, listOf, objectOf, parseBody } from '../json.ts'

/** blocks: contents as arrays of blocks; strings: as plain strings wherever the API takes one. */
export type Shape = 'blocks' | 'strings'

/** An OpenAI chat request with its texts in `shape`; `strings` leaves the recorded form. */
export function chatBody(recorded: Uint8Array, model: string, shape: Shape): Uint8Array {
  const request: Json = { ...parseBody(recorded), model }
  if (shape === 'strings') return bytesOf(request)
  const messages = objectsOf(request['messages']).map((message) => {
    const { content, ...rest } = message
    return typeof content === 'string' ? { ...rest, content: textBlocks(content) } : message
  })
  return bytesOf({ ...request, messages })
}

/**
 * The Anthropic request with the same content: system text in its own member, calls as `tool_use`, results as
 * `tool_result` blocks of user messages. Messages come last, so that a turn extends the bytes of the one before.
 */
export function anthropicBody(recorded: Uint8Array, model: string, shape: Shape): Uint8Array {
  const { tools, messages } = parseBody(recorded)
  const isSystem = ({ role }: Json): boolean => role === 'system' || role === 'developer'
  const all = objectsOf(messages)
  const system = all.filter(isSystem).map(({ content }) => plainText(content))
  return bytesOf({
    model,
    max_tokens: 1024,
    ...(tools !== undefined && { tools: objectsOf(tools).map(anthropicTool) }),
    ...(system.length > 0 && { system: shape === 'blocks' ? system.flatMap(textBlocks) : system.join('\n\n') }),
    messages: merged(all.filter((message) => !isSystem(message)).map((message) => anthropicMessage(message, shape))),
  })
}

function anthropicTool(tool: Json): Json {
  const { name, description, parameters } = objectOf(tool['function'] ?? tool)
  return { name, description, input_schema: parameters ?? { type: 'object' } }
}

function anthropicMessage(message: Json, shape: Shape): Json {
  const { role, content, tool_call_id, tool_calls } = message
  if (role === 'tool' || role === 'function') {
    const result = { type: 'tool_result', tool_use_id: tool_call_id, content: plainText(content) }
    return { role: 'user', content: [result] }
  }
  const calls = objectsOf(tool_calls).map(({ id, function: called }) => {
    const { name, arguments: input } = objectOf(called)
    return { type: 'tool_use', id, name, input: parsedInput(input) }
  })
  const text = plainText(content)
  if (shape === 'strings' && calls.length === 0) return { role, content: text }
  return { role, content: [...(text === '' ? [] : textBlocks(text)), ...calls] }
}

/** Results of parallel calls belong into one message. */
function merged(messages: readonly Json[]): Json[] {
  const out: Json[] = []
  for (const message of messages) {
    const last = out.at(-1)
    if (last !== undefined && hasUserBlocks(last) && hasUserBlocks(message)) {
      out[out.length - 1] = { role: 'user', content: [...listOf(last['content']), ...listOf(message['content'])] }
    } else {
      out.push(message)
    }
  }
  return out
}

function hasUserBlocks({ role, content }: Json): boolean {
  return role === 'user' && Array.isArray(content)
}

function plainText(content: unknown): string {
  if (typeof content === 'string') return content
  return objectsOf(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n')
}

/** Arguments are JSON text; invalid JSON becomes an object with that text. */
function parsedInput(input: unknown): unknown {
  try {
    return JSON.parse(String(input))
  } catch {
    return { input }
  }
}

function textBlocks(text: string): Json[] {
  return [{ type: 'text', text }]
}

function objectsOf(value: unknown): readonly Json[] {
  return listOf(value).map(objectOf)
}

function bytesOf(request: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(request))
}
