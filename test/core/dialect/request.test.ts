import { describe, expect, test } from 'vitest'
import { type DialectName, detectDialect, dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { scanJson, sourceOf, textOf } from '../../../src/core/json/index.ts'

function read(name: DialectName, body: object | string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readBody(Buffer.from(text), dialectByName(name))!
}

const MESSAGES = [{ role: 'user', content: 'Hi' }]

describe('parameters', () => {
  test.each([
    [
      'openai-chat',
      { messages: [], max_completion_tokens: 9, max_tokens: 8, temperature: 0.5, top_p: 1, seed: 7, stop: 'END', n: 2 },
      { maxTokens: 9, temperature: 0.5, topP: 1, seed: 7, stopSequences: ['END'], choiceCount: 2 },
    ],
    [
      'openai-chat',
      { messages: [], max_tokens: 8, stop: ['a', 1, 'b'], frequency_penalty: -1, presence_penalty: 1 },
      { maxTokens: 8, stopSequences: ['a', 'b'], frequencyPenalty: -1, presencePenalty: 1 },
    ],
    ['openai-chat', { messages: [], max_tokens: '8', temperature: null, stop: null, n: [1] }, {}],
    [
      'openai-responses',
      { input: '', max_output_tokens: 9, temperature: 0, top_p: 0.1 },
      { maxTokens: 9, temperature: 0, topP: 0.1 },
    ],
    [
      'anthropic-messages',
      { messages: [], max_tokens: 9, top_k: 40, stop_sequences: ['x'] },
      { maxTokens: 9, topK: 40, stopSequences: ['x'] },
    ],
    [
      'ollama-chat',
      { messages: [], temperature: 1, options: { num_predict: 9, temperature: 0.2, seed: 1, stop: ['x'] } },
      { maxTokens: 9, temperature: 0.2, seed: 1, stopSequences: ['x'] },
    ],
    ['ollama-generate', { prompt: '', options: { top_k: 3 } }, { topK: 3 }],
    ['ollama-generate', { prompt: '', options: 'none' }, {}],
    // Terms that change the price.
    ['openai-chat', { messages: [], service_tier: 'flex' }, { tier: 'flex' }],
    ['openai-chat', { messages: [], service_tier: 'a word, then more' }, {}],
    [
      'openai-responses',
      { input: '', service_tier: 'priority', background: true, background_options: { completion_window: '8h' } },
      { tier: 'priority', window: '8h' },
    ],
    ['openai-responses', { input: '', background_options: '8h', service_tier: 4 }, {}],
    [
      'anthropic-messages',
      { messages: [], service_tier: 'standard_only', speed: 'fast', inference_geo: 'us' },
      { tier: 'standard_only', speed: 'fast', place: 'us' },
    ],
  ] as const)('of %s are read from %j', (name, body, parameters) => {
    expect(read(name, body).facts.parameters).toEqual(parameters)
  })

  test('are absent where a number is not finite or stands twice', () => {
    const body = '{"messages":[],"max_tokens":1e400,"seed":1,"seed":2}'
    expect(read('openai-chat', body).facts.parameters).toEqual({})
  })
})

describe('streaming', () => {
  test.each([
    ['openai-chat', { messages: [] }, false],
    ['openai-chat', { messages: [], stream: true }, true],
    ['openai-chat', { messages: [], stream: 'true' }, false],
    ['openai-responses', { input: 'x', stream: true }, true],
    ['anthropic-messages', { messages: [], stream: true }, true],
    ['ollama-chat', { messages: [] }, true],
    ['ollama-chat', { messages: [], stream: false }, false],
    ['ollama-generate', { prompt: '' }, true],
  ] as const)('%s with %j: %s', (name, body, isStream) => {
    expect(read(name, body).facts.isStream).toBe(isStream)
  })
})

describe('what tells sessions apart', () => {
  test.each([
    [{ conversation: 'conv_1', prompt_cache_key: 'k' }, 'conv_1', false],
    [{ conversation: { id: 'conv_2' } }, 'conv_2', false],
    [{ prompt_cache_key: 'k' }, 'k', false],
    [{ previous_response_id: 'resp_1' }, undefined, true],
    [{ previous_response_id: null, conversation: null }, undefined, false],
  ])('%j', (members, key, continuesResponse) => {
    const { session } = read('openai-responses', { input: 'Hi', ...members }).facts
    expect(session).toMatchObject({ key, continuesResponse })
  })

  test.each([
    [
      'openai-chat',
      {
        messages: [
          { role: 'system', content: 's1' },
          { role: 'developer', content: [{ type: 'text', text: 's2' }] },
          { role: 'assistant', content: 'greeting' },
          ...MESSAGES,
          { role: 'system', content: 'later' },
          ...MESSAGES,
        ],
      },
      ['s1', 's2', 'Hi'],
    ],
    ['openai-responses', { input: 'Hi', instructions: 's' }, ['Hi', 's']],
    [
      'openai-responses',
      {
        input: [
          { role: 'system', content: 's' },
          { type: 'message', ...MESSAGES[0] },
        ],
      },
      ['s', 'Hi'],
    ],
    ['anthropic-messages', { messages: MESSAGES, system: 's' }, ['Hi', 's']],
    ['ollama-chat', { messages: [{ role: 'system', content: 's' }, ...MESSAGES, ...MESSAGES] }, ['s', 'Hi']],
    ['ollama-generate', { prompt: 'Hi', system: 's', suffix: 'x' }, ['Hi', 's']],
    ['openai-completions', { prompt: 'Hi', suffix: 'x' }, ['Hi']],
    ['openai-completions', { prompt: ['Hi', 'Ho'] }, ['Hi']],
    ['openai-completions', { prompt: [1, 2] }, []],
  ] as const)('%s opens with its system text and the first user text', (name, body, opening) => {
    const found = read(name, body)
    expect(found.facts.session.opening.map((node) => textOf(found.tape, node))).toEqual(opening)
  })
})

describe('the first user message', () => {
  test.each([
    ['openai-chat', { messages: [{ role: 'assistant', content: 'Welcome' }, ...MESSAGES] }],
    ['openai-responses', { input: [{ role: 'assistant', content: 'Welcome' }, ...MESSAGES] }],
    ['anthropic-messages', { messages: [{ role: 'assistant', content: 'Welcome' }, ...MESSAGES] }],
    ['ollama-chat', { messages: [{ role: 'assistant', content: 'Welcome' }, ...MESSAGES] }],
  ] as const)('of %s is no observation, even after a greeting', (name, body) => {
    expect(read(name, body).facts.blocks).toEqual([])
  })
})

describe('what is billed', () => {
  const billed = (name: DialectName, body: object) => {
    const found = read(name, body)
    return found.facts.billed.map(({ node, what }) => [what, sourceOf(found.tape, node)])
  }

  test('are arguments as text or as JSON, and the tools as they stand', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }
    const tools = [{ type: 'function' }]
    expect(billed('openai-chat', { tools, messages: [{ role: 'assistant', tool_calls: [call] }] })).toEqual([
      ['tools', '[{"type":"function"}]'],
      ['call', '"f"'],
      ['call', '"{\\"x\\":1}"'],
    ])
    const use = { type: 'tool_use', id: 'a', name: 'f', input: { x: 1.5 } }
    expect(billed('anthropic-messages', { messages: [{ role: 'assistant', content: [use] }], tools: null })).toEqual([
      ['call', '"f"'],
      ['call', '{"x":1.5}'],
    ])
  })
})

