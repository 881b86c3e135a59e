/** Every dialect finds the call of a result: by id, or, where there is none, by order. */

import { expect, test } from 'vitest'
import { type DialectName, dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { sourceOf } from '../../../src/core/json/index.ts'

const ask = { role: 'user', content: 'look' }
const arguments_ = (path: string): string => JSON.stringify({ path })
const chatCall = (id: string, path: string): object => ({
  id,
  type: 'function',
  function: { name: 'show', arguments: arguments_(path) },
})

const REQUESTS: readonly (readonly [what: string, name: DialectName, request: object])[] = [
  [
    'ids in chat completions',
    'openai-chat',
    {
      model: 'm',
      messages: [
        ask,
        { role: 'assistant', tool_calls: [chatCall('1', 'a.ts'), chatCall('2', 'b.ts')] },
        { role: 'tool', tool_call_id: '2', content: 'b' },
        { role: 'tool', tool_call_id: '1', content: 'a' },
      ],
    },
  ],
  [
    'custom tools in chat completions',
    'openai-chat',
    {
      model: 'm',
      messages: [
        ask,
        {
          role: 'assistant',
          tool_calls: ['b', 'a'].map((name) => ({
            id: name,
            type: 'custom',
            custom: { name: 'show', input: `${name}.ts` },
          })),
        },
        { role: 'tool', tool_call_id: 'b', content: 'b' },
        { role: 'tool', tool_call_id: 'a', content: 'a' },
      ],
    },
  ],
  [
    'a function role',
    'openai-chat',
    {
      model: 'm',
      messages: [
        ask,
        { role: 'assistant', function_call: { name: 'show', arguments: arguments_('b.ts') } },
        { role: 'function', name: 'show', content: 'b' },
        { role: 'assistant', function_call: { name: 'show', arguments: arguments_('a.ts') } },
        { role: 'function', name: 'show', content: 'a' },
      ],
    },
  ],
  [
    'Anthropic',
    'anthropic-messages',
    {
      model: 'm',
      messages: [
        ask,
        {
          role: 'assistant',
          content: ['1a', '2b'].map((id) => ({ type: 'tool_use', id, name: 'show', input: { path: `${id[1]}.ts` } })),
        },
        { role: 'user', content: ['2b', '1a'].map((id) => ({ type: 'tool_result', tool_use_id: id, content: id[1] })) },
      ],
    },
  ],
  [
    'Responses',
    'openai-responses',
    {
      model: 'm',
      input: [
        ask,
        { type: 'function_call', call_id: '1', name: 'show', arguments: arguments_('a.ts') },
        { type: 'custom_tool_call', call_id: '2', name: 'show', input: 'b.ts' },
        { type: 'custom_tool_call_output', call_id: '2', output: 'b' },
        { type: 'function_call_output', call_id: '1', output: 'a' },
      ],
    },
  ],
  [
    'Ollama, by order',
    'ollama-chat',
    {
      model: 'm',
      messages: [
        ask,
        {
          role: 'assistant',
          tool_calls: ['b', 'a'].map((name) => ({ function: { name: 'show', arguments: { path: `${name}.ts` } } })),
        },
        { role: 'tool', tool_name: 'show', content: 'b' },
        { role: 'tool', tool_name: 'show', content: 'a' },
      ],
    },
  ],
]

test.each(REQUESTS)('%s', (_what, name, request) => {
  const read = readBody(Buffer.from(JSON.stringify(request)), dialectByName(name))
  const calls = read?.facts.blocks.map(({ callNode }) => callNode !== undefined && sourceOf(read.tape, callNode))
  expect(calls).toEqual([expect.stringContaining('b.ts'), expect.stringContaining('a.ts')])
})

test('a result without its call has none', () => {
  const request = {
    model: 'm',
    messages: [ask, { role: 'tool', tool_call_id: '1', content: 'a' }, { role: 'tool', content: 'b' }],
  }
  const read = readBody(Buffer.from(JSON.stringify(request)), dialectByName('openai-chat'))
  expect(read?.facts.blocks.map(({ callNode }) => callNode)).toEqual([undefined, undefined])
})

test('each of twenty thousand results without ids is that of the next call of its message', () => {
  const many = (count: number, one: string): string => Array(count).fill(one).join()
  const calls = many(30_000, '{"function":{"name":"f","arguments":{}}}')
  const results = many(20_000, '{"role":"tool","tool_name":"f","content":"a"}')
  const body = `{"model":"m","messages":[{"role":"assistant","tool_calls":[${calls}]},${results}]}`
  const read = readBody(Buffer.from(body), dialectByName('ollama-chat'))
  const found = read?.facts.blocks.map(({ callNode }) => callNode ?? -1) ?? []
  expect(found).toHaveLength(20_000)
  expect(found.every((node, at) => at === 0 || node > (found[at - 1] ?? 0))).toBe(true)
})
