/** Calls of OpenAI's own SDK, which most providers name in their documentation. */

import OpenAI, { AzureOpenAI } from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import type { ResponseInput } from 'openai/resources/responses/responses'
import { type ClientSettings, ORDERS, type ProviderCall, QUESTION, type Treatment } from './calls.ts'

type Call = (client: OpenAI) => Promise<unknown>

export const CHAT_MESSAGES: ChatCompletionMessageParam[] = [
  { role: 'user', content: QUESTION },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find_orders', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'call_1', content: ORDERS },
]

const INPUT: ResponseInput = [
  { role: 'user', content: QUESTION },
  { type: 'function_call', call_id: 'call_1', name: 'find_orders', arguments: '{}' },
  { type: 'function_call_output', call_id: 'call_1', output: ORDERS },
]

const MODEL = 'gpt-4o'

const chat: Call = (client) => client.chat.completions.create({ model: MODEL, messages: CHAT_MESSAGES })
const chatStream: Call = async (client) =>
  collect(await client.chat.completions.create({ model: MODEL, messages: CHAT_MESSAGES, stream: true }))
const responses: Call = (client) => client.responses.create({ model: 'gpt-5', input: INPUT })
const completions: Call = (client) => client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: QUESTION })
const embeddings: Call = (client) => client.embeddings.create({ model: 'text-embedding-3-small', input: QUESTION })
const models: Call = async (client) => (await client.models.list()).data

async function collect(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const event of events) all.push(event)
  return all
}

const CALLS = {
  chat: [chat, 'compressed'],
  'streamed chat': [chatStream, 'compressed'],
  responses: [responses, 'compressed'],
  completions: [completions, 'read'],
  embeddings: [embeddings, 'relayed'],
  models: [models, 'relayed'],
} as const satisfies Readonly<Record<string, readonly [Call, Treatment]>>

/** Calls of `new OpenAI(...)`. */
export function openaiCalls(...names: readonly (keyof typeof CALLS)[]): ProviderCall[] {
  return callsOf(openClient, names)
}

/** The same with a query in every call, as Azure AI services asks for. */
export function versionedOpenaiCalls(...names: readonly (keyof typeof CALLS)[]): ProviderCall[] {
  const open = ({ options }: ClientSettings): OpenAI =>
    new OpenAI({ ...COMMON, ...options, defaultQuery: { 'api-version': '2024-05-01-preview' } })
  return callsOf(open, names)
}

/** Calls of `new AzureOpenAI(...)`: the model's name goes into the path. */
export function azureCalls(...names: readonly (keyof typeof CALLS)[]): ProviderCall[] {
  const open = ({ options }: ClientSettings): OpenAI =>
    new AzureOpenAI({ ...COMMON, apiVersion: '2024-10-21', ...options })
  return callsOf(open, names)
}

/** A path beside the API, on the same host: vLLM's `/tokenize`, LM Studio's `/api/v0/models`. */
export function besideApi(method: 'get' | 'post', path: string): ProviderCall {
  return {
    name: `${method} ${path}`,
    treatment: 'relayed',
    run: (settings) => {
      const client = openClient(settings)
      const url = client.baseURL.replace(/\/v1\/?$/, '') + path
      return client[method](url, method === 'post' ? { body: { model: MODEL, prompt: QUESTION } } : {})
    },
  }
}

const COMMON = { apiKey: 'sk-test', maxRetries: 0 }

function openClient({ options }: ClientSettings): OpenAI {
  return new OpenAI({ ...COMMON, ...options })
}

function callsOf(open: (settings: ClientSettings) => OpenAI, names: readonly (keyof typeof CALLS)[]): ProviderCall[] {
  return names.map((name) => {
    const [call, treatment] = CALLS[name]
    return { name, treatment, run: (settings) => call(open(settings)) }
  })
}
