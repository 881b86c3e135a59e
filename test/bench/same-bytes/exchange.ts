/** One request of the compared traffic, and what the model server answers to it. */

import type { ReplyKind } from './replies.ts'

export interface Exchange {
  /** `tau-bench-airline 3, turn 7`. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [string, string])[]
  /** Undefined: none is sent. */
  readonly body: Buffer | undefined
  readonly reply: ReplyKind
  /** Sent in two pieces some milliseconds apart, without a length. */
  readonly isChunked?: boolean
  /** Absent: the data port. */
  readonly port?: 'admin'
}

const HEADERS = [
  ['authorization', 'Bearer sk-test-same-bytes'],
  ['content-type', 'application/json'],
  ['user-agent', 'OpenAI/JS 6.1.0'],
] as const

/** @param body bytes as they are, or a value that is written as JSON */
export function post(name: string, path: string, body: unknown, reply: ReplyKind): Exchange {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  return { name, method: 'POST', path, headers: HEADERS, body: bytes, reply }
}

/** A chat with one result, of a tool that no list of file readers names. */
export function toolResult(content: string): object {
  const call = { id: 'call_1', type: 'function', function: { name: 'run', arguments: '{}' } }
  return {
    model: 'gpt-4o',
    messages: [
      { role: 'user', content: 'What is wrong?' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content },
    ],
  }
}
