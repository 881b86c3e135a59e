/** A count is called exact only where all that is billed can be counted from the request. */

import { describe, expect, test } from 'vitest'
import { passthroughReport } from '../../../../src/core/compress/index.ts'
import { type DialectName, dialectByName, readBody } from '../../../../src/core/dialect/index.ts'
import { approximateCounter, unitCounter } from '../../../support/counters.ts'

function tokensOf(name: DialectName, body: object) {
  const read = readBody(Buffer.from(JSON.stringify(body)), dialectByName(name))!
  const { tokens } = passthroughReport({
    read,
    counter: unitCounter,
    profile: 'Safe',
    outcome: 'passthrough',
    bytes: 1,
  })
  return tokens!
}

const ASK = { role: 'user', content: 'look' }
const schema = { type: 'object', properties: { name: { type: 'string' } } }
const named = { name: 'person', strict: true, schema }

describe('a schema of the answer counts like a tool definition', () => {
  test.each<[DialectName, object, object]>([
    ['openai-chat', { response_format: { type: 'json_schema', json_schema: named } }, named],
    ['openai-chat', { response_format: { type: 'json_object', schema } }, { type: 'json_object', schema }],
    ['openai-responses', { text: { format: { type: 'json_schema', ...named } } }, { type: 'json_schema', ...named }],
    [
      'anthropic-messages',
      { output_config: { format: { type: 'json_schema', schema } } },
      { type: 'json_schema', schema },
    ],
    ['anthropic-messages', { output_format: { type: 'json_schema', schema } }, { type: 'json_schema', schema }],
    ['ollama-chat', { format: schema }, schema],
    ['ollama-generate', { format: schema }, schema],
  ])('in %s: %j', (name, members, counted) => {
    const body = { messages: [ASK], input: [ASK], prompt: 'look' }
    const without = tokensOf(name, body)
    expect(without.accuracy).toBe('exact')
    const tokens = tokensOf(name, { ...body, ...members })
    expect(tokens.original - without.original).toBe(JSON.stringify(counted).length)
    expect(tokens.accuracy).toBe('approx')
  })

  test.each<[DialectName, object]>([
    ['openai-chat', { response_format: { type: 'json_object' } }],
    ['openai-responses', { text: { format: { type: 'text' }, verbosity: 'low' } }],
    ['ollama-chat', { format: 'json' }],
    ['anthropic-messages', { output_config: { effort: 'low' } }],
  ])('and there is none in %s: %j', (name, members) => {
    const body = { messages: [ASK], input: [ASK] }
    expect(tokensOf(name, { ...body, ...members })).toEqual(tokensOf(name, body))
  })
})

test('a schema brings no overhead of its own', () => {
  const json = JSON.stringify(named)
  expect(approximateCounter.schema(json)).toBeGreaterThan(0)
  expect(approximateCounter.tools(json)).toBeGreaterThan(approximateCounter.schema(json))
})

test('a request with media is approximate at best', () => {
  const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://h/a.png' } }] }
  expect(tokensOf('openai-chat', { messages: [ASK, image] })).toMatchObject({ original: 4, accuracy: 'approx' })
})

test.each<[DialectName, object]>([
  ['openai-responses', { input: [ASK, { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' }] }],
  ['openai-responses', { input: [{ type: 'compaction', encrypted_content: 'gAAAA' }, ASK] }],
  [
    'anthropic-messages',
    { messages: [ASK, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 's' }] }] },
  ],
  [
    'openai-chat',
    {
      messages: [
        ASK,
        { role: 'assistant', content: null, reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] },
      ],
    },
  ],
])('reasoning in the history of %s is not counted, and the count is approximate at best', (name, body) => {
  expect(tokensOf(name, body)).toMatchObject({ original: 4, accuracy: 'approx' })
})
