/** A stand-in for each provider of docs/providers.md: it keeps every request, and answers in the shape of the path's API. */

import type { ServerResponse } from 'node:http'
import { type Seen, startUpstream, type Upstream } from '../../support/upstream.ts'

export async function startStandIn(): Promise<Upstream> {
  const upstream = await startUpstream()
  upstream.replyWith(answer)
  return upstream
}

/** The answer to a request, in its own API's shape. */
export function answer(res: ServerResponse, { method, url, body }: Seen): void {
  const path = url.split('?', 1)[0] ?? ''
  const shape = method === 'POST' ? SHAPES.find(([end]) => end.test(path))?.[1] : undefined
  const isStreamed = shape?.events !== undefined && JSON.parse(body.toString()).stream === true
  if (isStreamed) stream(res, shape.events)
  else json(res, shape?.reply ?? { object: 'list', data: [], models: [] })
}

/** A streamed answer in which the model calls a tool, as the coding agents ask for it. */
export function callTool(res: ServerResponse, { url }: Seen, name: string, input: object): void {
  stream(res, url.includes('/messages') ? toolUse(name, input) : functionCall(name, input))
}

interface Shape {
  readonly reply: object
  /** Of a stream; absent where no client of ours asks for one. */
  readonly events?: Events
}

type Events = readonly (readonly [event: string | undefined, data: object | string])[]

export const TEXT = 'Two are open.'

const CHAT_USAGE = { prompt_tokens: 21, completion_tokens: 9, total_tokens: 30 }
const CHAT: Shape = {
  reply: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
    usage: CHAT_USAGE,
  },
  events: [
    [undefined, chunk({ delta: { role: 'assistant', content: TEXT }, finish_reason: null })],
    [undefined, chunk({ delta: {}, finish_reason: 'stop' })],
    [undefined, { ...chunk(undefined), usage: CHAT_USAGE }],
    [undefined, '[DONE]'],
  ],
}

function chunk(choice: object | undefined): object {
  const choices = choice === undefined ? [] : [{ index: 0, ...choice }]
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices }
}

const COMPLETION: Shape = {
  reply: {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, text: TEXT, logprobs: null, finish_reason: 'stop' }],
    usage: CHAT_USAGE,
  },
}

const MESSAGE_ITEM = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: TEXT, annotations: [] }],
}
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'm',
  status: 'completed',
  output: [MESSAGE_ITEM],
  usage: {
    input_tokens: 21,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 9,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 30,
  },
}
const RESPONSES: Shape = {
  reply: RESPONSE,
  events: named([
    { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [] } },
    { type: 'response.output_item.done', output_index: 0, item: MESSAGE_ITEM },
    { type: 'response.completed', response: RESPONSE },
  ]),
}

const MESSAGE_USAGE = { input_tokens: 21, output_tokens: 9 }
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: TEXT }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: MESSAGE_USAGE,
}
const MESSAGES: Shape = {
  reply: MESSAGE,
  events: named([
    { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: TEXT } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: MESSAGE_USAGE },
    { type: 'message_stop' },
  ]),
}

function toolUse(name: string, input: object): Events {
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) }
  return named([
    { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'call_1', name, input: {} } },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: MESSAGE_USAGE },
    { type: 'message_stop' },
  ])
}

function functionCall(name: string, input: object): Events {
  const item = { id: 'fc_1', type: 'function_call', call_id: 'call_1', name, arguments: JSON.stringify(input) }
  return named([
    { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [] } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...RESPONSE, output: [item] } },
  ])
}

/** Events that are named after their type. */
function named(events: readonly { readonly type: string; readonly [member: string]: unknown }[]): Events {
  return events.map((event) => [event.type, event])
}

/** By the end of a path; the first that fits decides. */
const SHAPES: readonly (readonly [RegExp, Shape])[] = [
  [/\/chat\/completions$/, CHAT],
  [/\/serving-endpoints\/[^/]+\/invocations$/, CHAT],
  [/\/completions$/, COMPLETION],
  [/\/responses$/, RESPONSES],
  [/\/messages\/count_tokens$/, { reply: { input_tokens: 21 } }],
  [/\/messages$/, MESSAGES],
  [/:rawPredict$|\/invoke$/, MESSAGES],
  [
    /:generateContent$/,
    {
      reply: {
        candidates: [{ content: { role: 'model', parts: [{ text: TEXT }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: { promptTokenCount: 21, candidatesTokenCount: 9, totalTokenCount: 30 },
      },
    },
  ],
  [
    /\/converse$/,
    {
      reply: {
        output: { message: { role: 'assistant', content: [{ text: TEXT }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 21, outputTokens: 9, totalTokens: 30 },
        metrics: { latencyMs: 1 },
      },
    },
  ],
  [
    /\/api\/chat$/,
    {
      reply: {
        model: 'm',
        created_at: '2026-01-01T00:00:00Z',
        message: { role: 'assistant', content: TEXT },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 21,
        eval_count: 9,
      },
    },
  ],
  [
    /\/embeddings$/,
    {
      reply: {
        object: 'list',
        model: 'm',
        data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
        usage: { prompt_tokens: 2, total_tokens: 2 },
      },
    },
  ],
]

function json(res: ServerResponse, body: object): void {
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify(body))
}

function stream(res: ServerResponse, events: Events): void {
  res.setHeader('content-type', 'text/event-stream')
  for (const [event, data] of events) {
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    res.write(`${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`)
  }
  res.end()
}
