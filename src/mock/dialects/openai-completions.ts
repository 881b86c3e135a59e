/** OpenAI's legacy completions: one text a choice. */

import { pieces, type Turn } from '../answer.ts'
import { asRecord } from '../request.ts'
import { type MockDialect, sse } from './dialect.ts'
import { openaiError } from './openai-error.ts'

export const openaiCompletions: MockDialect = {
  isStream: (request) => request['stream'] === true,
  reply: (turn) => ({ ...head(turn), choices: [choice(turn.text, finishOf(turn))], usage: usage(turn) }),
  events,
  error: openaiError,
  errorEvent: (error) => sse(openaiError(error)),
}

function head(turn: Turn): Record<string, unknown> {
  return {
    id: `cmpl-mock${turn.number}`,
    object: 'text_completion',
    created: Math.floor(turn.createdAt.getTime() / 1000),
    model: turn.model,
  }
}

function choice(text: string, finish: string | null): Record<string, unknown> {
  return { text, index: 0, logprobs: null, finish_reason: finish }
}

function events(turn: Turn): string[] {
  const wantsUsage = asRecord(turn.request['stream_options'])['include_usage'] === true
  return [
    ...pieces(turn.text).map((text) => sse({ ...head(turn), choices: [choice(text, null)] })),
    sse({ ...head(turn), choices: [choice('', finishOf(turn))] }),
    ...(wantsUsage ? [sse({ ...head(turn), choices: [], usage: usage(turn) })] : []),
    'data: [DONE]\n\n',
  ]
}

function finishOf({ finish }: Turn): string {
  return finish === 'length' ? 'length' : 'stop'
}

function usage({ usage: { input, output } }: Turn): Record<string, unknown> {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}
