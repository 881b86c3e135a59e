/** Every endpoint that takes the same history gets the same form (PC-20), through Anthropic's SDK. */

import { describe, expect } from 'vitest'
import { anthropicClient } from '../../support/provider/agents/anthropic-agent.ts'
import { lastResults, statuses, takeTurn, test } from '../../support/provider/conversation.ts'
import { fieldsOf, listOf } from '../../support/provider/server.ts'
import { noisyLog, spacedOrders } from '../../support/tool-results.ts'

describe('doors to one history', () => {
  test.for(['Safe', 'Balanced'])(
    'PC-20: messages, count_tokens and batches get the same bytes (%s)',
    async (profile, { withAnthropic }) => {
      const conversation = await withAnthropic({ spec: { compression: { profile } } })
      const { provider, agent } = conversation
      for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn)
      agent.answer([{ text: spacedOrders(3) }, { text: noisyLog(1) }])
      const client = anthropicClient(agent.options)
      const before = provider.calls.length
      const { max_tokens: _, ...counted } = agent.request
      await client.beta.messages.countTokens(counted)
      await client.beta.messages.batches.create({ requests: [{ custom_id: 'a', params: agent.request }] })
      await agent.ask()
      const [count, batch, asked] = provider.calls.slice(before)
      const row = fieldsOf(listOf(batch?.json['requests'])[0]?.['params'])
      expect(JSON.stringify(count?.json['messages'])).toBe(JSON.stringify(asked?.json['messages']))
      expect(JSON.stringify(row['messages'])).toBe(JSON.stringify(asked?.json['messages']))
      expect(lastResults(provider)[0]?.length).toBeLessThan(spacedOrders(1).length)
      expect(statuses(provider)).toEqual(Array(6).fill(200))
      expect(provider.transformations).toEqual([])
    },
  )

  test('PC-20: a result that was counted before it was sent keeps that form', async ({ withAnthropic }) => {
    const conversation = await withAnthropic({ spec: { compression: { profile: 'Balanced' } } })
    const { provider, agent } = conversation
    const client = anthropicClient(agent.options)
    await takeTurn(conversation, 0)
    agent.answer([{ text: spacedOrders(1) }, { text: noisyLog(1) }])
    const { max_tokens: _, ...counted } = agent.request
    await client.beta.messages.countTokens(counted)
    await agent.ask()
    const [, count, asked] = provider.calls
    expect(JSON.stringify(count?.json['messages'])).toBe(JSON.stringify(asked?.json['messages']))
  })

  test('PC-3: a history that a restart made unknown is counted with the form that the provider takes', async ({
    withAnthropic,
  }) => {
    const conversation = await withAnthropic({ hasState: false })
    const { provider, agent, operator } = conversation
    for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn)
    await operator.restart()
    agent.answer([{ text: spacedOrders(3) }, { text: noisyLog(1) }])
    agent.options.url = operator.edge.url
    const client = anthropicClient(agent.options)
    const { max_tokens: _, ...counted } = agent.request
    await client.beta.messages.countTokens(counted)
    await agent.ask()
    expect(statuses(provider)).toEqual([200, 200, 200, 400, 200, 200])
  })
})
