/** The operator's switch that ends the forms of live conversations at once (docs/conversations.md, Unpin). */

import { describe, expect } from 'vitest'
import { refusalOf } from '../../support/provider/agents/anthropic-agent.ts'
import { lastResults, statuses, takeTurn, test } from '../../support/provider/conversation.ts'
import type { Operator } from '../../support/provider/operator.ts'
import { noisyLog, spacedOrders } from '../../support/tool-results.ts'

const SPEC = { compression: { profile: 'Balanced' } }

const SWITCHES: Readonly<Record<string, (operator: Operator) => Promise<unknown>>> = {
  'POST /unpin': ({ edge }) => fetch(`${edge.adminUrl}/unpin`, { method: 'POST' }),
  'compression.unpin': (operator) => operator.setPolicy({ compression: { profile: 'Balanced', unpin: true } }),
  'POST /unpin and a restart': async (operator) => {
    await fetch(`${operator.edge.adminUrl}/unpin`, { method: 'POST' })
    await operator.restart()
  },
}

describe('unpin', () => {
  test.for(Object.entries(SWITCHES))(
    '%s sends earlier results as they came, and a refusal is the caller’s',
    async ([, unpin], { withAnthropic }) => {
      const conversation = await withAnthropic({ spec: SPEC })
      const { provider, operator, agent } = conversation
      for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn)
      await unpin(operator)
      agent.options.url = operator.edge.url
      agent.answer([{ text: spacedOrders(3) }, { text: noisyLog(1) }])
      const { apiMessage } = await refusalOf(agent.ask())
      expect(apiMessage).toMatch(/bound to a different conversation/)
      expect(statuses(provider)).toEqual([200, 200, 200, 400])
      expect(lastResults(provider).slice(0, 2)).toEqual([spacedOrders(1), noisyLog(1)])

      agent.dropThinking()
      await agent.ask()
      await takeTurn(conversation, 4)
      expect(statuses(provider).slice(4)).toEqual([200, 200])
      expect(lastResults(provider).slice(0, 2)).toEqual([spacedOrders(1), noisyLog(1)])
    },
  )

  test('PC-7: a conversation that begins afterwards keeps its forms', async ({ withAnthropic }) => {
    const conversation = await withAnthropic({ spec: SPEC })
    const { provider, operator } = conversation
    await operator.setPolicy({ compression: { profile: 'Balanced', unpin: true } })
    for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn)
    await operator.setPolicy({ compression: { mode: 'Audit', unpin: true } })
    for (let turn = 3; turn < 5; turn++) await takeTurn(conversation, turn)
    expect(statuses(provider)).toEqual([200, 200, 200, 200, 200])
    expect(lastResults(provider)[0]?.length).toBeLessThan(spacedOrders(1).length)
  })
})
