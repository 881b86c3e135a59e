/** The Vercel AI SDK with its OpenAI (chat and responses) and Anthropic providers. */

import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import {
  APICallError,
  generateText,
  isStepCount,
  jsonSchema,
  type LanguageModel,
  type ModelMessage,
  streamText,
  type ToolSet,
} from 'ai'
import { describe, expect } from 'vitest'
import { test } from '../support/chain.ts'
import { describeClient, type WireClient } from '../support/client-contract.ts'
import { onlyChanged } from '../support/only-changed.ts'
import { spacedOrders } from '../support/tool-results.ts'

const PROMPT = 'Which orders are open? Søren asks.'
const FIND_ORDERS = {
  description: 'Finds orders.',
  inputSchema: jsonSchema<Record<string, unknown>>({ type: 'object', properties: { customer: { type: 'string' } } }),
}
const TOOLS: ToolSet = { find_orders: FIND_ORDERS }

type OpenModel = (base: string) => LanguageModel

const openai = (base: string): ReturnType<typeof createOpenAI> =>
  createOpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test' })
const MODELS: Readonly<Record<string, { open: OpenModel; eventsBeforeText: number }>> = {
  'openai chat': { open: (base) => openai(base).chat('gpt-4o'), eventsBeforeText: 1 },
  'openai responses': { open: (base) => openai(base).responses('gpt-5'), eventsBeforeText: 4 },
  anthropic: {
    open: (base) => createAnthropic({ baseURL: `${base}/v1`, apiKey: 'sk-ant-test' })('claude-sonnet-4-6'),
    eventsBeforeText: 3,
  },
}

function clientOf(name: string, open: OpenModel, eventsBeforeText: number): WireClient {
  const settings = (base: string, abortSignal?: AbortSignal) => ({
    model: open(base),
    maxRetries: 0,
    ...(abortSignal !== undefined && { abortSignal }),
  })
  return {
    name: `vercel ai sdk, ${name}`,
    eventsBeforeText,
    errorClasses: { 400: 'APICallError', 401: 'APICallError', 429: 'APICallError', 500: 'APICallError' },
    async chat(base, abortSignal) {
      return (await generateText({ ...settings(base, abortSignal), prompt: PROMPT })).text
    },
    stream: (base, abortSignal) =>
      textOf(streamText({ ...settings(base, abortSignal), prompt: PROMPT, onError: () => undefined })),
    explain: (error) => ({
      status: APICallError.isInstance(error) ? error.statusCode : undefined,
      message: error instanceof Error ? error.message : JSON.stringify(error),
    }),
    tools: {
      ask: async (base) => called((await generateText({ ...settings(base), tools: TOOLS, prompt: PROMPT })).toolCalls),
      askStreamed: async (base) =>
        called(await streamText({ ...settings(base), tools: TOOLS, prompt: PROMPT }).toolCalls),
      answer: async (base, results) =>
        (await generateText({ ...settings(base), tools: TOOLS, messages: conversation(results) })).text,
    },
  }
}

/** `textStream` leaves out errors; the full stream has them. */
async function* textOf(result: ReturnType<typeof streamText>): AsyncGenerator<string> {
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta') yield part.text
    if (part.type === 'error') throw part.error
    if (part.type === 'abort') return
  }
}

function called(calls: readonly { toolName: string; input: unknown }[]): { name: string; arguments: unknown }[] {
  return calls.map((call) => ({ name: call.toolName, arguments: call.input }))
}

function conversation(results: readonly string[]): ModelMessage[] {
  return [
    { role: 'user', content: PROMPT },
    {
      role: 'assistant',
      content: results.map((_, i) => ({
        type: 'tool-call',
        toolCallId: `call_${i}`,
        toolName: 'find_orders',
        input: {},
      })),
    },
    {
      role: 'tool',
      content: results.map((value, i) => ({
        type: 'tool-result',
        toolCallId: `call_${i}`,
        toolName: 'find_orders',
        output: { type: 'text', value },
      })),
    },
  ]
}

for (const [name, { open, eventsBeforeText }] of Object.entries(MODELS))
  describeClient(clientOf(name, open, eventsBeforeText))

describe('vercel ai sdk, its own tool loop', () => {
  test.for(Object.entries(MODELS))(
    "%s: the second step carries the tool's answer in fewer bytes",
    async ([, { open }], { chain }) => {
      const orders = spacedOrders(3)
      const run = async (base: string): Promise<string> => {
        const result = streamText({
          model: open(base),
          maxRetries: 0,
          prompt: PROMPT,
          tools: { find_orders: { ...FIND_ORDERS, execute: async () => orders } } as ToolSet,
          stopWhen: isStepCount(3),
        })
        return await result.text
      }
      for (const mock of [chain.mock, chain.straight]) {
        mock.enqueue(
          { answer: { toolCalls: [{ name: 'find_orders', arguments: { customer: 'Zoë' } }] } },
          { answer: { text: 'Two are open.' } },
        )
      }
      expect(await run(chain.url)).toBe('Two are open.')
      expect(await run(chain.straight.url)).toBe('Two are open.')
      const [received, sent] = [chain.mock, chain.straight].map((mock) =>
        mock.requests.map((request) => request.body.toString()),
      )
      expect(received).toHaveLength(2)
      expect(received?.[0]).toBe(sent?.[0])
      const [text] = onlyChanged(sent![1]!, received![1]!, [orders])
      expect(text!.length).toBeLessThan(orders.length)
    },
  )
})
