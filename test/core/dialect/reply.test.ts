/** What replies say beside their usage: calls, diagnoses, tiers. Whole replies and streams say the same. */

import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName, type ReplyFacts } from '../../../src/core/dialect/index.ts'

function whole(name: DialectName, reply: object): ReplyFacts {
  return dialectByName(name).reply(reply)
}

function streamed(name: DialectName, ...events: readonly object[]): ReplyFacts {
  const reader = dialectByName(name).streamReader()
  for (const event of events) reader.event(JSON.stringify(event))
  return reader.facts()
}

describe('PC-21: calls of the client’s tools in an Anthropic reply', () => {
  const program = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' }
  const content = [
    { type: 'text', text: 'Let me look.' },
    { type: 'tool_use', id: 'toolu_1', name: 'get_pods', input: { all: true } },
    { type: 'tool_use', id: 'toolu_2', name: 'shell', input: {}, caller: { type: 'direct' } },
    { type: 'tool_use', id: 'toolu_3', name: 'query', input: {}, caller: program },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'code_execution', input: {} },
    { type: 'tool_use', id: 7, name: 'query' },
    { type: 'tool_use', id: 'toolu_4', name: 'query', caller: 'someone' },
  ]
  const calls = [
    { id: 'toolu_1', tool: 'get_pods', isDirect: true },
    { id: 'toolu_2', tool: 'shell', isDirect: true },
    { id: 'toolu_3', tool: 'query', isDirect: false },
    { id: 'toolu_4', tool: 'query', isDirect: false },
  ]

  test('are read from a whole reply', () => {
    expect(whole('anthropic-messages', { content }).calls).toEqual(calls)
  })

  test('are read from a stream', () => {
    const starts = content.map((content_block, index) => ({ type: 'content_block_start', index, content_block }))
    const end = { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } }
    const facts = streamed('anthropic-messages', { type: 'message_start', message: { id: 'msg_1' } }, ...starts, end)
    expect(facts).toEqual({ id: 'msg_1', calls, finishReasons: ['tool_use'], usage: { output: 5 } })
  })

  test('are absent from a reply without any', () => {
    expect(whole('anthropic-messages', { content: content.slice(0, 1) })).toEqual({})
  })
})

describe('PC-21: calls of the client’s tools in a Responses reply', () => {
  const program = { type: 'program', caller_id: 'prog_1' }
  const output = [
    { type: 'reasoning', id: 'rs_1', summary: [] },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'get_pods', arguments: '{}', caller: null },
    { type: 'custom_tool_call', call_id: 'call_2', name: 'grep', input: 'x', caller: program },
    { type: 'shell_call', id: 'sh_1', call_id: 'call_3', action: { commands: ['ls'] }, environment: { type: 'local' } },
    { type: 'shell_call', id: 'sh_2', call_id: 'call_6', environment: { type: 'container_reference' } },
    { type: 'local_shell_call', id: 'lsh_1', call_id: 'call_4', action: { command: ['ls'] } },
    { type: 'apply_patch_call', id: 'apc_1', call_id: 'call_5', operation: {}, caller: { type: 'novel' } },
    { type: 'mcp_call', id: 'mcp_1', name: 'search', arguments: '{}', output: 'x' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: '"type":"function_call"' }] },
  ]
  const calls = [
    { id: 'call_1', tool: 'get_pods', isDirect: true },
    { id: 'call_2', tool: 'grep', isDirect: false },
    { id: 'call_3', tool: 'shell', isDirect: true },
    { id: 'call_4', tool: 'local_shell', isDirect: true },
    { id: 'call_5', tool: 'apply_patch', isDirect: false },
  ]

  test('are read from a whole reply', () => {
    expect(whole('openai-responses', { output }).calls).toEqual(calls)
  })

  test('are read from the last event of a stream', () => {
    const response = { id: 'resp_1', status: 'completed', output }
    expect(streamed('openai-responses', { type: 'response.completed', response }).calls).toEqual(calls)
  })

  test('are read from the items of a stream that leaves its last event’s output empty, each once', () => {
    const items = output.flatMap((item, output_index) => [
      { type: 'response.output_item.added', output_index, item },
      { type: 'response.output_item.done', output_index, item },
    ])
    const end = { type: 'response.completed', response: { id: 'resp_1', output: [] } }
    expect(streamed('openai-responses', ...items, end).calls).toEqual(calls)
    expect(streamed('openai-responses', ...items).calls).toEqual(calls)
  })
})

describe('a reply of a hostile upstream', () => {
  const call = (id: string, name = 'tool') => ({ type: 'tool_use', id, name })

  test('has 256 calls at most', () => {
    const content = Array.from({ length: 10_000 }, (_, index) => call(`toolu_${index}`))
    expect(whole('anthropic-messages', { content }).calls).toHaveLength(256)
  })

  test('has no call with a very long id or name, or without one', () => {
    const content = [call('x'.repeat(513)), call('a', 'x'.repeat(513)), call('', 'tool'), call('b', '')]
    expect(whole('anthropic-messages', { content }).calls).toBeUndefined()
  })

  test('has 1,000 transformations at most', () => {
    const input_transformations = Array.from({ length: 5000 }, () => ({ type: 'thinking_dropped' }))
    expect(whole('anthropic-messages', { input_transformations }).transformations).toHaveLength(1000)
  })
})

const DROPPED = { type: 'thinking_dropped', path: 'messages.1.content.0', reason: 'prefix_binding_mismatch' }
const ALLOWED = { ...DROPPED, type: 'thinking_mismatch_allowed' }

