/** A recorded session of OpenAI's chat API, as agents of other APIs would have sent it. */

export interface ChatSession {
  readonly tools?: readonly ChatTool[]
  readonly messages: readonly ChatMessage[]
}

interface ChatTool {
  readonly function: { readonly name: string; readonly description?: string; readonly parameters?: object }
}

interface ChatMessage {
  readonly role: string
  readonly content?: unknown
  readonly tool_call_id?: string
  readonly tool_calls?: readonly ChatCall[] | null
}

interface ChatCall {
  readonly id: string
  readonly function: { readonly name: string; readonly arguments: string }
}

/** @returns the body of a request to `/v1/messages` */
export function asAnthropic({ tools = [], messages }: ChatSession): object {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => textOf(content))
  return {
    model: 'claude-sonnet-4-5',
    max_tokens: 1024,
    ...(system.length > 0 && { system: system.join('\n') }),
    ...(tools.length > 0 && {
      tools: tools.map(({ function: { name, description, parameters } }) => ({
        name,
        description,
        input_schema: parameters ?? { type: 'object' },
      })),
    }),
    messages: messages.filter(({ role }) => role !== 'system').map(anthropicMessage),
  }
}

function anthropicMessage({ role, content, tool_call_id, tool_calls }: ChatMessage): object {
  const text = textOf(content)
  if (role === 'tool') {
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: tool_call_id, content: text }] }
  }
  const calls = (tool_calls ?? []).map(({ id, function: { name, arguments: input } }) => ({
    type: 'tool_use',
    id,
    name,
    input: parsed(input),
  }))
  if (calls.length === 0) return { role, content: text }
  return { role, content: [...(text === '' ? [] : [{ type: 'text', text }]), ...calls] }
}

/** @returns the body of a request to `/v1/responses` */
export function asResponses({ tools = [], messages }: ChatSession): object {
  return {
    model: 'gpt-4o',
    ...(tools.length > 0 && { tools: tools.map((tool) => ({ type: 'function', ...tool.function })) }),
    input: messages.flatMap(responsesItems),
  }
}

function responsesItems({ role, content, tool_call_id, tool_calls }: ChatMessage): readonly object[] {
  const text = textOf(content)
  if (role === 'tool') return [{ type: 'function_call_output', call_id: tool_call_id, output: text }]
  const calls = (tool_calls ?? []).map((call) => ({ type: 'function_call', call_id: call.id, ...call.function }))
  return [...(text === '' ? [] : [{ role, content: text }]), ...calls]
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: string }) => part.text ?? '').join('\n')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return { text }
  }
}
