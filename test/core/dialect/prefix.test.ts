import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName, type Prefix, readBody } from '../../../src/core/dialect/index.ts'
import { sourceOf } from '../../../src/core/json/index.ts'

const text = (value: string, members: object = {}): object => ({ type: 'text', text: value, ...members })
const mark = { cache_control: { type: 'ephemeral' } }
const documentOf = (page: object): object => ({ type: 'document', source: { type: 'content', content: [page] } })

const anthropic = {
  model: 'claude-sonnet-5',
  messages: [
    { role: 'user', content: [text('question'), text('more')] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'look', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [text('found')] }] },
  ],
  system: [text('be brief'), text('be kind')],
  tools: [{ name: 'look', input_schema: {} }],
}

const chat = {
  messages: [
    { role: 'system', content: [text('be brief')] },
    { role: 'developer', content: 'be kind' },
    { role: 'user', content: 'question' },
    { role: 'assistant', content: null, tool_calls: [] },
    { role: 'system', content: 'hurry' },
  ],
  tools: [{ type: 'function', function: { name: 'look' } }],
  response_format: { type: 'json_object' },
}

const responses = {
  instructions: 'be brief',
  input: [
    { role: 'developer', content: [{ type: 'input_text', text: 'be kind' }] },
    { role: 'user', content: [{ type: 'input_text', text: 'question' }] },
    { type: 'function_call', call_id: 'a', name: 'look', arguments: '{}' },
    { type: 'function_call_output', call_id: 'a', output: [{ type: 'input_text', text: 'found' }] },
  ],
  tools: [{ type: 'function', name: 'look' }],
}

