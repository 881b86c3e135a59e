/** Usage wherever a provider puts it: fixtures by hand, in the forms of the providers' own replies. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName, type Usage } from '../../../src/core/dialect/index.ts'
import { assertProperty } from '../../support/assert-property.ts'

function usageOf(name: DialectName, reply: object): Usage | undefined {
  return dialectByName(name).reply(reply).usage
}

/** Usage after all chunks of a stream. */
function streamed(name: DialectName, ...events: readonly object[]): Usage | undefined {
  const reader = dialectByName(name).streamReader()
  for (const event of events) reader.event(JSON.stringify(event))
  return reader.facts().usage
}

const CHAT = { prompt_tokens: 21, completion_tokens: 9 }

interface Shape {
  readonly provider: string
  readonly usage: object
  readonly read: Usage
}

const CHAT_SHAPES: readonly Shape[] = [
  {
    provider: 'Together, Moonshot, Hugging Face',
    usage: { ...CHAT, total_tokens: 30, cached_tokens: 10 },
    read: { input: 21, output: 9, cacheRead: 10 },
  },
  {
    provider: 'DeepSeek',
    usage: { ...CHAT, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 5 },
    read: { input: 21, output: 9, cacheRead: 16 },
  },
  {
    provider: 'DeepSeek, by hit and miss alone',
    usage: { completion_tokens: 9, prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 5 },
    read: { input: 21, output: 9, cacheRead: 16 },
  },
  {
    provider: 'Mistral',
    usage: { ...CHAT, total_tokens: 30, prompt_audio_seconds: {}, prompt_tokens_details: { cached_tokens: 3 } },
    read: { input: 21, output: 9, cacheRead: 3 },
  },
  {
    provider: 'LiteLLM, for Claude',
    usage: { ...CHAT, cache_read_input_tokens: 8, cache_creation_input_tokens: 4, total_tokens: 30 },
    read: { input: 21, output: 9, cacheRead: 8, cacheCreation: 4 },
  },
  {
    provider: 'Qwen',
    usage: { ...CHAT, prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 12 } },
    read: { input: 21, output: 9, cacheRead: 0, cacheCreation: 12 },
  },
  {
    provider: 'xAI, whose reasoning stands beside the completion',
    usage: {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      prompt_tokens_details: { text_tokens: 32, cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 94 },
    },
    read: { input: 32, output: 103, cacheRead: 4, reasoning: 94 },
  },
  {
    provider: 'OpenAI, whose reasoning stands within it',
    usage: {
      prompt_tokens: 32,
      completion_tokens: 103,
      total_tokens: 135,
      prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 7 },
      completion_tokens_details: { reasoning_tokens: 94 },
    },
    read: { input: 32, output: 103, cacheRead: 4, cacheCreation: 7, reasoning: 94 },
  },
  {
    provider: 'Gemini, whose thoughts are in the total alone',
    usage: { prompt_tokens: 758, completion_tokens: 102, total_tokens: 1725 },
    read: { input: 758, output: 967 },
  },
  {
    provider: 'Gemini, with a part of the prompt cached',
    usage: {
      prompt_tokens: 758,
      completion_tokens: 102,
      total_tokens: 1725,
      prompt_tokens_details: { cached_tokens: 512 },
    },
    read: { input: 758, output: 967, cacheRead: 512 },
  },
  {
    provider: 'a server whose total counts cached tokens twice',
    usage: { ...CHAT, total_tokens: 40, cached_tokens: 10 },
    read: { input: 21, output: 9, cacheRead: 10 },
  },
  {
    provider: 'a server whose total is too small',
    usage: { ...CHAT, total_tokens: 0 },
    read: { input: 21, output: 9 },
  },
]

describe('usage of chat completions', () => {
  test.each(CHAT_SHAPES)('$provider', ({ usage, read }) => {
    expect(usageOf('openai-chat', { usage })).toEqual(read)
    expect(streamed('openai-chat', { id: 'c', choices: [] }, { id: 'c', choices: [], usage })).toEqual(read)
  })

  test('Groq: in `x_groq` of the last chunk', () => {
    const first = { id: 'c', choices: [{ index: 0, delta: {} }], x_groq: { id: 'req_1' } }
    const last = { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], x_groq: { usage: CHAT } }
    expect(streamed('openai-chat', first, last)).toEqual({ input: 21, output: 9 })
  })

  test('Moonshot: inside the choice of the last chunk', () => {
    const usage = { ...CHAT, total_tokens: 30, cached_tokens: 10 }
    const last = { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }
    expect(streamed('openai-chat', { id: 'c', choices: [] }, last)).toEqual({ input: 21, output: 9, cacheRead: 10 })
  })

  test('top-level usage goes before any other', () => {
    const elsewhere = { prompt_tokens: 1, completion_tokens: 1 }
    const chunk = { usage: CHAT, x_groq: { usage: elsewhere }, choices: [{ usage: elsewhere }] }
    expect(usageOf('openai-chat', chunk)).toEqual({ input: 21, output: 9 })
  })
})