describe('PC-6: input transformations', () => {
  test.each([
    [DROPPED, { kind: 'dropped', reason: 'prefix_binding_mismatch' }],
    [ALLOWED, { kind: 'allowed', reason: 'prefix_binding_mismatch' }],
    [
      { ...DROPPED, reason: 'the user said hello' },
      { kind: 'dropped', reason: 'other' },
    ],
    [
      { type: 'novel', reason: 'model_binding_mismatch' },
      { kind: 'other', reason: 'model_binding_mismatch' },
    ],
    [
      { type: 'toString', reason: 7 },
      { kind: 'other', reason: 'other' },
    ],
    [null, { kind: 'other', reason: 'other' }],
  ])('of Anthropic: %j', (entry, read) => {
    const message = { input_transformations: [entry] }
    expect(whole('anthropic-messages', message).transformations).toEqual([read])
    expect(streamed('anthropic-messages', { type: 'message_start', message }).transformations).toEqual([read])
  })

  test.each([
    ['prefix_mismatch', 'prefix_mismatch'],
    ['turn_boundary', 'turn_boundary'],
    ['a new one', 'other'],
  ])('of OpenAI: %s', (reason, read) => {
    const response = { input_transformations: [{ type: 'reasoning', id: 'rs_1', action: 'removed', reason }] }
    const expected = [{ kind: 'removed', reason: read }]
    expect(whole('openai-responses', response).transformations).toEqual(expected)
    expect(streamed('openai-responses', { type: 'response.completed', response }).transformations).toEqual(expected)
  })

  test('of a fallback in mid-stream replace the first ones', () => {
    const start = { type: 'message_start', message: { input_transformations: [DROPPED, DROPPED] } }
    const delta = { type: 'message_delta', delta: {} }
    expect(streamed('anthropic-messages', start, delta).transformations).toHaveLength(2)
    const replaced = streamed('anthropic-messages', start, { ...delta, input_transformations: [ALLOWED] })
    expect(replaced.transformations).toEqual([{ kind: 'allowed', reason: 'prefix_binding_mismatch' }])
  })

  test('an empty list says that there are none; no list says nothing', () => {
    expect(whole('anthropic-messages', { input_transformations: [] }).transformations).toEqual([])
    expect(whole('anthropic-messages', { input_transformations: null }).transformations).toBeUndefined()
    expect(whole('openai-responses', {}).transformations).toBeUndefined()
  })
})

describe('the provider’s own diagnosis of its cache', () => {
  test.each([
    [
      { type: 'messages_changed', cache_missed_input_tokens: 9000 },
      { reason: 'messages_changed', tokens: 9000 },
    ],
    [{ type: 'unavailable' }, { reason: 'unavailable' }],
    [{ type: 'novel', cache_missed_input_tokens: -4 }, { reason: 'other' }],
    [null, undefined],
  ])('Anthropic: %j', (cache_miss_reason, cacheMiss) => {
    const message = { diagnostics: { cache_miss_reason } }
    expect(whole('anthropic-messages', message).cacheMiss).toEqual(cacheMiss)
    expect(streamed('anthropic-messages', { type: 'message_start', message }).cacheMiss).toEqual(cacheMiss)
  })

  test.each([
    [
      { type: 'cache_miss', reason: 'input_changed', cache_missed_tokens: 700, comparison_reusable_tokens: 900 },
      { reason: 'input_changed', tokens: 700 },
    ],
    [{ type: 'cache_miss', reason: 'the user said hello' }, { reason: 'other' }],
    [{ type: 'comparison_response_not_found' }, { reason: 'comparison_response_not_found' }],
    [{ type: 'cache_hit' }, undefined],
    [undefined, undefined],
  ])('OpenAI: %j', (prompt_cache_diagnostics, cacheMiss) => {
    const response = { prompt_cache_diagnostics }
    expect(whole('openai-responses', response).cacheMiss).toEqual(cacheMiss)
    expect(streamed('openai-responses', { type: 'response.completed', response }).cacheMiss).toEqual(cacheMiss)
  })
})

describe('PC-36: tier, speed and place come from the reply', () => {
  test('Anthropic', () => {
    const usage = { input_tokens: 1, service_tier: 'priority', speed: 'fast', inference_geo: 'us' }
    const said = { tier: 'priority', speed: 'fast', place: 'us' }
    expect(whole('anthropic-messages', { usage })).toMatchObject(said)
    const end = { type: 'message_delta', delta: {}, usage: { output_tokens: 2 } }
    expect(streamed('anthropic-messages', { type: 'message_start', message: { usage } }, end)).toMatchObject(said)
  })

  test('OpenAI', () => {
    const response = { service_tier: 'flex' }
    expect(whole('openai-responses', response).tier).toBe('flex')
    expect(streamed('openai-responses', { type: 'response.completed', response }).tier).toBe('flex')
    expect(whole('openai-chat', response).tier).toBe('flex')
    expect(streamed('openai-chat', { id: 'c', model: 'm', service_tier: 'flex', choices: [] }).tier).toBe('flex')
  })

  test('Mistral', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, service_tier: 'priority' }
    expect(whole('openai-chat', { usage }).tier).toBe('priority')
    expect(streamed('openai-chat', { id: 'c', choices: [] }, { choices: [], usage }).tier).toBe('priority')
  })

  test.each([null, '', 7, 'the user said hello', 'x'.repeat(101)])('%j is no tier', (service_tier) => {
    expect(whole('openai-chat', { service_tier })).toEqual({})
    expect(whole('anthropic-messages', { usage: { service_tier, speed: service_tier } })).toEqual({})
  })
})
