import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName } from '../../../src/core/dialect/index.ts'

/** Reads the data of events: text as it is, anything else as JSON. */
function read(name: DialectName, events: readonly (object | string)[]) {
  const reader = dialectByName(name).streamReader()
  for (const event of events) reader.event(typeof event === 'string' ? event : JSON.stringify(event))
  return { facts: reader.facts(), isEnded: reader.isEnded }
}

const choice = (members: object) => ({ id: 'c', model: 'm', choices: [{ index: 0, delta: {}, ...members }] })

describe('OpenAI chat streams', () => {
  test('take the last usage where every chunk has one', () => {
    const usage = (output: number) => ({ prompt_tokens: 7, completion_tokens: output })
    const { facts } = read(
      'openai-chat',
      [1, 2, 3].map((n) => ({ ...choice({}), usage: usage(n) })),
    )
    expect(facts.usage).toEqual({ input: 7, output: 3 })
  })

  test('have a finish reason per choice, once', () => {
    const end = (index: number, reason: string | null) => choice({ index, finish_reason: reason })
    const { facts, isEnded } = read('openai-chat', [
      end(1, 'length'),
      end(0, ''),
      end(0, null),
      end(0, 'stop'),
      end(0, 'stop'),
    ])
    expect(facts.finishReasons).toEqual(['stop', 'length'])
    expect(isEnded).toBe(false)
  })

  test('keep the reasons of no more choices than a request may ask for', () => {
    const { facts } = read(
      'openai-chat',
      Array.from({ length: 1000 }, (_, index) => choice({ index, finish_reason: 'stop' })),
    )
    expect(facts.finishReasons).toHaveLength(128)
  })

  test('know model and id when the first chunk has neither (Azure content filter)', () => {
    const { facts } = read('openai-chat', [{ id: '', model: '', choices: [], prompt_filter_results: [] }, choice({})])
    expect(facts).toEqual({ id: 'c', model: 'm' })
  })

  test.each([
    [{ error: { type: 'server_error', message: 'x' } }, 'server_error'],
    [{ error: { code: 529, message: 'x' }, choices: [{ finish_reason: 'error' }] }, '529'],
    [{ error: { code: 'rate_limited' } }, 'rate_limited'],
    [{ error: 'a message' }, 'error'],
    // Logs and spans show the name. A text that is not one may be part of a prompt.
    [{ error: { type: 'cannot answer "how are you"', code: 'bad' } }, 'bad'],
    [{ error: { type: 'x'.repeat(101) } }, 'error'],
  ])('end with an error of %j', (event, error) => {
    const { facts, isEnded } = read('openai-chat', [choice({}), event])
    expect(facts.error).toBe(error)
    expect(isEnded).toBe(true)
  })

  test('are not ended by `error: null`', () => {
    expect(read('openai-chat', [{ ...choice({}), error: null }])).toEqual({
      facts: { id: 'c', model: 'm' },
      isEnded: false,
    })
  })

  test('are read with any white space', () => {
    const { facts } = read('openai-chat', [
      choice({}),
      JSON.stringify({ choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 1 } }, null, 1),
    ])
    expect(facts).toMatchObject({ finishReasons: ['stop'], usage: { input: 1 } })
  })
})

describe('OpenAI Responses streams', () => {
  test.each([
    ['response.failed', { status: 'failed', error: { code: 'server_error', message: 'x' } }, { error: 'server_error' }],
    [
      'response.incomplete',
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
      { finishReasons: ['max_output_tokens'] },
    ],
  ])('end with %s', (type, response, facts) => {
    const read1 = read('openai-responses', [{ type, response: { id: 'r', usage: { input_tokens: 4 }, ...response } }])
    expect(read1.facts).toMatchObject({ id: 'r', usage: { input: 4 }, ...facts })
    expect(read1.isEnded).toBe(true)
  })

  test.each([
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'x', param: null }, 'rate_limit_exceeded'],
    [{ type: 'error', error: { type: 'invalid_request_error', code: null } }, 'invalid_request_error'],
    [{ error: { code: 500 } }, '500'],
  ])('end with the event %j', (event, error) => {
    const { facts, isEnded } = read('openai-responses', [event])
    expect(facts.error).toBe(error)
    expect(isEnded).toBe(true)
  })
})

describe('Anthropic streams', () => {
  const start = {
    type: 'message_start',
    message: { id: 'i', model: 'm', usage: { input_tokens: 10, output_tokens: 1 } },
  }

  test('have cumulative usage, repeated in full by newer APIs', () => {
    const usage = { input_tokens: 12, cache_read_input_tokens: 5, cache_creation_input_tokens: 0, output_tokens: 9 }
    const { facts } = read('anthropic-messages', [start, { type: 'message_delta', delta: {}, usage }])
    expect(facts.usage).toEqual({ input: 17, output: 9, cacheRead: 5, cacheCreation: 0 })
  })

  test('tell what was written to the cache for an hour', () => {
    const cache_creation = { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 700 }
    const message = { usage: { input_tokens: 10, cache_creation_input_tokens: 1000, cache_creation } }
    const { facts } = read('anthropic-messages', [{ type: 'message_start', message }])
    expect(facts.usage).toEqual({ input: 1010, cacheCreation: 1000, cacheCreation1h: 700 })
  })

  test('say nothing of an input they do not know', () => {
    const { facts } = read('anthropic-messages', [{ type: 'message_delta', usage: { output_tokens: 9 } }])
    expect(facts.usage).toEqual({ output: 9 })
  })

  test('keep no more members of usage than an API may have', () => {
    const reader = dialectByName('anthropic-messages').streamReader()
    const delta = (usage: object): string => JSON.stringify({ type: 'message_delta', usage })
    for (let i = 0; i < 2000; i++) reader.event(delta({ input_tokens: i, [`x${i}`]: i }))
    expect(reader.facts().usage).toEqual({ input: 1999 })
    reader.event(delta({ output_tokens: 5 }))
    expect(reader.facts().usage).toEqual({ input: 1999 })
  })

  test('end with an error line that has no type, as compatible servers write it', () => {
    const reader = dialectByName('anthropic-messages').streamReader()
    reader.event('{"error":{"type":"overloaded_error"}}')
    expect([reader.isEnded, reader.facts().error]).toEqual([true, 'overloaded_error'])
  })

  test('end with an error event', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'x' } }
    const { facts, isEnded } = read('anthropic-messages', [start, { type: 'ping' }, error])
    expect(facts).toMatchObject({ id: 'i', error: 'overloaded_error' })
    expect(isEnded).toBe(true)
  })
})

describe('Ollama streams', () => {
  test('end with an error line, whose message is not kept', () => {
    const { facts, isEnded } = read('ollama-chat', [{ model: 'm', done: false }, { error: 'llama runner died' }])
    expect(facts).toEqual({ model: 'm', error: 'error' })
    expect(isEnded).toBe(true)
  })
})

describe('what is not an event of the dialect', () => {
  test.each(['', '[]', 'null', '"usage":{', '{"usage":{', '{"usage":{"prompt_tokens":-1,"completion_tokens":"3"}}'])(
    '%j says nothing',
    (data) => {
      for (const name of ['openai-chat', 'openai-responses', 'anthropic-messages', 'ollama-chat'] as const) {
        expect(read(name, [data])).toEqual({ facts: {}, isEnded: false })
      }
    },
  )
})
