/** A client asks for another answer to the same history, and goes on from either of the two (PC-1). */

import { describe, expect } from 'vitest'
import type { Ask } from '../../support/provider/agents/anthropic-agent.ts'
import { type Conversation, formsAt, statuses, takeTurn, test } from '../../support/provider/conversation.ts'
import { noisyLog, spacedOrders } from '../../support/tool-results.ts'

interface Change {
  readonly from: object
  /** Before the second answer. */
  readonly to?: object
  /** How the second answer is asked for. */
  readonly again?: Ask
}

const CHANGES: Readonly<Record<string, Change>> = {
  'Audit -> Enforce': { from: { mode: 'Audit' }, to: { mode: 'Enforce' } },
  'Enforce -> Audit': { from: { mode: 'Enforce' }, to: { mode: 'Audit' } },
  'Safe -> Aggressive': { from: { profile: 'Safe' }, to: { profile: 'Aggressive' } },
  'x-m2m-bypass on one call': { from: { profile: 'Balanced' }, again: { headers: { 'x-m2m-bypass': 'true' } } },
}

/** An agent's whole state: what it sends next. */
interface Branching {
  save(): () => void
}

async function answerTwice(conversation: Conversation, { save }: Branching, { to, again = {} }: Change): Promise<void> {
  const { agent, operator } = conversation
  for (let turn = 0; turn < 2; turn++) await takeTurn(conversation, turn)
  agent.answer([{ text: spacedOrders(7) }, { text: noisyLog(1) }])
  const toQuestion = save()
  await agent.ask()
  const toFirst = save()
  if (to !== undefined) await operator.setPolicy({ compression: to })
  toQuestion()
  await agent.ask(again)
  const toSecond = save()
  for (const goBack of [toFirst, toSecond]) {
    goBack()
    for (let turn = 3; turn < 5; turn++) await takeTurn(conversation, turn)
  }
}

describe.for(Object.entries(CHANGES))('two answers with %s between them', ([, change]) => {
  test('PC-1: are both bound to what was sent, at OpenAI', async ({ withOpenAI }) => {
    const conversation = await withOpenAI({ spec: { compression: change.from } })
    const { agent, provider } = conversation
    const save: Branching['save'] = () => {
      const [items, replies] = [structuredClone(agent.items), [...agent.replies]]
      return () => {
        agent.items = structuredClone(items)
        agent.replies.splice(0, agent.replies.length, ...replies)
      }
    }
    await answerTwice(conversation, { save }, change)
    expect(provider.transformations).toEqual([])
    expect([...formsAt(provider).values()].every(({ size }) => size === 1)).toBe(true)
  })

  test('PC-1: are both bound to what was sent, at Anthropic', async ({ withAnthropic }) => {
    const conversation = await withAnthropic({ spec: { compression: change.from } })
    const { agent, provider } = conversation
    const save: Branching['save'] = () => {
      const messages = structuredClone(agent.messages)
      return () => {
        agent.messages = structuredClone(messages)
      }
    }
    await answerTwice(conversation, { save }, change)
    expect(new Set(statuses(provider))).toEqual(new Set([200]))
  })
})
