/** Rebuilds the requests of an agent from a recorded row. */

import { type Dialect, dialectByName, dialectForPath, dialects } from '../../core/dialect/index.ts'
import { objectOf } from '../json.ts'
import type { RecordedCallRow, Row, SessionRow } from './corpus.ts'

export interface Recording {
  readonly dialect: Dialect
  /** Whole request bodies in the order of sending; every iteration builds them again. */
  bodies(): Iterable<Uint8Array>
}

/** Recorded sessions do not name a model. This one bills exactly by the vocabulary of the formula. */
const MODEL = 'gpt-4o'

/** @returns the reason if the row cannot be replayed */
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

/** Request n has the messages before the n-th assistant message, if there are any. */
function* turnsOf({ messages, tools }: SessionRow): Generator<Uint8Array, void> {
  const head = tools === undefined ? { model: MODEL } : { model: MODEL, tools }
  for (const [index, message] of messages.entries()) {
    const isAnswer = objectOf(message)['role'] === 'assistant'
    if (isAnswer && index > 0) yield bodyOf({ ...head, messages: messages.slice(0, index) })
  }
}

function recordedCall({ uri, dialect: named, body }: RecordedCallRow): Recording | string {
  const dialect = dialects.find(({ name }) => name === named) ?? dialectOfUri(uri)
  return dialect ? { dialect, bodies: () => [bodyOf(body)] } : 'calls of an API that M2M does not support'
}

/** Hosts add a root to the path: `/openai/v1/responses`, `/api/v1/chat/completions`. */
function dialectOfUri(uri: string): Dialect | undefined {
  const path = URL.parse(uri)?.pathname ?? ''
  return dialectForPath(path) ?? dialectForPath(path.slice(Math.max(0, path.lastIndexOf('/v1/'))))
}

function bodyOf(request: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(request))
}
