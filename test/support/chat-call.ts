/** A call of OpenAI's chat API, as requests, events and error replies that wire tests send and read. */

export const CHAT_PATH = '/v1/chat/completions'

/** The headers of a streamed reply. */
export const SSE = { 'content-type': 'text/event-stream' }

export const DONE = 'data: [DONE]\n\n'

export function chatBody(fields: object = {}): string {
  return JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }], ...fields })
}

/** A request whose tool result compresses. */
export function wordyBody(fields: object = {}): string {
  const rows = Array.from({ length: 30 }, (_, id) => ({ id, name: `item ${id}`, price: id * 1.5 }))
  const call = { id: 'a', type: 'function', function: { name: 'list', arguments: '{}' } }
  return chatBody({
    messages: [
      { role: 'user', content: 'hello' },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: JSON.stringify(rows, null, 4) },
    ],
    ...fields,
  })
}

/** An event of a streamed reply. */
export function chunk(content: string, finish: string | null = null): string {
  const choices = [{ index: 0, delta: { content }, finish_reason: finish }]
  return `data: ${JSON.stringify({ id: 'c', model: 'gpt-4o', choices })}\n\n`
}

/** The error code in a reply of the sidecar. */
export async function codeOf(reply: Response): Promise<string> {
  return ((await reply.json()) as { error: { code: string } }).error.code
}
