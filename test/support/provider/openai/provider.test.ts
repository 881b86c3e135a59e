/** The stand-in itself: reasoning is left out where the input before it changed, and nowhere else. */

import { test as base, expect } from 'vitest'
import { closeAfterTest } from '../../wire.ts'
import { OpenAIAgent, type OpenAIAgentOptions } from '../agents/openai-agent.ts'
import { type OpenAIProvider, startOpenAI } from './provider.ts'

const test = base.extend('provider', ({ onTestFinished }): Promise<OpenAIProvider> => {
  return closeAfterTest(startOpenAI(), onTestFinished)
})

async function afterTwoTurns(url: string, options: Partial<OpenAIAgentOptions> = {}): Promise<OpenAIAgent> {
  const agent = new OpenAIAgent({ url, opening: 'Which orders are open?', ...options })
  for (const text of ['[{"id": 1}]', '[{"id": 2}]']) {
    await agent.ask({ isStream: text.includes('2') })
    agent.answer([{ text }])
  }
  return agent
}

test('a history that was sent before keeps its reasoning', async ({ provider }) => {
  const agent = await afterTwoTurns(provider.url)
  expect((await agent.ask()).input_transformations).toEqual([])
  agent.items[3] = { ...agent.items[3], output: [{ type: 'input_text', text: '[{"id": 1}]' }] } as never
  expect((await agent.ask()).input_transformations).toEqual([])
  expect(provider.transformations).toEqual([])
})

test('reasoning behind an edit is left out, reasoning before it stays', async ({ provider }) => {
  const agent = await afterTwoTurns(provider.url)
  Object.assign(agent.items[3]!, { output: 'other' })
  const [, second] = agent.items.filter((item) => item.type === 'reasoning')
  const removed = { type: 'reasoning', id: second?.id, action: 'removed', reason: 'prefix_mismatch' }
  expect((await agent.ask()).input_transformations).toEqual([removed])
})

test('a stored response is continued, one that was not stored is not found', async ({ provider }) => {
  const agent = await afterTwoTurns(provider.url, { isStored: true })
  expect((await agent.ask()).input_transformations).toEqual([])
  expect(provider.calls.map(({ json }) => (json['input'] as unknown[]).length)).toEqual([1, 1, 1])
  const other = new OpenAIAgent({ url: provider.url, opening: 'a', fields: { previous_response_id: 'resp_0' } })
  await expect(other.ask()).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' })
})

test('a compacted conversation goes on', async ({ provider }) => {
  const agent = await afterTwoTurns(provider.url)
  const { output } = await agent.client().responses.compact({ model: 'gpt-6.2-astra', input: agent.items })
  expect(output.map(({ type }) => type)).toEqual([undefined, 'compaction'])
  agent.items = output as never
  await agent.ask()
  agent.answer([{ text: 'done' }])
  expect((await agent.ask()).input_transformations).toEqual([])
})
