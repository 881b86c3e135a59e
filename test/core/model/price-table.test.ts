import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { M2MError } from '../../../src/core/errors.ts'
import { type PriceTable, readPriceTable } from '../../../src/core/model/index.ts'
import { assertProperty } from '../../support/assert-property.ts'

/** One right row, so that the table is one. */
const GOOD = { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 2e-6, output_cost_per_token: 1e-5 }

function liteLlm(rows: object): PriceTable {
  return readPriceTable(JSON.stringify({ 'gpt-9-good': GOOD, ...rows }))
}

function openRouter(rows: readonly object[]): PriceTable {
  const good = { id: 'openai/gpt-9-good', pricing: { prompt: '0.000002', completion: '0.00001' } }
  return readPriceTable(JSON.stringify({ data: [good, ...rows] }))
}

/** The names that were read beside the right row. */
function namesOf({ prices }: PriceTable): string[] {
  return [...prices.keys()].filter((name) => name !== 'gpt-9-good')
}

describe('LiteLLM’s table', () => {
  test('has prices per token, with those of the cache and of long prompts', () => {
    const { shape, rows, prices } = liteLlm({
      'claude-saga-6': {
        litellm_provider: 'anthropic',
        mode: 'chat',
        input_cost_per_token: 4e-6,
        output_cost_per_token: 2e-5,
        cache_read_input_token_cost: 4.4e-8,
        cache_creation_input_token_cost: 5e-6,
        cache_creation_input_token_cost_above_1hr: 8e-6,
        cache_creation_input_token_cost_above_12hr: 1e-5,
        input_cost_per_token_above_200k_tokens: 8e-6,
        output_cost_per_token_above_200k_tokens: 3e-5,
        cache_read_input_token_cost_above_200k_tokens: 8.8e-8,
        input_cost_per_token_above_500k_tokens: 1.2e-5,
        output_cost_per_token_above_500k_tokens: 4e-5,
        input_cost_per_token_flex: 1,
      },
    })
    expect([shape, rows]).toEqual(['LiteLLM', 2])
    expect(prices.get('claude-saga-6')).toEqual({
      input: 4,
      output: 20,
      cacheRead: 0.044,
      cacheWrite: 5,
      cacheWrite1h: 8,
      cacheWrite12h: 10,
      bands: [
        { fromTokens: 200_001, input: 2, output: 1.5 },
        { fromTokens: 500_001, input: 3, output: 2 },
      ],
    })
  })

  test('names a model with its host, and keeps its date', () => {
    const table = liteLlm({
      'xai/grok-9': { ...GOOD, litellm_provider: 'xai' },
      'gpt-9-2027-01-02': { ...GOOD, input_cost_per_token: 3e-6 },
      'minimax/MiniMax-M9': { ...GOOD, litellm_provider: 'minimax', mode: 'responses' },
    })
    expect(namesOf(table)).toEqual(['grok-9', 'gpt-9-2027-01-02', 'minimax-m9'])
  })

  test.each([
    ['a host that did not make the model', 'azure/gpt-9', { litellm_provider: 'azure' }],
    ['a maker’s API that serves a model of another', 'mistral/glm-9', { litellm_provider: 'mistral' }],
    ['a model without text', 'gpt-image-9', { mode: 'image_generation' }],
    ['a fine-tuned model', 'ft:gpt-4o-2024-08-06', {}],
    ['a model of no family', 'muse-spark-1', {}],
    ['a price of 0', 'gpt-9', { input_cost_per_token: 0, output_cost_per_token: 0 }],
    ['no price', 'gpt-9', { input_cost_per_token: undefined, output_cost_per_token: undefined }],
    ['a price by the hour', 'gpt-9', { off_peak_pricing: { windows: [] } }],
    ['a name that every object has', 'constructor', {}],
  ])('leaves out and counts a row of %s', (_, name, row) => {
    const table = liteLlm({ [name]: { ...GOOD, ...row } })
    expect(namesOf(table)).toEqual([])
    expect(table.refused).toEqual([])
    expect([...table.left.values()]).toEqual([1])
  })

  test.each([
    ['input is negative', { input_cost_per_token: -1e-6 }],
    ['output is over 0.01 USD a token', { output_cost_per_token: 1.5 }],
    ['input is no number', { input_cost_per_token: 'free' }],
    ['input is no number', { input_cost_per_token: {} }],
    ['cache read is no number', { cache_read_input_token_cost: [1e-7] }],
    ['a cache read costs more than input', { cache_read_input_token_cost: 3e-6 }],
    ['a cache write costs less than input', { cache_creation_input_token_cost: 1e-6 }],
    ['a cache write costs less than input', { cache_creation_input_token_cost_above_12hr: 1e-6 }],
    ['only one of input and output has a price', { output_cost_per_token: null }],
    ['for long prompts, input is negative', { input_cost_per_token_above_200k_tokens: -1 }],
    [
      'the prices of long prompts have no common factor',
      {
        cache_read_input_token_cost: 2e-7,
        input_cost_per_token_above_200k_tokens: 4e-6,
        cache_read_input_token_cost_above_200k_tokens: 2e-7,
      },
    ],
    [
      'it has prices for more than 8 lengths of prompts',
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`input_cost_per_token_above_${i + 1}k_tokens`, 4e-6])),
    ],
  ])('refuses a row by name: %s', (reason, row) => {
    const table = liteLlm({ 'gpt-9': { ...GOOD, ...row } })
    expect(namesOf(table)).toEqual([])
    expect(table.refused).toEqual([{ name: 'gpt-9', reason }])
  })

  test('refuses numbers beyond all numbers, and the prototype of objects', () => {
    const rows = [JSON.stringify(GOOD), JSON.stringify(GOOD).replace('0.000002', '1e999')]
    const { refused } = readPriceTable(`{"gpt-9-good": ${rows[0]}, "gpt-9": ${rows[1]}, "__proto__": ${rows[0]}}`)
    expect(refused).toEqual([
      { name: 'gpt-9', reason: 'input is no number' },
      { name: '__proto__', reason: 'its name has characters that no model name has' },
    ])
  })

  test('refuses names that no model has', () => {
    const long = `gpt-${'9'.repeat(10_000)}`
    const table = liteLlm({ [long]: GOOD, 'gpt-\u001b[31m': GOOD, 'gpt-9': 'free' })
    expect(table.refused).toEqual([
      { name: long, reason: 'its name is longer than a model name' },
      { name: 'gpt-\u001b[31m', reason: 'its name has characters that no model name has' },
      { name: 'gpt-9', reason: 'is no object' },
    ])
  })

  test('has two rows for some models, and neither is taken when they differ', () => {
    const other = { ...GOOD, litellm_provider: 'deepseek' }
    const dearer = { ...other, output_cost_per_token: 2e-5 }
    const table = liteLlm({
      'deepseek-v9': other,
      'deepseek/deepseek-v9': other,
      'deepseek-v8': other,
      'deepseek/deepseek-v8': dearer,
    })
    expect(namesOf(table)).toEqual(['deepseek-v9'])
    expect(table.refused).toEqual([{ name: 'deepseek-v8', reason: 'two rows have different prices' }])
  })
})

