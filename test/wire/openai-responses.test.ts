/** The OpenAI SDK, Responses. */

import OpenAI, { APIError } from 'openai'
import type { FunctionTool, ResponseInput } from 'openai/resources/responses/responses'
import { describeClient, type WireClient } from '../support/client-contract.ts'

const MODEL = 'gpt-5'
const QUESTION: ResponseInput = [{ role: 'user', content: 'Which orders are open? Søren asks.' }]
const TOOLS: FunctionTool[] = [
  {
    type: 'function',
    name: 'find_orders',
    description: 'Finds orders.',
    parameters: { type: 'object', properties: { customer: { type: 'string' } } },
    strict: false,
  },
]

function open(base: string): OpenAI {
  return new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
}

const client: WireClient = {
  name: 'openai, responses',
  eventsBeforeText: 4,
  errorClasses: {
    400: 'BadRequestError',
    401: 'AuthenticationError',
    429: 'RateLimitError',
    500: 'InternalServerError',
  },
  async chat(base, signal) {
    const reply = await open(base).responses.create(
      { model: MODEL, input: QUESTION, instructions: 'Be short.' },
      { signal },
    )
    return reply.output_text
  },
  async *stream(base, signal) {
    const stream = await open(base).responses.create({ model: MODEL, input: QUESTION, stream: true }, { signal })
    for await (const event of stream) if (event.type === 'response.output_text.delta') yield event.delta
  },
  explain: (error) =>
    error instanceof APIError
      ? { status: error.status, message: error.message }
      : { status: undefined, message: String(error) },
  tools: {
    async ask(base) {
      return called(await open(base).responses.create({ model: MODEL, input: QUESTION, tools: TOOLS }))
    },
    async askStreamed(base) {
      const stream = open(base).responses.stream({ model: MODEL, input: QUESTION, tools: TOOLS })
      return called(await stream.finalResponse())
    },
    async answer(base, results) {
      const reply = await open(base).responses.create({
        model: MODEL,
        tools: TOOLS,
        input: [
          ...QUESTION,
          ...results.map(
            (_, i) => ({ type: 'function_call', call_id: `call_${i}`, name: 'find_orders', arguments: '{ }' }) as const,
          ),
          ...results.map((output, i) => ({ type: 'function_call_output', call_id: `call_${i}`, output }) as const),
        ],
      })
      return reply.output_text
    },
  },
}

function called(response: OpenAI.Responses.Response): { name: string; arguments: unknown }[] {
  return response.output.flatMap((item) =>
    item.type === 'function_call' ? [{ name: item.name, arguments: JSON.parse(item.arguments) }] : [],
  )
}

describeClient(client)
