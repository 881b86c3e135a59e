/** A reply of Anthropic's API, whole and as the events of a stream. */

import { type Fields, fieldsOf } from '../server.ts'

export interface Message extends Fields {
  readonly id: string
  readonly content: readonly Fields[]
}

export interface MessageParts {
  readonly id: string
  readonly model: unknown
  readonly content: readonly Fields[]
  readonly usage: Fields
  /** Further members of the message. */
  readonly more: Fields
}

export function messageOf({ id, model, content, usage, more }: MessageParts): Message {
  const isCall = content.some((block) => block['type'] === 'tool_use')
  const stop = { stop_reason: isCall ? 'tool_use' : 'end_turn', stop_sequence: null }
  return { id, type: 'message', role: 'assistant', model, content, ...stop, usage, ...more }
}

/** Of a request that reads and writes no cache. */
export function usageOf(inputTokens: number): Fields {
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 20,
    service_tier: 'standard',
  }
}

export function eventsOf(message: Message): Fields[] {
  const { content, ...rest } = message
  const { stop_reason, stop_sequence, usage } = rest as Fields
  const { output_tokens } = fieldsOf(usage)
  return [
    { type: 'message_start', message: { ...rest, content: [], stop_reason: null } },
    { type: 'ping' },
    ...content.flatMap(blockEvents),
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: { output_tokens } },
    { type: 'message_stop' },
  ]
}

function blockEvents(block: Fields, index: number): Fields[] {
  const { empty, deltas } = inDeltas(block)
  return [
    { type: 'content_block_start', index, content_block: { ...block, ...empty } },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function inDeltas(block: Fields): { empty: Fields; deltas: Fields[] } {
  const { type, thinking, signature, input, text } = block
  if (type === 'thinking') {
    return {
      empty: { thinking: '', signature: '' },
      deltas: [
        { type: 'thinking_delta', thinking },
        { type: 'signature_delta', signature },
      ],
    }
  }
  if (type === 'text') return { empty: { text: '' }, deltas: [{ type: 'text_delta', text }] }
  if (type !== 'tool_use') return { empty: {}, deltas: [] }
  return { empty: { input: {} }, deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(input) }] }
}
