/** From a recorded row to the requests that its agent sent. */

import { type Dialect, dialectByName, dialectForPath } from '../../core/dialect/index.ts'
import type { RecordedCallRow, Row, SessionRow } from './corpus.ts'

export interface Recording {
  readonly dialect: Dialect
  /** In the order they were sent; each a whole request body, built when it is asked for, and anew every time. */
  bodies(): Iterable<Uint8Array>
}

/** Recorded sessions do not say what model was asked; this one is billed by the vocabulary of the formula, one to one. */
const MODEL = 'gpt-4o'

/** @returns why the row cannot be replayed, when it cannot */
export function recordingOf(row: Row): Recording | string {
  switch (row.kind) {
    case 'session':
      return { dialect: dialectByName('openai-chat'), bodies: () => turnsOf(row) }
    case 'tool-output':
      return {
        dialect: dialectByName('openai-chat'),
        bodies: () => [
          bodyOf({ model: MODEL, messages: [{ role: 'tool', tool_call_id: 'call_1', content: row.text }] }),
        ],
      }
    case 'recorded-call':
      return recordedCall(row)
    case 'unknown':
      return `unknown rows: ${row.shape}`
  }
}

/** Request n carries the messages before the n-th assistant message, if there are any. */
function* turnsOf({ messages, tools }: SessionRow): Generator<Uint8Array, void> {
  const head = tools === undefined ? { model: MODEL } : { model: MODEL, tools }
  for (const [index, message] of messages.entries()) {
    const isAnswer = (message as { role?: unknown } | null)?.role === 'assistant'
    if (isAnswer && index > 0) yield bodyOf({ ...head, messages: messages.slice(0, index) })
  }
}

function recordedCall({ uri, body }: RecordedCallRow): Recording | string {
  const dialect = dialectOfUri(uri)
  return dialect ? { dialect, bodies: () => [bodyOf(body)] } : 'calls of an API that M2M does not speak'
}

/** Hosts put the path under a root of their own: `/openai/v1/responses`, `/api/v1/chat/completions`. */
function dialectOfUri(uri: string): Dialect | undefined {
  const path = URL.parse(uri)?.pathname ?? ''
  return dialectForPath(path) ?? dialectForPath(path.slice(Math.max(0, path.lastIndexOf('/v1/'))))
}

function bodyOf(request: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(request))
}
