/** The OpenAI SDK, chat completions. */

import OpenAI, { APIError } from 'openai'
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources'
import { describeClient, type WireClient } from '../support/client-contract.ts'

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
