/** The Anthropic SDK: messages, its stream helper, token counting, models. */

import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { describe, expect } from 'vitest'
import { pieces } from '../../src/mock/index.ts'
import { test } from '../support/chain.ts'
import { describeClient, type WireClient } from '../support/client-contract.ts'
import { spacedOrders } from '../support/tool-results.ts'

const MODEL = 'claude-sonnet-4-6'
const QUESTION: Anthropic.MessageParam[] = [{ role: 'user', content: 'Which orders are open? Søren asks.' }]
const ASK = { model: MODEL, max_tokens: 100, system: 'You look after orders.', messages: QUESTION } as const
const TOOLS: Anthropic.Tool[] = [
  {
    name: 'find_orders',
    description: 'Finds orders.',
    input_schema: { type: 'object', properties: { customer: { type: 'string' } } },
  },
]

function open(base: string): Anthropic {
  return new Anthropic({ baseURL: base, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 })
}

const client: WireClient = {
  name: 'anthropic, messages',
  eventsBeforeText: 3,
  errorClasses: {
    400: 'BadRequestError',
    401: 'AuthenticationError',
    429: 'RateLimitError',
    500: 'InternalServerError',
    529: 'OverloadedError',
  },
  async chat(base, signal) {
    return textOf(await open(base).messages.create({ ...ASK, stream: false }, { signal }))
  },
  async *stream(base, signal) {
    const stream = await open(base).messages.create({ ...ASK, stream: true }, { signal })
    for await (const event of stream) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') yield event.delta.text
    }
  },
  explain: (error) =>
    error instanceof APIError
      ? { status: error.status, message: error.message }
      : { status: undefined, message: String(error) },
  tools: {
    ask: async (base) => called(await open(base).messages.create({ ...ASK, tools: TOOLS })),
    askStreamed: async (base) =>
      called(
        await open(base)
          .messages.stream({ ...ASK, tools: TOOLS })
          .finalMessage(),
      ),
    answer: async (base, results) =>
      textOf(await open(base).messages.create({ ...ASK, tools: TOOLS, messages: withResults(results) })),
  },
}

function withResults(results: readonly string[]): Anthropic.MessageParam[] {
  return [
    ...QUESTION,
    {
      role: 'assistant',
      content: results.map((_, i) => ({ type: 'tool_use', id: `toolu_${i}`, name: 'find_orders', input: {} })),
    },
    {
      role: 'user',
      content: results.map((text, i) => ({
        type: 'tool_result',
        tool_use_id: `toolu_${i}`,
        content: i % 2 === 0 ? text : [{ type: 'text', text }],
      })),
    },
  ]
}

function called(message: Anthropic.Message): { name: string; arguments: unknown }[] {
  return message.content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [],
  )
}

function textOf(message: Anthropic.Message): string {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

describeClient(client)

describe('anthropic, beyond the contract', () => {
  test('the stream helper assembles thinking with its signature, text and a tool call', async ({ chain }) => {
    const toolCalls = [{ name: 'find_orders', arguments: { customer: 'Zoë' } }]
    chain.mock.enqueue({ answer: { thinking: 'Let me see about Zoë.', text: 'I shall look.', toolCalls } })
    const stream = open(chain.url).messages.stream({ ...ASK, tools: TOOLS })
    const heard: string[] = []
    stream.on('text', (delta) => heard.push(delta))
    const message = await stream.finalMessage()
    expect(heard).toEqual(pieces('I shall look.'))
    expect(message.stop_reason).toBe('tool_use')
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Let me see about Zoë.', signature: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) },
      { type: 'text', text: 'I shall look.' },
      { type: 'tool_use', name: 'find_orders', input: { customer: 'Zoë' } },
    ])
  })

  test('the stream helper rejects when the model dies in the middle of a tool call', async ({ chain }) => {
    const toolCalls = [{ name: 'find_orders', arguments: { customer: 'Zoë', note: 'long enough for several pieces' } }]
    chain.mock.enqueue({ answer: { toolCalls }, cut: { at: 5, how: 'reset' } })
    await expect(
      open(chain.url)
        .messages.stream({ ...ASK, tools: TOOLS })
        .finalMessage(),
    ).rejects.toThrow()
  })

  test('an overloaded error inside a stream carries its type and message', async ({ chain }) => {
    chain.mock.enqueue({ cut: { at: 5, how: 'error' } })
    const error = await open(chain.url)
      .messages.stream(ASK)
      .finalMessage()
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(APIError)
    expect(error).toMatchObject({ type: 'overloaded_error', message: expect.stringContaining('told to fail') })
  })

  test('PC-20: tokens are counted of the request in the form that its answer gets', async ({ chain }) => {
    const request = { model: MODEL, messages: withResults([spacedOrders(1)]) }
    const counted = await open(chain.url).messages.countTokens(request)
    const straight = await open(chain.straight.url).messages.countTokens(request)
    expect(counted.input_tokens).toBeLessThan(straight.input_tokens)
    await open(chain.url).messages.create({ ...request, max_tokens: 100 })
    const [count, answer] = chain.mock.requests
    expect([count?.path, answer?.path]).toEqual(['/v1/messages/count_tokens', '/v1/messages'])
    const messagesOf = (body: unknown): unknown => (body as { messages: unknown }).messages
    expect(messagesOf(count?.body)).toEqual(messagesOf(answer?.body))
    expect(messagesOf(count?.body)).not.toEqual(request.messages)
  })

  test('models are listed', async ({ chain }) => {
    const models = await open(chain.url).models.list()
    expect(models.data.map((model) => model.id)).toContain(MODEL)
  })
})
