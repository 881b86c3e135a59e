/** The contract by which gateways call a compressor at `/v1/compress`: rows and counts in, as many rows and counts out. */

import { describe, expect } from 'vitest'
import { wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { testOfOneEdge as test } from '../../support/wire.ts'

interface Answer {
  readonly request: { readonly messages?: unknown }
  readonly report: { outcome: string; tokens: { original: number; sent: number; saved: number }; techniques: object }
  readonly messages?: readonly unknown[]
}

const ROWS = Array.from({ length: 30 }, (_, id) => ({ id, name: `item ${id}`, price: id * 1.5 }))
const LIST = JSON.stringify(ROWS, null, 4)

async function compress(edge: Edge, body: unknown, query = ''): Promise<Answer> {
  const reply = await edge.post(`/v1/compress${query}`, typeof body === 'string' ? body : JSON.stringify(body))
  expect(reply.status).toBe(200)
  return (await reply.json()) as Answer
}

/** A call as LiteLLM's, Kong's and Portkey's plugins make it. */
function compressRows(edge: Edge, messages: readonly unknown[]): Promise<Answer> {
  return compress(edge, { messages, model: 'gpt-4o', config: { mode: 'ccr', protect_recent: 4 } })
}

test('one answer has the request, the report, and the members that gateways read', async ({ edge }) => {
  const { request, report, messages, ...counts } = await compress(edge, wordyBody())
  expect(messages).toEqual(request.messages)
  const { original, sent, saved } = report.tokens
  expect(counts).toEqual({
    tokens_before: original,
    tokens_after: sent,
    tokens_saved: saved,
    compression_ratio: sent / original,
    transforms_applied: Object.keys(report.techniques),
    ccr_hashes: [],
  })
  expect(saved).toBeGreaterThan(0)
})

describe('every row comes back in its place, changed in nothing but the text of a tool result', () => {
  const user = { role: 'user', content: 'Which items are there?' }
  const call = { id: 'a', type: 'function', function: { name: 'list', arguments: '{}' } }
  const assistant = { role: 'assistant', content: null, tool_calls: [call] }
  const tool = { role: 'tool', tool_call_id: 'a', content: LIST }
  const parts = [{ type: 'text', text: LIST, cache_control: { type: 'ephemeral' } }, { type: 'image_url' }]
  test.for<readonly [string, readonly unknown[], number]>([
    ['a whole conversation', [{ role: 'system', content: 'Be brief.' }, user, assistant, tool], 1],
    ['a result that comes first, without its call', [tool, user], 1],
    ['results alone', [tool, { ...tool, tool_call_id: 'b' }], 2],
    ['several results of one call', [user, assistant, tool, tool], 2],
    ['a result without an id', [user, { role: 'tool', content: LIST }], 1],
    ['a result in parts', [user, { ...tool, content: parts }], 1],
    ['a result in several texts', [user, { ...tool, content: [parts[0], parts[0]] }], 2],
    ['a result of the older function role', [user, { role: 'function', name: 'list', content: LIST }], 1],
    ['results without text', [user, { ...tool, content: null }, { ...tool, content: [] }, { role: 'tool' }], 0],
    ['text of a user and of a model', [user, { role: 'user', content: LIST }, { role: 'assistant', content: LIST }], 0],
    ['rows that are no objects', [null, 7, 'tool', [tool], user, tool], 1],
    ['no row', [], 0],
  ])('%s', async ([, rows, rewritten], { edge }) => {
    const { messages = [], report } = await compressRows(edge, rows)
    expect(report.outcome).toBe(rewritten > 0 ? 'compressed' : 'passthrough')
    const shorter = textsOf(messages).filter((text) => !textsOf(rows).includes(text))
    expect(shorter).toHaveLength(rewritten)
    const restored = JSON.stringify(messages, (_, value) => (shorter.includes(value) ? LIST : value))
    expect(JSON.parse(restored)).toEqual(rows)
  })

  test("Anthropic's results, in blocks of a user's row", async ({ edge }) => {
    const result = { type: 'tool_result', tool_use_id: 'a', content: LIST }
    const goOn = { type: 'text', text: 'Go on.' }
    const rows = [
      user,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'list', input: { ',"report":': 1 } }] },
      { role: 'user', content: [result, goOn] },
    ]
    const { messages = [] } = await compressRows(edge, rows)
    const [text = ''] = textsOf(messages.slice(2))
    expect(text.length).toBeLessThan(LIST.length / 2)
    expect(messages).toEqual([...rows.slice(0, 2), { role: 'user', content: [{ ...result, content: text }, goOn] }])
  })
})

test.for(['Safe', 'Balanced'])(
  'a history that grows keeps the bytes of its rows, with %s',
  async (profile, { edge }) => {
    const rows = Array.from({ length: 5 }, (_, turn) => {
      return { role: 'tool', tool_call_id: `${turn}`, content: JSON.stringify(ROWS.slice(turn), null, 4) }
    })
    const answerTo = (messages: object[]): Promise<Answer> => compress(edge, { messages }, `?profile=${profile}`)
    const { messages: whole = [] } = await answerTo(rows)
    for (const length of rows.keys()) {
      const { messages, report } = await answerTo(rows.slice(0, length + 1))
      expect(messages).toEqual(whole.slice(0, length + 1))
      expect(report.outcome).toBe('compressed')
    }
  },
)

describe('config', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ role: 'tool', tool_call_id: id, content: LIST }))

  test.for([
    [0, [true, true, true]],
    [1, [false, true, true]],
    [2, [false, false, true]],
    [3, [false, false, false]],
    [1e300, [false, false, false]],
  ] as const)('freezes the first %d messages', async ([count, isRewritten], { edge }) => {
    const { messages } = await compress(edge, { messages: rows, config: { frozen_message_count: count } })
    expect((messages as typeof rows).map(({ content }) => content !== LIST)).toEqual(isRewritten)
  })

  test.for([
    ...[{}, [], null, 7, 'ccr', { mode: 'wild', target_ratio: 'x', session_id: '' }],
    ...[-1, '2', null, true, [2], {}].map((count) => ({ frozen_message_count: count })),
  ])('of any other kind has no effect: %j', async (config, { edge }) => {
    const { messages } = await compress(edge, { messages: rows, config, token_budget: -1 })
    expect(messages).toEqual((await compress(edge, { messages: rows })).messages)
  })
})

test('a request without messages has none in its answer', async ({ edge }) => {
  const call = { type: 'function_call', call_id: 'a', name: 'list', arguments: '{}' }
  const answer = await compress(edge, {
    model: 'gpt-4o',
    input: [call, { type: 'function_call_output', call_id: 'a', output: LIST }],
  })
  expect(answer.report.outcome).toBe('compressed')
  expect(Object.keys(answer)).toEqual(['request', 'report'])
})

/** All long texts of the rows. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.length > 100 ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
