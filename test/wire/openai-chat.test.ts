/** The OpenAI SDK, chat completions. */

import OpenAI, { APIError } from 'openai'
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources'
import { describe, expect } from 'vitest'
import { test } from '../support/chain.ts'
import { describeClient, type WireClient } from '../support/client-contract.ts'
import { spacedOrders } from '../support/tool-results.ts'

const MODEL = 'gpt-4o'
const QUESTION: ChatCompletionMessageParam[] = [
  { role: 'system', content: 'You look after orders.' },
  { role: 'user', content: 'Which orders are open? Søren asks.' },
]
const TOOLS: ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'find_orders',
      description: 'Finds orders.',
      parameters: { type: 'object', properties: { customer: { type: 'string' } } },
    },
  },
]

function open(base: string): OpenAI {
  return new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
}

const client: WireClient = {
  name: 'openai, chat completions',
  eventsBeforeText: 1,
  errorClasses: {
    400: 'BadRequestError',
    401: 'AuthenticationError',
    404: 'NotFoundError',
    429: 'RateLimitError',
    500: 'InternalServerError',
    503: 'InternalServerError',
  },
  async chat(base, signal) {
    const reply = await open(base).chat.completions.create({ model: MODEL, messages: QUESTION }, { signal })
    return reply.choices[0]?.message.content ?? ''
  },
  async *stream(base, signal) {
    const stream = await open(base).chat.completions.create(
      { model: MODEL, messages: QUESTION, stream: true },
      { signal },
    )
    for await (const chunk of stream) {
      const text = chunk.choices[0]?.delta.content
      if (text) yield text
    }
  },
  explain: (error) =>
    error instanceof APIError
      ? { status: error.status, message: error.message }
      : { status: undefined, message: String(error) },
  tools: {
    async ask(base) {
      const reply = await open(base).chat.completions.create({ model: MODEL, messages: QUESTION, tools: TOOLS })
      return called(reply.choices[0]?.message)
    },
    async askStreamed(base) {
      const runner = open(base).chat.completions.stream({ model: MODEL, messages: QUESTION, tools: TOOLS })
      return called((await runner.finalChatCompletion()).choices[0]?.message)
    },
    async answer(base, results) {
      const ids = results.map((_, i) => `call_${i}`)
      const reply = await open(base).chat.completions.create({
        model: MODEL,
        tools: TOOLS,
        messages: [
          ...QUESTION,
          {
            role: 'assistant',
            content: null,
            tool_calls: ids.map((id) => ({
              id,
              type: 'function',
              function: { name: 'find_orders', arguments: '{ }' },
            })),
          },
          ...results.map((content, i) => ({ role: 'tool', tool_call_id: ids[i]!, content }) as const),
        ],
      })
      return reply.choices[0]?.message.content ?? ''
    },
  },
}

function called(message: OpenAI.ChatCompletionMessage | undefined): { name: string; arguments: unknown }[] {
  return (message?.tool_calls ?? []).flatMap((call) =>
    call.type === 'function' ? [{ name: call.function.name, arguments: JSON.parse(call.function.arguments) }] : [],
  )
}

describeClient(client)

describe('openai, beyond the contract', () => {
  test('the usage that the model billed ends a stream whose client asked for it, and no other', async ({ chain }) => {
    for (const include_usage of [true, false]) {
      const ask = { model: MODEL, messages: QUESTION, stream: true, stream_options: { include_usage } } as const
      const usages: unknown[] = []
      for await (const chunk of await open(chain.url).chat.completions.create(ask)) {
        if (chunk.usage) usages.push(chunk.usage.prompt_tokens)
      }
      expect(usages).toEqual(include_usage ? [chain.mock.requests.at(-1)?.tokens] : [])
    }
  })

  test('a client that must wait is told how long', async ({ chain }) => {
    chain.mock.enqueue({ error: { status: 429, message: 'slow down' }, headers: { 'retry-after': '7' } })
    const error = await open(chain.url)
      .chat.completions.create({ model: MODEL, messages: QUESTION })
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(APIError)
    expect((error as APIError).headers?.get('retry-after')).toBe('7')
  })

  test('the SDK that retries by itself gets through: each attempt is a call of its own', async ({ chain }) => {
    const patient = new OpenAI({ baseURL: `${chain.url}/v1`, apiKey: 'sk-test', maxRetries: 1 })
    chain.mock.enqueue({ error: { status: 500, message: 'once' }, headers: { 'retry-after-ms': '1' } })
    const reply = await patient.chat.completions.create({ model: MODEL, messages: QUESTION })
    expect(reply.choices).toHaveLength(1)
    expect(chain.mock.requests).toHaveLength(2)
    expect(chain.mock.requests[0]?.body).toEqual(chain.mock.requests[1]?.body)
  })

  test('the headers of a reply carry the saving; a call with the bypass header is not changed', async ({ chain }) => {
    const orders = spacedOrders(1)
    const call = { id: 'call_1', type: 'function', function: { name: 'find_orders', arguments: '{}' } } as const
    const messages: ChatCompletionMessageParam[] = [
      ...QUESTION,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: orders },
    ]
    const ask = async (headers: Record<string, string>): Promise<unknown> => {
      const { response } = await open(chain.url)
        .chat.completions.create({ model: MODEL, messages }, { headers })
        .withResponse()
      const isAsWritten = chain.mock.requests.at(-1)?.body.includes(JSON.stringify(orders))
      const saved = Number(response.headers.get('x-m2m-tokens-saved'))
      return { outcome: response.headers.get('x-m2m-outcome'), hasSaved: saved > 0, isAsWritten }
    }
    expect(await ask({})).toEqual({ outcome: 'compressed', hasSaved: true, isAsWritten: false })
    expect(await ask({ 'x-m2m-bypass': 'true' })).toEqual({
      outcome: 'passthrough',
      hasSaved: false,
      isAsWritten: true,
    })
    expect(chain.mock.requests.at(-1)?.headers).not.toHaveProperty('x-m2m-bypass')
  })
})
