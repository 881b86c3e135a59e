/**
 * Recorded sessions are in OpenAI chat form; this says them in the form that a client of another API would send, so that
 * its provider's cache can be simulated on real bodies.
 */

type Json = Readonly<Record<string, unknown>>

/** blocks: contents as arrays of blocks; strings: as plain strings wherever the API takes one. */
export type Shape = 'blocks' | 'strings'

/** An OpenAI chat request, whose texts are said in `shape`; `strings` leaves it as it was recorded. */
export function chatBody(recorded: Uint8Array, model: string, shape: Shape): Uint8Array {
  const request: Json = { ...parse(recorded), model }
  if (shape === 'strings') return bytesOf(request)
  const messages = listOf(request['messages']).map((message) => {
    const { content, ...rest } = message
    return typeof content === 'string' ? { ...rest, content: textBlocks(content) } : message
  })
  return bytesOf({ ...request, messages })
}

/**
 * The Anthropic request that says the same: system text in its own member, calls as `tool_use`, results as
 * `tool_result` blocks of user messages. Messages stay last, so that turns extend the bytes of the one before.
 */
export function anthropicBody(recorded: Uint8Array, model: string, shape: Shape): Uint8Array {
  const { tools, messages } = parse(recorded)
  const isSystem = ({ role }: Json): boolean => role === 'system' || role === 'developer'
  const said = listOf(messages)
  const system = said.filter(isSystem).map(({ content }) => plainText(content))
  return bytesOf({
    model,
    max_tokens: 1024,
    ...(tools !== undefined && { tools: listOf(tools).map(anthropicTool) }),
    ...(system.length > 0 && { system: shape === 'blocks' ? system.flatMap(textBlocks) : system.join('\n\n') }),
    messages: merged(said.filter((message) => !isSystem(message)).map((message) => anthropicMessage(message, shape))),
  })
}

function anthropicTool(tool: Json): Json {
  const { name, description, parameters } = (tool['function'] ?? tool) as Json
  return { name, description, input_schema: parameters ?? { type: 'object' } }
}

function anthropicMessage(message: Json, shape: Shape): Json {
  const { role, content, tool_call_id, tool_calls } = message
  if (role === 'tool' || role === 'function') {
    const result = { type: 'tool_result', tool_use_id: tool_call_id, content: plainText(content) }
    return { role: 'user', content: [result] }
  }
  const calls = listOf(tool_calls).map(({ id, function: called }) => {
    const { name, arguments: input } = called as Json
    return { type: 'tool_use', id, name, input: parsedInput(input) }
  })
  const text = plainText(content)
  if (shape === 'strings' && calls.length === 0) return { role, content: text }
  return { role, content: [...(text === '' ? [] : textBlocks(text)), ...calls] }
}

/** Results of calls that were made at once stand in one message. */
function merged(messages: readonly Json[]): Json[] {
  const out: Json[] = []
  for (const message of messages) {
    const last = out.at(-1)
    if (last?.['role'] === 'user' && message['role'] === 'user' && isBlocks(last) && isBlocks(message)) {
      out[out.length - 1] = { role: 'user', content: [...blocksIn(last), ...blocksIn(message)] }
    } else {
      out.push(message)
    }
  }
  return out
}

function isBlocks({ content }: Json): boolean {
  return Array.isArray(content)
}

function blocksIn({ content }: Json): readonly unknown[] {
  return content as readonly unknown[]
}

function plainText(content: unknown): string {
  if (typeof content === 'string') return content
  return listOf(content)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n')
}

/** Arguments are JSON text; what is not parses as nothing. */
function parsedInput(input: unknown): unknown {
  try {
    return JSON.parse(String(input)) as unknown
  } catch {
    return { input }
  }
}

function textBlocks(text: string): Json[] {
  return [{ type: 'text', text }]
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : []
}

function parse(body: Uint8Array): Json {
  return JSON.parse(Buffer.from(body).toString()) as Json
}

function bytesOf(request: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(request))
}
