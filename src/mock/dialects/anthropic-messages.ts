/** Anthropic messages. */

import { pieces, type Turn } from '../answer.ts'
import { type MockDialect, type MockError, sse } from './dialect.ts'

export const anthropicMessages: MockDialect = {
  isStream: (request) => request['stream'] === true,
  reply: (turn) => message(turn, { content: blocks(turn), stop_reason: stopReason(turn), usage: usage(turn) }),
  events,
  error,
  errorEvent: (problem) => sse(error(problem), 'error'),
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

function error({ status, message: text, type }: MockError): Record<string, unknown> {
  return {
    type: 'error',
    error: { type: type ?? ERROR_TYPES[status] ?? 'api_error', message: text },
    request_id: 'req_mock',
  }
}

function message(turn: Turn, members: object): Record<string, unknown> {
  return {
    id: `msg_mock${turn.number}`,
    type: 'message',
    role: 'assistant',
    model: turn.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...members,
  }
}

function blocks(turn: Turn): Record<string, unknown>[] {
  return [
    ...(turn.thinking === '' ? [] : [{ type: 'thinking', thinking: turn.thinking, signature: signature(turn) }]),
    ...(turn.text === '' ? [] : [{ type: 'text', text: turn.text, citations: null }]),
    ...turn.toolCalls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: call.arguments })),
  ]
}

function events(turn: Turn): string[] {
  const start = message(turn, { usage: { ...usage(turn), output_tokens: 1 } })
  const bodies: Event[] = [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...blocks(turn).flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(turn), stop_sequence: null },
      usage: { output_tokens: turn.usage.output },
    },
    { type: 'message_stop' },
  ]
  return bodies.map((body) => sse(body, body.type))
}

interface Event {
  readonly type: string
  readonly [member: string]: unknown
}

function blockEvents(block: Record<string, unknown>, index: number): Event[] {
  const { empty, deltas } = blockDeltas(block)
  return [
    { type: 'content_block_start', index, content_block: { ...block, ...empty } },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function blockDeltas(block: Record<string, unknown>): { empty: object; deltas: object[] } {
  if (block['type'] === 'text') {
    const deltas = pieces(String(block['text'])).map((text) => ({ type: 'text_delta', text }))
    return { empty: { text: '' }, deltas }
  }
  if (block['type'] === 'thinking') {
    const deltas = pieces(String(block['thinking'])).map((thinking) => ({ type: 'thinking_delta', thinking }))
    return {
      empty: { thinking: '', signature: '' },
      deltas: [...deltas, { type: 'signature_delta', signature: block['signature'] }],
    }
  }
  const json = JSON.stringify(block['input']).match(/.{1,24}/gsu) ?? []
  return {
    empty: { input: {} },
    deltas: ['', ...json].map((part) => ({ type: 'input_json_delta', partial_json: part })),
  }
}

function signature(turn: Turn): string {
  return Buffer.from(`signature of turn ${turn.number}`).toString('base64')
}

function stopReason(turn: Turn): string {
  return { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use' }[turn.finish]
}

function usage(turn: Turn): Record<string, unknown> {
  return {
    input_tokens: turn.usage.input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: turn.usage.output,
    service_tier: 'standard',
  }
}
