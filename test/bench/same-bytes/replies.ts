/** What the model server answers: a whole reply, a stream or a failure, in the API that the path asks for. */

import { gzipSync } from 'node:zlib'

export const REPLY_KINDS = [
  'whole',
  'gzip',
  'stream',
  /** Ends in the middle of an event. */
  'stream-cut',
  /** An error event after the first events. */
  'stream-error',
  'rate-limited',
  /** 400. */
  'refused',
  'overloaded',
  /** 500, in HTML. */
  'broken',
  /** The connection closes instead of a reply. */
  'none',
] as const

export type ReplyKind = (typeof REPLY_KINDS)[number]

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Written one by one. */
  readonly parts: readonly (string | Uint8Array)[]
  /** The connection is cut after the last part. */
  readonly isCut?: boolean
}

type Api = 'chat' | 'messages' | 'responses' | 'ollama' | 'other'

const SSE = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
const JSON_TYPE = { 'content-type': 'application/json', 'x-request-id': 'req_42' }
const TEXT = '🙂 日本 "quoted" \\ and\nlines'
const USAGE = { prompt_tokens: 700, completion_tokens: 80, total_tokens: 780 }
const MESSAGES_USAGE = { input_tokens: 90, cache_read_input_tokens: 500, cache_creation_input_tokens: 110 }

/** @param request.body as the model server received it */
export function replyTo(kind: ReplyKind, request: { readonly path: string; readonly body: string }): Reply | undefined {
  const api = apiOf(request.path)
  switch (kind) {
    case 'whole':
      return { status: 200, headers: JSON_TYPE, parts: [whole(api)] }
    case 'gzip':
      return { status: 200, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, parts: [gzipSync(whole(api))] }
    case 'stream':
      return { ...stream(), parts: [...eventsOf(api), endOf(api, request.body.includes('"include_usage":true'))] }
    case 'stream-cut':
      return { ...stream(), parts: [...eventsOf(api), 'data: {"id":"c","cho'], isCut: true }
    case 'stream-error':
      return { ...stream(), parts: [...eventsOf(api), event('error', FAILURES.overloaded.body)] }
    case 'rate-limited':
    case 'refused':
    case 'overloaded': {
      const { status, headers, body } = FAILURES[kind]
      return { status, headers: { ...JSON_TYPE, ...headers }, parts: [JSON.stringify(body)] }
    }
    case 'broken':
      return { status: 500, headers: { 'content-type': 'text/html' }, parts: ['<html>Internal error</html>'] }
    case 'none':
      return undefined
  }
}

const FAILURES = {
  'rate-limited': {
    status: 429,
    headers: { 'retry-after': '7', 'x-ratelimit-remaining-tokens': '0' },
    body: { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'Slow down' } },
  },
  refused: {
    status: 400,
    headers: {},
    body: { type: 'error', error: { type: 'invalid_request_error', message: 'messages.1: this is not supported' } },
  },
  overloaded: {
    status: 529,
    headers: {},
    body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  },
} as const

function apiOf(path: string): Api {
  if (path.includes('/chat/completions')) return 'chat'
  if (path.includes('/responses')) return 'responses'
  if (path.includes('/messages')) return 'messages'
  return path.startsWith('/api/') ? 'ollama' : 'other'
}

const WHOLE: Readonly<Record<Api, object>> = {
  chat: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-4o-2024-08-06',
    choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
    usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 256 } },
  },
  messages: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    usage: { ...MESSAGES_USAGE, output_tokens: 80 },
  },
  responses: {
    id: 'resp_1',
    object: 'response',
    model: 'gpt-4o',
    status: 'completed',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: TEXT }] }],
    usage: { input_tokens: 700, input_tokens_details: { cached_tokens: 0 }, output_tokens: 80, total_tokens: 780 },
  },
  ollama: { model: 'llama3.2', message: { role: 'assistant', content: TEXT }, done: true, prompt_eval_count: 700 },
  other: { object: 'list', data: [{ id: 'gpt-4o' }] },
}

function whole(api: Api): string {
  return JSON.stringify(WHOLE[api])
}

function stream(): Pick<Reply, 'status' | 'headers'> {
  return { status: 200, headers: SSE }
}

function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

function chunk(delta: object, rest: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: null }]
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'gpt-4o-2024-08-06', choices, ...rest })}\n\n`
}

/** The second event comes in two parts, torn inside a letter. */
function eventsOf(api: Api): readonly (string | Uint8Array)[] {
  if (api === 'messages') {
    const usage = { ...MESSAGES_USAGE, output_tokens: 1 }
    return [
      event('message_start', { type: 'message_start', message: { id: 'msg_1', model: 'claude-sonnet-4-5', usage } }),
      ...torn(event('content_block_delta', { type: 'content_block_delta', delta: { type: 'text_delta', text: TEXT } })),
    ]
  }
  if (api === 'responses') {
    return [
      event('response.created', { type: 'response.created', response: { id: 'resp_1', model: 'gpt-4o' } }),
      ...torn(event('response.output_text.delta', { type: 'response.output_text.delta', delta: TEXT })),
    ]
  }
  return [chunk({ role: 'assistant', content: '' }), ...torn(chunk({ content: TEXT })), ': a comment\n\n']
}

function torn(text: string): readonly Uint8Array[] {
  const bytes = Buffer.from(text)
  const middle = bytes.indexOf(0xf0) + 2
  return [bytes.subarray(0, middle), bytes.subarray(middle)]
}

function endOf(api: Api, isUsageAsked: boolean): string {
  if (api === 'messages') {
    const delta = { stop_reason: 'end_turn' }
    return (
      event('message_delta', { type: 'message_delta', delta, usage: { output_tokens: 80 } }) +
      event('message_stop', { type: 'message_stop' })
    )
  }
  if (api === 'responses') return event('response.completed', { type: 'response.completed', response: WHOLE.responses })
  const usage = isUsageAsked ? chunk({}, { choices: [], usage: USAGE }) : ''
  return `${usage}data: [DONE]\n\n`
}