describe('OpenRouter’s table', () => {
  test('has prices as text, with those of the cache and of long prompts', () => {
    const { shape, prices } = openRouter([
      {
        id: 'anthropic/claude-saga-6.5',
        pricing: {
          prompt: '0.000004',
          completion: '0.00002',
          input_cache_read: '0.0000004',
          input_cache_write: '0.000005',
          input_cache_write_1h: '0.000008',
          image: '0.01',
          overrides: [
            {
              min_prompt_tokens: 200000,
              prompt: '0.000008',
              completion: '0.00003',
              input_cache_read: '8e-7',
              input_cache_write: '0.00001',
              input_cache_write_1h: '0.000016',
            },
          ],
        },
      },
    ])
    expect(shape).toBe('OpenRouter')
    expect(prices.get('claude-saga-6-5')).toEqual({
      input: 4,
      output: 20,
      cacheRead: 0.4,
      cacheWrite: 5,
      cacheWrite1h: 8,
      bands: [{ fromTokens: 200_001, input: 2, output: 1.5 }],
    })
  })

  test.each([
    ['open weights, which other hosts serve too', 'deepseek/deepseek-v9', {}],
    ['open weights of a maker that also sells models', 'openai/gpt-oss-200b', {}],
    ['a variant', 'openai/gpt-9:free', {}],
    ['its own router', 'openrouter/auto', { prompt: '-1', completion: '-1' }],
    ['a discount', 'openai/gpt-9', { discount: 0.5 }],
    ['prices by the hour', 'openai/gpt-9', { overrides: [{ utc_start: 100, utc_end: 400, prompt: '0.000001' }] }],
  ])('leaves out and counts a row with %s', (_, id, pricing) => {
    const table = openRouter([{ id, pricing: { prompt: '0.000002', completion: '0.00001', ...pricing } }])
    expect([namesOf(table), table.refused, [...table.left.values()]]).toEqual([[], [], [1]])
  })

  test.each([
    ['has no id', [{ pricing: {} }], ''],
    ['has no id', [null], ''],
    ['has no pricing', [{ id: 'openai/gpt-9' }], 'openai/gpt-9'],
    ['input is negative', [{ id: 'openai/gpt-9', pricing: { prompt: '-1', completion: '1' } }], 'openai/gpt-9'],
    ['input is no number', [{ id: 'openai/gpt-9', pricing: { prompt: 'NaN', completion: '1' } }], 'openai/gpt-9'],
    ['input is no number', [{ id: 'openai/gpt-9', pricing: { prompt: '0x1', completion: '1' } }], 'openai/gpt-9'],
    [
      'the prices of long prompts have no common factor',
      [
        {
          id: 'openai/gpt-9',
          pricing: {
            prompt: '0.000002',
            completion: '0.00001',
            input_cache_read: '0.0000002',
            // The price of cached tokens stays, because the entry does not name it.
            overrides: [{ min_prompt_tokens: 200000, prompt: '0.000004' }],
          },
        },
      ],
      'openai/gpt-9',
    ],
  ])('refuses a row: %s', (reason, rows, name) => {
    expect(openRouter(rows as object[]).refused).toEqual([{ name, reason }])
  })
})

