/** OpenAI Responses. */

import { pieces, type Turn } from '../answer.ts'
import { type MockDialect, sse } from './dialect.ts'
import { openaiError } from './openai-error.ts'

export const openaiResponses: MockDialect = {
  isStream: (request) => request['stream'] === true,
  reply: (turn) => response(turn, 'completed'),
  events,
  error: openaiError,
  errorEvent: (error) =>
    sse({ type: 'error', code: error.type ?? 'server_error', message: error.message, param: null }, 'error'),
}

type Item = Readonly<Record<string, unknown>>

function response(turn: Turn, status: 'in_progress' | 'completed'): Record<string, unknown> {
  const isOver = status === 'completed'
  const isCut = turn.finish === 'length'
  return {
    id: `resp_mock${turn.number}`,
    object: 'response',
    created_at: Math.floor(turn.createdAt.getTime() / 1000),
    status: isOver && isCut ? 'incomplete' : status,
    error: null,
    incomplete_details: isOver && isCut ? { reason: 'max_output_tokens' } : null,
    instructions: turn.request['instructions'] ?? null,
    max_output_tokens: turn.request['max_output_tokens'] ?? null,
    model: turn.model,
    output: isOver ? items(turn) : [],
    parallel_tool_calls: true,
    previous_response_id: turn.request['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null },
    store: turn.request['store'] ?? true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: turn.request['tools'] ?? [],
    top_p: 1,
    truncation: 'disabled',
    usage: isOver ? usage(turn) : null,
    metadata: {},
  }
}

function items(turn: Turn): Item[] {
  return [
    ...(turn.thinking === '' ? [] : [reasoningItem(turn)]),
    ...(turn.text === '' ? [] : [messageItem(turn)]),
    ...turn.toolCalls.map((call, index) => ({
      id: `fc_mock${turn.number}n${index}`,
      type: 'function_call',
      status: 'completed',
      arguments: JSON.stringify(call.arguments),
      call_id: call.id,
      name: call.name,
    })),
  ]
}

function reasoningItem(turn: Turn): Item {
  return { id: `rs_mock${turn.number}`, type: 'reasoning', summary: [{ type: 'summary_text', text: turn.thinking }] }
}

function messageItem(turn: Turn): Item {
  return {
    id: `msg_mock${turn.number}`,
    type: 'message',
    status: 'completed',
    content: [{ type: 'output_text', annotations: [], logprobs: [], text: turn.text }],
    role: 'assistant',
  }
}

function events(turn: Turn): string[] {
  const bodies: Item[] = [
    { type: 'response.created', response: response(turn, 'in_progress') },
    { type: 'response.in_progress', response: response(turn, 'in_progress') },
    ...items(turn).flatMap((item, index) => itemEvents(turn, item, index)),
    {
      type: turn.finish === 'length' ? 'response.incomplete' : 'response.completed',
      response: response(turn, 'completed'),
    },
  ]
  return bodies.map((body, number) => sse({ ...body, sequence_number: number }, String(body['type'])))
}

function itemEvents(turn: Turn, item: Item, index: number): Item[] {
  const at = { item_id: item['id'], output_index: index }
  const added = (empty: object): Item => ({
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, ...empty },
  })
  const done: Item = { type: 'response.output_item.done', output_index: index, item }
  if (item['type'] === 'message') {
    return [added({ status: 'in_progress', content: [] }), ...textEvents(turn.text, { ...at, content_index: 0 }), done]
  }
  if (item['type'] === 'function_call') {
    const text = String(item['arguments'])
    return [
      added({ status: 'in_progress', arguments: '' }),
      ...(text.match(/.{1,24}/gsu) ?? []).map((delta) => ({
        type: 'response.function_call_arguments.delta',
        ...at,
        delta,
      })),
      { type: 'response.function_call_arguments.done', ...at, name: item['name'], arguments: text },
      done,
    ]
  }
  return [added({ summary: [] }), done]
}

function textEvents(text: string, at: object): Item[] {
  const part = { type: 'output_text', annotations: [], logprobs: [] }
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...pieces(text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: { ...part, text } },
  ]
}

function usage(turn: Turn): Record<string, unknown> {
  const { input, output } = turn.usage
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  }
}
