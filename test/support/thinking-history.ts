/** Requests of Anthropic's messages API whose history holds reasoning, and the provider's refusal of that reasoning. */

import { spacedOrders } from './tool-results.ts'

export const MESSAGES_PATH = '/v1/messages'

/** The words of a provider that found another prefix before its reasoning. */
export const MISMATCH =
  'messages.3.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation. ' +
  'Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".'

export const REFUSAL = errorBody(MISMATCH)

export function errorBody(message: string): string {
  return JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message }, request_id: 'req_1' })
}

/** The result of the turn `nth`, from 0 on. It compresses. */
export function resultOf(nth: number): string {
  return spacedOrders(nth + 1)
}

/** A request after `turns` turns, each with reasoning, a call and its result. */
export function thinkingBody(turns: number, fields: object = {}): string {
  const messages = Array.from({ length: turns }, (_, nth) => {
    const id = `toolu_${nth}`
    const thinking = { type: 'thinking', thinking: '', signature: `signature-${nth}` }
    const use = { type: 'tool_use', id, name: 'list_orders', input: {} }
    return [
      { role: 'assistant', content: [thinking, use] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: resultOf(nth) }] },
    ]
  })
  const opening = { role: 'user', content: 'Which orders are open?' }
  return JSON.stringify({
    model: 'claude-opus-5-5',
    max_tokens: 100,
    messages: [opening, ...messages.flat()],
    ...fields,
  })
}

/** Which results of a sent body are as the client wrote them. */
export function asCame(body: Uint8Array, turns: number): boolean[] {
  const text = Buffer.from(body).toString()
  return Array.from({ length: turns }, (_, nth) => text.includes(JSON.stringify(resultOf(nth))))
}