describe('the prefix of a request', () => {
  test.each([
    [
      'anthropic-messages',
      anthropic,
      ['tools[0]', 'system[0]', 'system[1]'],
      ['messages[0]', 'messages[1]', 'messages[2]'],
    ],
    [
      'openai-chat',
      chat,
      ['tools[0]', 'response_format', 'messages[0]', 'messages[1]'],
      ['messages[2]', 'messages[3]', 'messages[4]'],
    ],
    ['openai-responses', responses, ['tools[0]', 'instructions', 'input[0]'], ['input[1]', 'input[2]', 'input[3]']],
  ] as const)('of %s stands in the order in which the provider reads it', (name, body, shared, messages) => {
    const { parts, sharedParts } = prefixOf(name, body)
    expect(parts.slice(0, sharedParts).map(({ path }) => path)).toEqual(shared)
    expect(parts.slice(sharedParts).map(({ path }) => path)).toEqual(messages)
  })

  test.each([
    ['anthropic-messages', anthropic, 'messages[2]', anthropic.messages[2]?.content[0]],
    ['anthropic-messages', anthropic, 'system[1]', anthropic.system[1]],
    ['openai-chat', chat, 'messages[0]', chat.messages[0]?.content?.[0]],
    ['openai-responses', responses, 'input[3]', responses.input[3]?.output?.[0]],
  ] as const)('of %s knows the last block of %#', (name, body, path, block) => {
    const read = readOf(name, body)
    const part = prefixOf(name, body).parts.find((found) => found.path === path)
    expect(JSON.parse(sourceOf(read.tape, part!.lastBlock))).toEqual(block)
  })

  test.each([
    ['gpt-5.6', true],
    ['gpt-6.1-sol', true],
    ['gpt-6-astra', true],
    ['gpt-6.2-astra', false],
    ['openai/gpt-6.10', false],
    ['gpt-7', false],
    ['my-gpt-6.2', true],
  ])('of %s has instructions in it: %s', (model, isCached) => {
    const { parts } = prefixOf('openai-responses', { ...responses, model })
    expect(parts.map(({ path }) => path).includes('instructions')).toBe(isCached)
  })

  test('has no last block where content is a plain string', () => {
    const parts = prefixOf('openai-chat', chat).parts.filter(({ lastBlock }) => lastBlock >= 0)
    expect(parts.map(({ path }) => path)).toEqual(['messages[0]'])
    expect(prefixOf('openai-responses', { input: 'question' }).parts).toMatchObject([{ path: 'input', lastBlock: -1 }])
    expect(prefixOf('anthropic-messages', { messages: [{ role: 'user', content: [] }] }).parts[0]?.lastBlock).toBe(-1)
  })

  test('knows whether the model has spoken', () => {
    expect(prefixOf('anthropic-messages', anthropic).hasAssistantTurn).toBe(true)
    expect(prefixOf('anthropic-messages', { messages: anthropic.messages.slice(0, 1) }).hasAssistantTurn).toBe(false)
    expect(prefixOf('openai-chat', { messages: chat.messages.slice(0, 3) }).hasAssistantTurn).toBe(false)
    expect(prefixOf('openai-responses', { input: responses.input.slice(0, 2) }).hasAssistantTurn).toBe(false)
    expect(prefixOf('openai-responses', responses).hasAssistantTurn).toBe(true)
    const prefilled = [...anthropic.messages.slice(0, 1), { role: 'assistant', content: 'It is' }]
    expect(prefixOf('anthropic-messages', { messages: prefilled }).hasAssistantTurn).toBe(false)
    const reference = [{ type: 'item_reference', id: 'a' }]
    expect(prefixOf('openai-responses', { input: reference }).hasAssistantTurn).toBe(false)
  })

  test.each([
    ['anthropic-messages', anthropic],
    ['openai-chat', chat],
    ['openai-responses', responses],
  ] as const)('of %s is not marked when its client marked nothing', (name, body) => {
    expect(prefixOf(name, body).isMarked).toBe(false)
  })

  test.each([
    ['anthropic-messages', { ...anthropic, ...mark }],
    ['anthropic-messages', { ...anthropic, cache_control: null }],
    ['anthropic-messages', { ...anthropic, tools: [{ name: 'look', ...mark }] }],
    ['anthropic-messages', { ...anthropic, system: [text('be brief', mark), text('be kind')] }],
    ['anthropic-messages', { ...anthropic, messages: [{ role: 'user', content: [text('question', mark)] }] }],
    [
      'anthropic-messages',
      { messages: [{ role: 'user', content: [{ type: 'tool_result', content: [text('found', mark)] }] }] },
    ],
    ['openai-chat', { ...chat, prompt_cache_key: 'mine' }],
    ['openai-chat', { ...chat, prompt_cache_retention: '24h' }],
    ['openai-chat', { ...chat, prompt_cache_options: { mode: 'implicit' } }],
    ['openai-chat', { messages: [{ role: 'user', content: [text('q', { prompt_cache_breakpoint: {} })] }] }],
    ['openai-chat', { messages: [{ role: 'user', content: [text('q', mark)] }] }],
    ['openai-chat', { messages: [{ role: 'user', content: 'q', ...mark }] }],
    ['openai-responses', { input: [{ role: 'user', content: [text('q', { prompt_cache_breakpoint: {} })] }] }],
    ['openai-responses', { input: [{ type: 'function_call_output', output: [text('q', mark)] }] }],
    ['openai-responses', { input: 'q', prompt_cache_key: 'mine' }],
    ['anthropic-messages', { ...anthropic, system: text('be brief', mark) }],
    ['anthropic-messages', { ...anthropic, tools: [{ type: 'mcp_toolset', configs: { look: mark } }] }],
    ['anthropic-messages', { messages: [{ role: 'user', content: [documentOf(text('page', mark))] }] }],
    [
      'anthropic-messages',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'tool_result', content: [documentOf({ content: [text('page', mark)] })] }],
          },
        ],
      },
    ],
    ['openai-chat', { ...chat, tools: [{ type: 'function', function: { name: 'look', ...mark } }] }],
    ['openai-chat', { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', ...mark }] }] }],
  ] as const)('of %s is marked by its client: %#', (name, body) => {
    expect(prefixOf(name, body).isMarked).toBe(true)
  })

  test('is marked however the mark is spelled', () => {
    for (const member of ['"cache\\u005fcontrol":null', '"cache_control" \n : null']) {
      const source = `{"messages":[{"role":"user","content":[{"type":"text","text":"q",${member}}]}]}`
      expect(prefixOf('anthropic-messages', source).isMarked).toBe(true)
    }
  })

  test('takes a word about caching in a text for a text', () => {
    for (const words of [
      '"cache_control"',
      '"cache_control":',
      'cache_control',
      '{"cache_control":{"type":"ephemeral"}}',
    ]) {
      const grep = { type: 'tool_use', name: 'grep', input: { pattern: words } }
      const body = { messages: [{ role: 'user', content: [text(words), text(JSON.stringify(words)), grep] }] }
      expect(prefixOf('anthropic-messages', body).isMarked).toBe(false)
    }
  })
})

function readOf(name: DialectName, body: object | string) {
  const source = typeof body === 'string' ? body : JSON.stringify(body, null, 1)
  return readBody(Buffer.from(source), dialectByName(name))!
}

function prefixOf(name: DialectName, body: object | string): Prefix {
  return readOf(name, body).prefix!
}
