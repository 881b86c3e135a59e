/** Agents send the whole history at each turn: it must begin with the bytes that the provider cached at the last turn. */

import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { generateText, isStepCount, jsonSchema, type LanguageModel, tool } from 'ai'
import { type Message, Ollama } from 'ollama'
import OpenAI from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources'
import { describe, expect } from 'vitest'
import type { Mock } from '../../src/mock/index.ts'
import { test } from '../support/chain.ts'
import { noisyLog, spacedOrders } from '../support/tool-results.ts'

const QUESTION = 'Which orders are open? Look at one customer after the other.'
/** The results of the tool, turn by turn. */
const RESULTS = [
  spacedOrders(1),
  noisyLog(2),
  `Found these:\n\n\`\`\`json\n${spacedOrders(3, 8)}\n\`\`\`\n`,
  'nothing more',
]
const DONE = 'That is all.'
const SCHEMA = { type: 'object' as const, properties: { customer: { type: 'number' } } }

/** Asks until the model calls no more tools. */
type Agent = (base: string) => Promise<string>

const openaiAgent: Agent = async (base) => {
  const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: QUESTION }]
  for (const result of [...RESULTS, '']) {
    const reply = await openai.chat.completions.create({
      model: 'gpt-4o',
      tools: [{ type: 'function', function: { name: 'find_orders', parameters: SCHEMA } }],
      messages,
    })
    const message = reply.choices[0]!.message
    if (message.tool_calls === undefined) return message.content ?? ''
    messages.push(message, { role: 'tool', tool_call_id: message.tool_calls[0]!.id, content: result })
  }
  throw new Error('the agent did not come to an end')
}

const anthropicAgent: Agent = async (base) => {
  const anthropic = new Anthropic({ baseURL: base, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 })
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: QUESTION }]
  for (const result of [...RESULTS, '']) {
    const reply = await anthropic.messages.create({
      model: 'claude-sonnet-4-6',
      max_tokens: 100,
      tools: [{ name: 'find_orders', input_schema: SCHEMA }],
      messages,
    })
    const call = reply.content.find((block) => block.type === 'tool_use')
    if (call === undefined) return reply.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    messages.push(
      { role: 'assistant', content: reply.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: result }] },
    )
  }
  throw new Error('the agent did not come to an end')
}

const ollamaAgent: Agent = async (base) => {
  const ollama = new Ollama({ host: base })
  const messages: Message[] = [{ role: 'user', content: QUESTION }]
  for (const content of [...RESULTS, '']) {
    const reply = await ollama.chat({
      model: 'llama3.2:3b',
      tools: [{ type: 'function', function: { name: 'find_orders' } }],
      messages,
    })
    if (reply.message.tool_calls === undefined) return reply.message.content
    messages.push(reply.message, { role: 'tool', content, tool_name: 'find_orders' })
  }
  throw new Error('the agent did not come to an end')
}

function vercelAgent(open: (base: string) => LanguageModel): Agent {
  return async (base) => {
    const results = [...RESULTS]
    const { text } = await generateText({
      model: open(base),
      maxRetries: 0,
      prompt: QUESTION,
      stopWhen: isStepCount(RESULTS.length + 1),
      tools: { find_orders: tool({ inputSchema: jsonSchema(SCHEMA), execute: async () => results.shift() ?? '' }) },
    })
    return text
  }
}

/** `tail` is the text that the client writes behind the last message. */
const AGENTS: readonly { name: string; agent: Agent; tail: string }[] = [
  { name: 'openai', agent: openaiAgent, tail: ']}' },
  { name: 'anthropic', agent: anthropicAgent, tail: ']}' },
  { name: 'ollama', agent: ollamaAgent, tail: '],"stream":false}' },
  {
    name: 'vercel, openai chat',
    agent: vercelAgent((base) => createOpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test' }).chat('gpt-4o')),
    tail: '],"tools":',
  },
  {
    name: 'vercel, openai responses',
    agent: vercelAgent((base) => createOpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test' }).responses('gpt-4o')),
    tail: '],"tools":',
  },
  {
    name: 'vercel, anthropic',
    agent: vercelAgent((base) =>
      createAnthropic({ baseURL: `${base}/v1`, apiKey: 'sk-ant-test' })('claude-sonnet-4-6'),
    ),
    tail: '],"tools":',
  },
]

describe('an agent of four turns', () => {
  test.for(AGENTS)('$name: each turn begins with the bytes of the last one', async ({ agent, tail }, { chain }) => {
    const sent = await run(agent, chain.straight, chain.straight.url)
    const received = await run(agent, chain.mock, chain.url)

    expect(received).toHaveLength(RESULTS.length + 1)
    for (let turn = 1; turn < received.length; turn++) {
      const last = received[turn - 1]!
      const prefix = last.slice(0, last.lastIndexOf(tail))
      expect(prefix.length).toBeGreaterThan(QUESTION.length)
      expect(received[turn]!.startsWith(prefix), `turn ${turn + 1} changed what turn ${turn} had sent`).toBe(true)
      expect(received[turn]!.length).toBeLessThan(sent[turn]!.length)
    }
    // The saving adds up: every compressed block is sent again in each later turn.
    expect(chain.mock.totals.tokens).toBeLessThan(chain.straight.totals.tokens)
  })
})

/** The bodies that reached `mock` while the agent talked to `base`. */
async function run(agent: Agent, mock: Mock, base: string): Promise<string[]> {
  const calls = RESULTS.map((_, turn) => ({
    answer: { toolCalls: [{ name: 'find_orders', arguments: { customer: turn } }] },
  }))
  mock.enqueue(...calls, { answer: { text: DONE } })
  expect(await agent(base)).toBe(DONE)
  return mock.requests.map((request) => request.body.toString())
}