test('Responses: writes for twelve hours are told apart', () => {
  const usage = {
    input_tokens: 5000,
    input_tokens_details: {
      cached_tokens: 1000,
      cache_write_tokens: 3000,
      cache_write_tokens_details: { ttl_30m_tokens: 500, ttl_12h_tokens: 2500 },
    },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 5020,
  }
  const read = {
    input: 5000,
    output: 20,
    cacheRead: 1000,
    cacheCreation: 3000,
    cacheCreation12h: 2500,
    reasoning: 5,
  }
  expect(usageOf('openai-responses', { usage })).toEqual(read)
  expect(streamed('openai-responses', { type: 'response.completed', response: { usage } })).toEqual(read)
})

describe('usage of Anthropic messages with iterations', () => {
  const compaction = { type: 'compaction', input_tokens: 55_196, output_tokens: 125 }
  const message = { type: 'message', input_tokens: 220, output_tokens: 8 }
  const top = { input_tokens: 220, output_tokens: 8 }

  test('is the sum over all of them: the top leaves compaction out', () => {
    const usage = { ...top, iterations: [compaction, message] }
    expect(usageOf('anthropic-messages', { usage })).toEqual({ input: 55_416, output: 133 })
    const events = [
      { type: 'message_start', message: { model: 'm', usage: { ...top, output_tokens: 1, iterations: null } } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    ]
    expect(streamed('anthropic-messages', ...events)).toEqual({ input: 55_416, output: 133 })
  })

  test('sums the cache figures of each pass', () => {
    const cache = (read: number, written: number, hour: number) => ({
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written,
      cache_creation: { ephemeral_5m_input_tokens: written - hour, ephemeral_1h_input_tokens: hour },
    })
    const iterations = [
      { ...compaction, ...cache(40_000, 0, 0) },
      { ...message, ...cache(1000, 300, 200) },
      { ...message, ...cache(1300, 100, 0) },
    ]
    const usage = { ...top, ...cache(2300, 400, 200), output_tokens_details: { thinking_tokens: 3 }, iterations }
    expect(usageOf('anthropic-messages', { usage })).toEqual({
      input: 55_196 + 440 + 42_300 + 400,
      output: 141,
      cacheRead: 42_300,
      cacheCreation: 400,
      cacheCreation1h: 200,
      reasoning: 3,
    })
  })

  test.each([[[]], [null], ['two'], [[null]], [[{ type: 'novel' }]]])(
    '%j says nothing, and the top is taken',
    (iterations) => {
      expect(usageOf('anthropic-messages', { usage: { ...top, iterations } })).toEqual({ input: 220, output: 8 })
    },
  )

  test('is unknown where a pass has no valid figure: the sum would be too small', () => {
    const usage = { ...top, iterations: [{ ...compaction, input_tokens: -1 }, message] }
    expect(usageOf('anthropic-messages', { usage })).toEqual({ output: 133 })
  })

  test.each([
    [true, { type: 'advisor_message', model: 'claude-opus-5-5' }],
    [true, { type: 'message', model: 'claude-opus-5-5' }],
    [undefined, { type: 'message', model: 'claude-sonnet-5-5-20260801' }],
    [undefined, { type: 'message', model: null }],
  ])('has tokens of other models: %j for %j', (expected, pass) => {
    const usage = { ...top, iterations: [message, { ...message, ...pass }] }
    const reply = { model: 'claude-sonnet-5-5', usage }
    expect(dialectByName('anthropic-messages').reply(reply).hasOtherModels).toBe(expected)
    const reader = dialectByName('anthropic-messages').streamReader()
    reader.event(JSON.stringify({ type: 'message_start', message: { model: 'claude-sonnet-5-5', usage: top } }))
    reader.event(JSON.stringify({ type: 'message_delta', delta: {}, usage }))
    expect(reader.facts().hasOtherModels).toBe(expected)
  })
})

describe('figures that are none', () => {
  const HOSTILE = [-1, 1e300, 2.5, '21', null, true, [21], { tokens: 21 }, 1e9 + 1]

  test.each(HOSTILE)('%j is unknown', (figure) => {
    expect(usageOf('openai-chat', { usage: { prompt_tokens: figure, completion_tokens: 9 } })).toEqual({ output: 9 })
    expect(usageOf('openai-responses', { usage: { input_tokens: figure, output_tokens: 9 } })).toEqual({ output: 9 })
    expect(usageOf('anthropic-messages', { usage: { input_tokens: figure, output_tokens: 9 } })).toEqual({ output: 9 })
    expect(usageOf('ollama-chat', { prompt_eval_count: figure, eval_count: 9 })).toEqual({ output: 9 })
  })

  test('no usage of any shape gives a figure that is not a whole number of tokens', () => {
    const member = fc.constantFrom(
      'prompt_tokens',
      'completion_tokens',
      'total_tokens',
      'cached_tokens',
      'prompt_cache_hit_tokens',
      'prompt_cache_miss_tokens',
      'prompt_tokens_details',
      'input_tokens',
      'output_tokens',
      'cache_read_input_tokens',
      'iterations',
    )
    const figure = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double(), fc.constantFrom(...HOSTILE), fc.jsonValue())
    const usage = fc.dictionary(member, fc.oneof(figure, fc.array(fc.dictionary(member, figure))))
    assertProperty(
      fc.property(usage, (found) => {
        for (const name of ['openai-chat', 'openai-responses', 'anthropic-messages'] as const) {
          for (const tokens of Object.values(usageOf(name, { usage: found }) ?? {})) {
            expect(Number.isSafeInteger(tokens) && tokens >= 0).toBe(true)
          }
        }
      }),
    )
  })
})
