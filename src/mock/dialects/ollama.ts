/** Ollama chat and generate: newline-delimited JSON, streamed unless the request says otherwise. */

import { pieces, type Turn } from '../answer.ts'
import type { MockDialect } from './dialect.ts'

export const ollamaChat: MockDialect = ollama((piece) => ({
  message: {
    role: 'assistant',
    content: piece.text ?? '',
    ...(piece.thinking !== undefined && { thinking: piece.thinking }),
    ...(piece.calls !== undefined && { tool_calls: piece.calls }),
  },
}))

export const ollamaGenerate: MockDialect = ollama((piece) => ({
  response: piece.text ?? '',
  ...(piece.thinking !== undefined && { thinking: piece.thinking }),
}))

interface Piece {
  readonly text?: string
  readonly thinking?: string
  readonly calls?: readonly unknown[]
}

function ollama(shape: (piece: Piece) => object): MockDialect {
  return {
    isStream: (request) => request['stream'] !== false,
    reply: (turn) => ({ ...head(turn), ...shape(everything(turn)), ...end(turn) }),
    events: (turn) => [
      ...parts(turn).map((piece) => line({ ...head(turn), ...shape(piece), done: false })),
      line({ ...head(turn), ...shape({}), ...end(turn) }),
    ],
    error: (error) => ({ error: error.message }),
    errorEvent: (error) => line({ error: error.message }),
  }
}

function everything(turn: Turn): Piece {
  const calls = callsOf(turn)
  return {
    text: turn.text,
    ...(turn.thinking !== '' && { thinking: turn.thinking }),
    ...(calls.length > 0 && { calls }),
  }
}

function parts(turn: Turn): Piece[] {
  return [
    ...pieces(turn.thinking).map((thinking) => ({ thinking })),
    ...pieces(turn.text).map((text) => ({ text })),
    ...callsOf(turn).map((call) => ({ calls: [call] })),
  ]
}

/** Arguments are an object here, not a string. */
function callsOf(turn: Turn): unknown[] {
  return turn.toolCalls.map((call, index) => ({
    id: call.id,
    function: { index, name: call.name, arguments: call.arguments },
  }))
}

function head(turn: Turn): object {
  return { model: turn.model, created_at: turn.createdAt.toISOString() }
}

function end(turn: Turn): object {
  return {
    done: true,
    done_reason: turn.finish === 'length' ? 'length' : 'stop',
    total_duration: 2_000_000,
    load_duration: 100_000,
    prompt_eval_count: turn.usage.input,
    prompt_eval_duration: 900_000,
    eval_count: turn.usage.output,
    eval_duration: 1_000_000,
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