describe('what is no table', () => {
  test.each([
    ['a page', '<!DOCTYPE html><html><body>404</body></html>', 'it is a page, not JSON'],
    ['nothing', '', 'it is not JSON, or only a part of it'],
    ['a part of a table', JSON.stringify({ 'gpt-9': GOOD }).slice(0, -10), 'it is not JSON, or only a part of it'],
    ['a list', '[]', 'it is neither'],
    ['null', 'null', 'it is neither'],
    ['an empty object', '{}', 'it is neither'],
    ['an empty list of models', '{"data": []}', 'it is neither'],
    ['an error in JSON', '{"error": {"message": "no such file"}}', 'it is neither'],
    [
      'a table of other hosts only',
      JSON.stringify({ a: { ...GOOD, litellm_provider: 'azure' } }),
      'none of its 1 rows',
    ],
    [
      'a table of too many models',
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`gpt-${i}`, GOOD]))),
      'it has prices of more than 10000 models',
    ],
    ['deep nesting', '['.repeat(100_000), 'it is not JSON'],
    ['members of members', `{"a":`.repeat(50_000), 'it is not JSON'],
  ])('is refused: %s', (_, text, message) => {
    expect(() => readPriceTable(text)).toThrow(message)
    expect(() => readPriceTable(text)).toThrow(expect.objectContaining({ code: 'PRICE_TABLE_INVALID' }))
  })
})

test('any JSON is read to sound prices, or refused', () => {
  const names = fc.constantFrom('gpt-9', 'claude-9', '__proto__', 'toString', 'openai/gpt-9', 'ft:gpt-4o')
  const price = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.constant(null), fc.constantFrom('1e-6', 1e-6, 2e-6))
  const members = fc.constantFrom(
    ...['input_cost_per_token', 'output_cost_per_token', 'cache_read_input_token_cost', 'prompt', 'completion'],
    ...['input_cost_per_token_above_200k_tokens', 'litellm_provider', 'mode', 'overrides', 'discount'],
  )
  const values = fc.oneof(price, fc.constantFrom('openai', 'anthropic', 'chat'), fc.jsonValue())
  const row = fc.dictionary(members, values).map((each) => ({ litellm_provider: 'openai', mode: 'chat', ...each }))
  const table = fc.oneof(
    fc.dictionary(names, fc.oneof(row, fc.jsonValue())),
    fc.record({ data: fc.array(fc.oneof(fc.record({ id: names, pricing: row }), fc.jsonValue())) }),
  )
  assertProperty(
    fc.property(table, (given) => {
      let read: PriceTable
      try {
        read = readPriceTable(JSON.stringify(given))
      } catch (error) {
        expect((error as M2MError).code).toBe('PRICE_TABLE_INVALID')
        return
      }
      for (const [name, { bands = [], ...prices }] of read.prices) {
        expect(name).toMatch(/^[a-z0-9][a-z0-9._+-]*$/)
        for (const each of Object.values(prices)) expect(each > 0 && each <= 10_000).toBe(true)
        for (const { input, output } of bands) expect(input > 0 && output > 0).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})
