/** Conversations whose reasoning OpenAI leaves out in silence when the input before it changed (PC section 2). */

import type OpenAI from 'openai'
import { describe, expect } from 'vitest'
import { formsAt, lastResults, statuses, takeTurn, test } from '../../support/provider/conversation.ts'
import { noisyLog, spacedOrders } from '../../support/tool-results.ts'

const TURNS = 6
const BALANCED = { compression: { profile: 'Balanced' } }

describe('a steady conversation', () => {
  test.for(['Safe', 'Balanced', 'Aggressive'])(
    'PC-1: six turns under %s keep the form of each result, and all reasoning',
    async (profile, { withOpenAI }) => {
      const conversation = await withOpenAI({ spec: { compression: { profile }, cache: { mode: 'Auto' } } })
      const { provider, agent } = conversation
      for (let turn = 0; turn < TURNS; turn++) await takeTurn(conversation, turn)
      expect(provider.transformations).toEqual([])
      expect(agent.replies.map((reply) => reply.input_transformations)).toEqual(Array(TURNS).fill([]))
      const forms = [...formsAt(provider).values()]
      expect(forms.map(({ size }) => size)).toEqual(Array(2 * (TURNS - 1)).fill(1))
      expect(lastResults(provider)[0]?.length).toBeLessThan(spacedOrders(1).length)
    },
  )

  test('PC-2: a history that this sidecar has not seen keeps its reasoning, and new results are rewritten', async ({
    withOpenAI,
  }) => {
    const conversation = await withOpenAI()
    const { provider, agent, operator } = conversation
    const straight = Object.create(operator, { edge: { value: { url: provider.url } } })
    for (let turn = 0; turn < 4; turn++) await takeTurn({ provider, agent, operator: straight }, turn)
    const old = lastResults(provider)
    await takeTurn(conversation, 4)
    await takeTurn(conversation, 5)
    expect(provider.transformations).toEqual([])
    const results = lastResults(provider)
    expect(results.slice(0, old.length)).toEqual(old)
    expect(results.at(-2)?.length).toBeLessThan(spacedOrders(5).length)
  })
})

describe('state at the server', () => {
  test('PC-21: previous_response_id: new results are rewritten as in a whole history, under any policy', async ({
    withOpenAI,
  }) => {
    const conversation = await withOpenAI({ spec: BALANCED, agent: { isStored: true } })
    const { provider, operator } = conversation
    for (let turn = 0; turn < TURNS; turn++) {
      if (turn === 3) await operator.setPolicy({ compression: { mode: 'Audit' } })
      if (turn === 5) await operator.setPolicy(BALANCED)
      await takeTurn(conversation, turn)
    }
    expect(statuses(provider)).toEqual(Array(TURNS).fill(200))
    expect(provider.transformations).toEqual([])
    const sent = provider.calls.map(({ json }) => provider.resultsOf(json)[0]?.text.length ?? 0)
    expect(sent[1]).toBeLessThan(spacedOrders(1).length)
    expect(sent[3]).toBe(spacedOrders(3).length)
  })

  test.for(['Safe', 'Balanced'])(
    'PC-20: /responses/compact between turns gets the same form (%s)',
    async (profile, { withOpenAI }) => {
      const conversation = await withOpenAI({ spec: { compression: { profile } } })
      const { provider, agent } = conversation
      for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn)
      agent.answer([{ text: spacedOrders(3) }, { text: noisyLog(1) }])
      const before = provider.calls.length
      const { model, input, tools } = agent.request
      await agent
        .client()
        .responses.inputTokens.count({ model, input, tools } as OpenAI.Responses.InputTokenCountParams)
      const compaction = { model: 'gpt-6.2-astra', input, tools } as OpenAI.Responses.ResponseCompactParams
      const { output } = await agent.client().responses.compact(compaction)
      await agent.ask()
      const doors = provider.calls.slice(before)
      expect(doors.map(({ path }) => path)).toEqual([
        '/v1/responses/input_tokens',
        '/v1/responses/compact',
        '/v1/responses',
      ])
      const [counted, compacted, asked] = doors.map(({ json }) => JSON.stringify(json['input']))
      expect(counted).toBe(asked)
      expect(compacted).toBe(asked)
      expect(lastResults(provider)[0]?.length).toBeLessThan(spacedOrders(1).length)

      agent.items = output as OpenAI.Responses.ResponseInputItem[]
      for (let turn = 0; turn < 3; turn++) {
        await agent.ask()
        agent.answer([{ text: spacedOrders(turn) }])
      }
      expect(provider.transformations).toEqual([])
    },
  )

  test('PC-9: items that only the provider understands pass byte for byte and keep their place', async ({
    startEdge,
    upstream,
  }) => {
    const edge = await startEdge(upstream.url, { spec: BALANCED })
    const input = [
      { type: 'message', role: 'user', content: 'a' },
      { type: 'compaction', id: 'cmp_1', encrypted_content: 'e '.repeat(200) },
      { type: 'configuration_update', reasoning: { effort: 'low' } },
      { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'f', parameters: {} }] },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'r' },
      { type: 'program', id: 'p', call_id: 'c0', code: 'let a = 1', fingerprint: 'f' },
      { type: 'program_output', id: 'o', call_id: 'c0', result: spacedOrders(1), status: 'completed' },
    ]
    const body = JSON.stringify({ model: 'gpt-6.2-sol', input }, null, 1)
    await edge.post('/v1/responses', body)
    expect(upstream.seen[0]?.body.toString()).toBe(body)
  })
})
