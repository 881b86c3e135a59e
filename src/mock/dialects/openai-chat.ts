/** OpenAI chat completions. */

import { pieces, type Turn } from '../answer.ts'
import { asRecord } from '../request.ts'
import { type MockDialect, sse } from './dialect.ts'
import { openaiError } from './openai-error.ts'

export const openaiChat: MockDialect = {
  isStream: (request) => request['stream'] === true,
  reply: (turn) => ({
    ...head(turn, 'chat.completion'),
    choices: [{ index: 0, message: message(turn), logprobs: null, finish_reason: finishReason(turn) }],
    usage: usage(turn),
  }),
  events,
  error: openaiError,
  errorEvent: (error) => sse(openaiError(error)),
}

function head(turn: Turn, object: string): Record<string, unknown> {
  return {
    id: `chatcmpl-mock${turn.number}`,
    object,
    created: Math.floor(turn.createdAt.getTime() / 1000),
    model: turn.model,
    service_tier: 'default',
    system_fingerprint: 'fp_mock',
  }
}

function message(turn: Turn): Record<string, unknown> {
  const calls = turn.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  }))
  return {
    role: 'assistant',
    content: turn.text === '' ? null : turn.text,
    ...(calls.length > 0 && { tool_calls: calls }),
    refusal: null,
    annotations: [],
  }
}

function events(turn: Turn): string[] {
  const chunk = (delta: unknown, finish: string | null = null): string =>
    sse({
      ...head(turn, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    })
  const wantsUsage = asRecord(turn.request['stream_options'])['include_usage'] === true
  return [
    chunk({ role: 'assistant', content: turn.text === '' ? null : '', refusal: null }),
    ...pieces(turn.text).map((content) => chunk({ content })),
    ...callDeltas(turn).map((call) => chunk({ tool_calls: [call] })),
    chunk({}, finishReason(turn)),
    ...(wantsUsage ? [sse({ ...head(turn, 'chat.completion.chunk'), choices: [], usage: usage(turn) })] : []),
    'data: [DONE]\n\n',
  ]
}

/** Parallel calls are interleaved, as providers may: first every head, then the arguments piece by piece in turn. */
function callDeltas(turn: Turn): unknown[] {
  const heads = turn.toolCalls.map((call, index) => ({
    index,
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: '' },
  }))
  const texts = turn.toolCalls.map((call) => JSON.stringify(call.arguments).match(/.{1,24}/gsu) ?? [])
  const rounds = Math.max(0, ...texts.map((text) => text.length))
  const bodies = Array.from({ length: rounds }, (_, round) =>
    texts.flatMap((text, index) =>
      text[round] === undefined ? [] : [{ index, function: { arguments: text[round] } }],
    ),
  )
  return [...heads, ...bodies.flat()]
}

function finishReason(turn: Turn): string {
  return turn.finish === 'tool' ? 'tool_calls' : turn.finish
}

function usage(turn: Turn): Record<string, unknown> {
  const { input, output } = turn.usage
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}
