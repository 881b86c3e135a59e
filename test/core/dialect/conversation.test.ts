/** The facts of a request that decide how far its history is bound: reasoning, the last turn, dropped content, threads. */

import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName, type RequestFacts, readBody } from '../../../src/core/dialect/index.ts'

function factsOf(name: DialectName, body: object): RequestFacts {
  return readBody(Buffer.from(JSON.stringify(body)), dialectByName(name))!.facts
}

const ASK = { role: 'user', content: 'look' }
const THINKING = { type: 'thinking', thinking: '', signature: 's' }
const USE = { type: 'tool_use', id: 'a', name: 'show', input: {} }
const RESULT = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'pods' }] }
const chatCall = (members: object): object => ({ id: 'a', type: 'function', ...members })

function pathsOf(name: DialectName, body: object): readonly string[] {
  return factsOf(name, body).reasoning.map(({ path }) => path)
}

describe('PC-2: reasoning', () => {
  test('of Anthropic stands in thinking, redacted thinking and compaction, in body order', () => {
    const messages = [
      { role: 'assistant', content: [{ type: 'compaction', content: 'summary', signature: 's' }] },
      ASK,
      { role: 'assistant', content: [THINKING, USE] },
      RESULT,
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'so' },
          { type: 'redacted_thinking', data: 'd' },
        ],
      },
    ]
    const paths = ['messages[0].content[0]', 'messages[2].content[0]', 'messages[4].content[1]']
    expect(pathsOf('anthropic-messages', { messages })).toEqual(paths)
  })

  test.each([
    [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'e' }],
    [{ type: 'compaction', encrypted_content: 'e' }],
    [{ type: 'compaction_summary', encrypted_content: 'e' }],
    [{ type: 'item_reference', id: 'rs_1' }],
    [{ id: 'rs_1' }],
  ])('of Responses may be the item %j', (item) => {
    expect(pathsOf('openai-responses', { input: [ASK, item, ASK] })).toEqual(['input[1]'])
  })

  test.each([
    [{ reasoning_details: [{ type: 'reasoning.encrypted', data: 'd' }] }],
    [{ thinking_blocks: [THINKING] }],
    [{ reasoning_opaque: 'o' }],
    [{ content: [THINKING] }],
    [{ extra_content: { google: { thought_signature: 's' } } }],
    [{ tool_calls: [chatCall({ extra_content: { google: { thought_signature: 's' } } })] }],
    [{ tool_calls: [chatCall({ provider_specific_fields: { thought_signature: 's' } })] }],
    [{ tool_calls: [chatCall({ function: { name: 'f', arguments: '{}', thoughtSignature: 's' } })] }],
  ])('of a chat message is signed in %j', (members) => {
    const messages = [ASK, { role: 'assistant', content: 'so', ...members }, ASK]
    expect(pathsOf('openai-chat', { messages })).toEqual(['messages[1]'])
    expect(pathsOf('ollama-chat', { messages })).toEqual(['messages[1]'])
  })

  test.each([
    ['openai-chat', { messages: [ASK, { role: 'assistant', content: 'so', reasoning_content: 'plain' }] }],
    ['openai-chat', { messages: [{ ...ASK, reasoning_details: [{ data: 'd' }] }] }],
    ['openai-chat', { messages: [ASK, { role: 'assistant', reasoning_details: [], thinking_blocks: null }] }],
    ['openai-chat', { messages: [ASK, { role: 'assistant', tool_calls: [chatCall({ signature: 's' })] }] }],
    ['anthropic-messages', { messages: [ASK, { role: 'assistant', content: [USE] }, RESULT] }],
    ['openai-responses', { input: [ASK, { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }] }],
    ['openai-responses', { input: 'text' }],
    ['ollama-chat', { messages: [ASK, { role: 'assistant', content: 'so', thinking: 'plain' }] }],
    ['ollama-generate', { prompt: 'x' }],
  ] as const)('is not in %s %j', (name, body) => {
    expect(factsOf(name, body).reasoning).toEqual([])
  })
})

