/** One stream in each dialect, in its parts, for tests that play the same situation in all of them. */

import type { DialectName } from '../../src/core/dialect/index.ts'
import { chunk, DONE } from './chat-call.ts'

export interface StreamSample {
  readonly dialect: DialectName
  readonly path: string
  readonly request: object
  readonly type: string
  /** Whole events in which the model has not finished. */
  readonly event: string
  /** The finish reason, where it comes before the final event; else empty. */
  readonly finish: string
  /** The final event. */
  readonly final: string
  /** An error event of the provider, and its type as the log has it. */
  readonly failure: string
  readonly failureType: string
  /** An error event of ours, whole. */
  error(code: string): RegExp
}

const SSE = 'text/event-stream'

/** An event with a name. */
function named(event: string, fields: object): string {
  return `event: ${event}\ndata: ${JSON.stringify({ type: event, ...fields })}\n\n`
}

function line(fields: object): string {
  return `${JSON.stringify(fields)}\n`
}

const TEXT = '🙂 日本 hello'

/** Chat and legacy completions. */
const OPENAI = {
  type: SSE,
  final: DONE,
  failure: 'data: {"error":{"message":"overloaded","type":"overloaded_error","code":529}}\n\n',
  failureType: 'overloaded_error',
  error: (code: string) => new RegExp(`^data: \\{"error":\\{[^\\n]*"code":"${code}"\\}\\}\\n\\n$`),
}

function completion(text: string, reason: string | null): string {
  const choices = [{ index: 0, text, finish_reason: reason }]
  return `data: ${JSON.stringify({ id: 'c', model: 'gpt-3.5-turbo-instruct', choices })}\n\n`
}

const OLLAMA = {
  type: 'application/x-ndjson',
  finish: '',
  failure: line({ error: 'out of memory' }),
  failureType: 'error',
  error: () => /^\{"error":"M2M: [^\n]*"\}\n$/,
}

export const STREAM_SAMPLES: readonly StreamSample[] = [
  {
    ...OPENAI,
    dialect: 'openai-chat',
    path: '/v1/chat/completions',
    request: { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] },
    event: chunk(TEXT),
    finish: chunk('', 'stop'),
  },
  {
    dialect: 'openai-responses',
    path: '/v1/responses',
    request: { model: 'gpt-4o', stream: true, input: 'hi' },
    type: SSE,
    event:
      named('response.created', { response: { id: 'r', model: 'gpt-4o' } }) +
      named('response.output_text.delta', { delta: TEXT }),
    finish: '',
    final: named('response.completed', { response: { id: 'r', model: 'gpt-4o', status: 'completed' } }),
    failure: named('response.failed', { response: { id: 'r', status: 'failed', error: { code: 'server_error' } } }),
    failureType: 'server_error',
    error: (code) => new RegExp(`^event: error\\ndata: \\{"type":"error","code":"${code}"[^\\n]*\\}\\n\\n$`),
  },
  {
    dialect: 'anthropic-messages',
    path: '/v1/messages',
    request: { model: 'claude-sonnet-4-5', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hi' }] },
    type: SSE,
    event:
      named('message_start', { message: { id: 'm', model: 'claude-sonnet-4-5' } }) +
      named('content_block_delta', { delta: { type: 'text_delta', text: TEXT } }),
    finish: named('message_delta', { delta: { stop_reason: 'end_turn' } }),
    final: named('message_stop', {}),
    failure: named('error', { error: { type: 'overloaded_error', message: 'overloaded' } }),
    failureType: 'overloaded_error',
    error: () => /^event: error\ndata: \{"type":"error","error":\{[^\n]*\}\}\n\n$/,
  },
  {
    ...OLLAMA,
    dialect: 'ollama-chat',
    path: '/api/chat',
    request: { model: 'llama3.2', messages: [{ role: 'user', content: 'hi' }] },
    event: line({ model: 'llama3.2', message: { role: 'assistant', content: TEXT }, done: false }),
    final: line({ model: 'llama3.2', done: true, done_reason: 'stop' }),
  },
  {
    ...OLLAMA,
    dialect: 'ollama-generate',
    path: '/api/generate',
    request: { model: 'llama3.2', prompt: 'hi' },
    event: line({ model: 'llama3.2', response: TEXT, done: false }),
    final: line({ model: 'llama3.2', done: true, done_reason: 'stop' }),
  },
  {
    ...OPENAI,
    dialect: 'openai-completions',
    path: '/v1/completions',
    request: { model: 'gpt-3.5-turbo-instruct', stream: true, prompt: 'hi' },
    event: completion(TEXT, null),
    finish: completion('', 'stop'),
  },
]
