/** References to earlier results, where the server may take those away before the model reads (PC-22). */

import type Anthropic from '@anthropic-ai/sdk'
import type OpenAI from 'openai'
import { describe, expect } from 'vitest'
import { lastResults, test } from '../../support/provider/conversation.ts'
import { listing } from '../../support/provider/listing.ts'

const SPEC = { compression: { profile: 'Balanced' } }
const LISTING = listing(40)

type Messages = Anthropic.Beta.BetaMessageParam[]

function turn(id: string, ...more: readonly string[]): Messages {
  const ids = [id, ...more]
  return [
    { role: 'assistant', content: ids.map((each) => ({ type: 'tool_use', id: each, name: 'find_orders', input: {} })) },
    { role: 'user', content: ids.map((each) => ({ type: 'tool_result', tool_use_id: each, content: LISTING })) },
  ]
}

const OPENING: Messages = [{ role: 'user', content: 'Look at the orders twice.' }]

describe('Anthropic', () => {
  type Edits = NonNullable<Anthropic.Beta.BetaContextManagementConfig['edits']>
  const asking = (edits: Edits): { betas: string[]; context_management: { edits: Edits } } => {
    return { betas: ['context-management-2025-06-27'], context_management: { edits } }
  }

  test.for<[name: string, edits: Edits, isReferred: boolean]>([
    ['no edit', [], true],
    ['clear_thinking', [{ type: 'clear_thinking_20251015' }], true],
    ['clear_tool_uses', [{ type: 'clear_tool_uses_20250919' }], false],
    ['compact', [{ type: 'compact_20260112' }], false],
    ['both', [{ type: 'clear_thinking_20251015' }, { type: 'clear_tool_uses_20250919' }], false],
    ['an edit of tomorrow', [{ type: 'clear_all_20270101' } as never], false],
  ])(
    'PC-22: with %s, nothing that the model reads names what it may not see',
    async ([, edits, isReferred], { withAnthropic }) => {
      const fields = asking(edits)
      const { provider, agent } = await withAnthropic({ spec: SPEC, agent: { ...(fields && { fields }) } })
      agent.messages = [...OPENING, ...turn('toolu_a'), ...turn('toolu_b')]
      await agent.ask()
      expect(provider.dangling).toEqual([])
      expect(lastResults(provider)[1]?.includes('toolu_a')).toBe(isReferred)
    },
  )

  test('PC-22: results of one message may name each other', async ({ withAnthropic }) => {
    const fields = asking([{ type: 'clear_tool_uses_20250919' }])
    const { provider, agent } = await withAnthropic({ spec: SPEC, agent: { fields } })
    agent.messages = [...OPENING, ...turn('toolu_a', 'toolu_b')]
    await agent.ask()
    expect(lastResults(provider)[1]).toContain('toolu_a')
    expect(provider.dangling).toEqual([])
  })

  test('PC-22: no reference crosses a compaction block', async ({ withAnthropic }) => {
    const { provider, agent } = await withAnthropic({ spec: SPEC })
    const compaction = { type: 'compaction', content: 'Orders were read.', encrypted_content: 'e' } as never
    agent.messages = [
      ...OPENING,
      ...turn('toolu_a'),
      { role: 'assistant', content: [compaction] },
      { role: 'user', content: 'Once more.' },
      ...turn('toolu_b'),
      ...turn('toolu_c'),
    ]
    await agent.ask()
    expect(provider.dangling).toEqual([])
    const [, second, third] = lastResults(provider)
    expect(second).not.toContain('toolu_a')
    expect(third).toContain('toolu_b')
  })

  test('PC-22: a form that names a block is written out when the client took that block away', async ({
    withAnthropic,
  }) => {
    const { provider, agent } = await withAnthropic({ spec: SPEC })
    agent.messages = [...OPENING, ...turn('toolu_a'), ...turn('toolu_b')]
    await agent.ask()
    expect(lastResults(provider)[1]).toContain('toolu_a')
    const reply = agent.messages.at(-1)!
    agent.messages = [...OPENING, ...turn('toolu_b'), reply]
    agent.dropThinking()
    agent.answer([{ text: 'done' }])
    await agent.ask()
    expect(provider.calls.at(-1)?.body.includes('toolu_a')).toBe(false)
  })

  test('PC-1, PC-22: a policy of the client that begins to clear changes no form that was sent', async ({
    withAnthropic,
  }) => {
    const { provider, agent } = await withAnthropic({ spec: SPEC })
    for (let i = 0; i < 3; i++) {
      await agent.ask()
      agent.answer([{ text: LISTING }])
    }
    await agent.ask()
    const before = lastResults(provider)
    agent.answer([{ text: 'done' }])
    Object.assign(agent.options, {
      fields: { thinking: { type: 'adaptive' }, ...asking([{ type: 'clear_tool_uses_20250919' }]) },
    })
    await agent.ask()
    expect(lastResults(provider).slice(0, before.length)).toEqual(before)
    expect(provider.calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })
})

describe('OpenAI', () => {
  type Items = OpenAI.Responses.ResponseInputItem[]
  const items = (id: string): Items => [
    { type: 'function_call', call_id: id, name: 'find_orders', arguments: '{}' },
    { type: 'function_call_output', call_id: id, output: LISTING },
  ]
  const opening: Items = [{ role: 'user', content: 'Look at the orders twice.' }]
  const compacted = [{ type: 'compaction', encrypted_content: 'e' }] as Items

  test.for<[name: string, fields: object, between: Items, isReferred: boolean]>([
    ['nothing', {}, [], true],
    ['truncation disabled', { truncation: 'disabled' }, [], true],
    ['truncation auto', { truncation: 'auto' }, [], false],
    ['context_management', { context_management: [{ type: 'compaction', compact_threshold: 1_000 }] }, [], false],
    ['a compaction item between', {}, compacted, false],
  ])(
    'PC-22: with %s, nothing that the model reads names what it may not see',
    async ([, fields, between, isReferred], { withOpenAI }) => {
      const { provider, agent } = await withOpenAI({ spec: SPEC, agent: { fields } })
      agent.items = [...opening, ...items('call_a'), ...between, ...items('call_b')]
      await agent.ask()
      expect(provider.dangling).toEqual([])
      expect(lastResults(provider)[1]?.includes('call_a')).toBe(isReferred)
    },
  )

  test('PC-22: a count that says nothing of truncation decides about no form', async ({ withOpenAI }) => {
    const { provider, agent } = await withOpenAI({ spec: SPEC, agent: { fields: { truncation: 'auto' } } })
    for (let turn = 0; turn < 2; turn++) {
      await agent.ask()
      agent.answer([{ text: LISTING }])
    }
    const { model = null, input = null, tools = null } = agent.request
    await agent.client().responses.inputTokens.count({ model, input, tools })
    await agent.ask()
    expect(provider.dangling).toEqual([])
    expect(lastResults(provider)[1]).not.toContain(' as in call_')
  })
})