describe('PC-2: the last turn of the model', () => {
  const call = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' }
  const output = { type: 'function_call_output', call_id: 'a', output: 'pods' }
  test.each<[DialectName, object, number]>([
    ['anthropic-messages', { messages: [ASK, { role: 'assistant', content: [USE] }, RESULT] }, 1],
    [
      'anthropic-messages',
      { messages: [ASK, { role: 'assistant', content: [USE] }, RESULT, { role: 'assistant', content: 'x' }, RESULT] },
      1,
    ],
    ['anthropic-messages', { messages: [RESULT], thread: { type: 'continue' }, tools: [{ name: 'show' }] }, 1],
    ['openai-chat', { messages: [ASK, { role: 'assistant' }, { role: 'tool', content: 'pods' }] }, 1],
    ['ollama-chat', { messages: [ASK, { role: 'assistant' }, { role: 'tool', content: 'pods' }] }, 1],
    ['openai-chat', { messages: [ASK, { role: 'tool', content: 'pods' }, { role: 'assistant', content: 'so' }] }, 0],
    ['anthropic-messages', { messages: [RESULT, ASK, RESULT, { role: 'assistant', content: 'so' }] }, 0],
    ['openai-responses', { input: [ASK, call, output] }, 1],
    ['openai-responses', { input: [ASK, call, output, { type: 'mcp_call', output: 'x' }] }, 0],
    ['openai-responses', { input: [ASK, call, output, { type: 'reasoning', summary: [] }] }, 0],
    ['openai-responses', { input: [ASK, call, output, { type: 'program_output', result: 'x' }] }, 0],
    ['openai-responses', { input: [ASK, call, output, { type: 'item_reference', id: 'i' }] }, 0],
    ['openai-responses', { input: [ASK, call, output, { type: 'compaction_trigger' }] }, 1],
    ['openai-responses', { input: [ASK, call, output, { type: 'additional_tools', role: 'developer' }] }, 1],
    ['openai-responses', { input: [ASK, call, output, { type: 'mcp_approval_response', approve: true }] }, 1],
  ])('%s %j leaves %i new blocks', (name, body, fresh) => {
    const { blocks, lastAssistant } = factsOf(name, body)
    expect(blocks.filter(({ node }) => node > lastAssistant)).toHaveLength(fresh)
  })

  test.each<[DialectName, object]>([
    ['anthropic-messages', { messages: [ASK] }],
    ['openai-responses', { input: 'x' }],
    ['ollama-generate', { prompt: 'x' }],
  ])('%s %j has none', (name, body) => {
    expect(factsOf(name, body).lastAssistant).toBe(-1)
  })
})

describe('PC-22: what the provider may take away', () => {
  const edits = (...types: string[]): object => ({ context_management: { edits: types.map((type) => ({ type })) } })
  test.each([
    [{}, false],
    [edits(), false],
    [edits('clear_thinking_20251015'), false],
    [edits('clear_thinking_20251015', 'clear_tool_uses_20250919'), true],
    [edits('compact_20260112'), true],
    [edits('an_edit_of_tomorrow'), true],
    [{ context_management: null }, false],
    [{ context_management: { edits: 'all' } }, true],
    [{ context_management: [{ type: 'compaction', compact_threshold: 1000 }] }, true],
    [{ context_management: [] }, false],
    [{ truncation: 'auto' }, true],
    [{ truncation: 'disabled' }, false],
    [{ truncation: null }, false],
    [{ transforms: ['middle-out'] }, true],
    [{ transforms: [] }, false],
  ])('by %j: %s', (members, mayDrop) => {
    for (const name of ['anthropic-messages', 'openai-chat', 'openai-responses'] as const) {
      expect(factsOf(name, { messages: [ASK], input: 'x', ...members }).context.mayDrop).toBe(mayDrop)
    }
  })

  test('counts as said when it is said twice', () => {
    const body = '{"input":"x","truncation":"disabled","truncation":"auto"}'
    expect(readBody(Buffer.from(body), dialectByName('openai-responses'))?.facts.context.mayDrop).toBe(true)
  })

  test('is told where a summary stands for earlier messages', () => {
    const summary = { type: 'compaction', content: 'so far' }
    const messages = [{ role: 'assistant', content: [summary] }, ASK, { role: 'assistant', content: [USE] }, RESULT]
    for (const [name, body, blocksBefore] of [
      ['anthropic-messages', { messages: [ASK, { role: 'assistant', content: [USE] }, RESULT, ...messages] }, 1],
      ['anthropic-messages', { messages }, 0],
      ['openai-responses', { input: [ASK, { type: 'compaction', encrypted_content: 'e' }, ASK] }, 0],
      ['openai-chat', { messages: [ASK, { role: 'assistant', content: [summary] }] }, 0],
    ] as const) {
      const { context, blocks } = factsOf(name, body)
      expect(context.compactions).toHaveLength(1)
      expect(blocks.filter(({ node }) => node < context.compactions[0]!)).toHaveLength(blocksBefore)
    }
  })
})

describe('PC-32: a thread', () => {
  test.each([
    [{ type: 'create' }, { kind: 'create', previous: undefined }, false],
    [{ type: 'continue', previous_message_id: 'msg_1' }, { kind: 'continue', previous: 'msg_1' }, true],
    [{ type: 'continue' }, { kind: 'continue', previous: undefined }, true],
    [{ type: 'fork' }, undefined, false],
    [null, undefined, false],
  ])('of %j is %j', (thread, expected, continues) => {
    const facts = factsOf('anthropic-messages', { messages: [ASK], thread })
    expect(facts.thread).toEqual(expected)
    expect(facts.session.continuesResponse).toBe(continues)
  })
})