describe('the shape of a body without a path', () => {
  test.each([
    [{ input: 'x' }, 'openai-responses'],
    [{ input: [] }, 'openai-responses'],
    [{ messages: MESSAGES }, 'openai-chat'],
    [{ messages: MESSAGES, max_tokens: 5 }, 'openai-chat'],
    [{ messages: MESSAGES, system: 's' }, 'anthropic-messages'],
    [{ messages: MESSAGES, anthropic_version: 'bedrock-2023-05-31' }, 'anthropic-messages'],
    [{ messages: MESSAGES, tools: [{ name: 'f', input_schema: {} }] }, 'anthropic-messages'],
    [{ messages: [{ role: 'user', content: [{ type: 'tool_result', content: 'x' }] }] }, 'anthropic-messages'],
    [{ messages: MESSAGES, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'anthropic-messages'],
    [{ messages: MESSAGES, thinking: { type: 'enabled' } }, 'anthropic-messages'],
    [{ messages: MESSAGES, tools: [{ type: 'function', function: { name: 'f' } }] }, 'openai-chat'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'openai-chat'],
    [{ messages: MESSAGES, options: {} }, 'ollama-chat'],
    [{ messages: MESSAGES, keep_alive: '5m' }, 'ollama-chat'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ function: { arguments: {} } }] }] }, 'ollama-chat'],
    [{ prompt: 'x' }, 'ollama-generate'],
    [{ prompt: 'x', max_tokens: 1 }, 'openai-completions'],
    [{ prompt: [[1, 2]], echo: true }, 'openai-completions'],
    [{ prompt: ['x'] }, undefined],
    [{ input: 5 }, undefined],
    [{ messages: 'x' }, undefined],
    [[], undefined],
  ])('of %j is %s', (body, name) => {
    expect(detectDialect(scanJson(Buffer.from(JSON.stringify(body)))!)?.name).toBe(name)
  })
})

describe('bodies that are hard to read', () => {
  test.each([
    ['escaped member names and roles', '{"messages":[{"r\\u006fle":"t\\u006fol","c\\u006fntent":"x"}]}', 1],
    ['white space everywhere', ' {\n"messages" : [ { "role" : "tool" ,\t"content" : "x" } ] }\r\n', 1],
    ['messages said twice', '{"messages":[],"messages":[{"role":"tool","content":"x"}]}', undefined],
    ['an error mark said twice', '{"messages":[{"role":"tool","is_error":false,"is_error":true,"content":"x"}]}', 0],
    ['an error mark that is not a boolean', '{"messages":[{"role":"tool","is_error":"yes","content":"x"}]}', 0],
    [
      'messages that are not objects',
      '{"messages":[null,1,"x",[],{"role":7,"content":"x"},{"role":"tool","content":{}}]}',
      0,
    ],
  ])('%s', (_, body, blocks) => {
    expect(readBody(Buffer.from(body), dialectByName('openai-chat'))?.facts.blocks.length).toBe(blocks)
  })

  test('gives the offsets of bytes, whatever characters stand before', () => {
    const found = read('openai-chat', { messages: [{ role: 'tool', name: '日本🙂', content: 'é \ud800 "x"' }] })
    const [block] = found.facts.blocks
    const literal = Buffer.from(found.body.subarray(block!.start, block!.end)).toString()
    expect(literal).toBe('"é \\ud800 \\"x\\""')
    expect(block!.tool).toBe('日本🙂')
  })
})
