/** The common spellings of a base URL: the SDK's call reaches the path that the provider knows. */

import Anthropic from '@anthropic-ai/sdk'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { test } from '../support/chain.ts'

const MESSAGES = [{ role: 'user', content: 'hello' } as const]

const openai = (baseURL: string): Promise<unknown> =>
  new OpenAI({ baseURL, apiKey: 'sk-test', maxRetries: 0 }).chat.completions.create({
    model: 'gpt-4o',
    messages: MESSAGES,
  })
const anthropic = (baseURL: string): Promise<unknown> =>
  new Anthropic({ baseURL, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 }).messages.create({
    model: 'claude-sonnet-4-6',
    max_tokens: 10,
    messages: MESSAGES,
  })
const ollama = (host: string): Promise<unknown> =>
  new Ollama({ host }).chat({ model: 'llama3.2:3b', messages: MESSAGES })

const CASES = [
  { client: 'openai', call: openai, base: '/v1', path: '/v1/chat/completions' },
  { client: 'openai', call: openai, base: '/v1/', path: '/v1/chat/completions' },
  { client: 'openai', call: openai, base: '//v1', path: '/v1/chat/completions' },
  { client: 'openai', call: openai, base: '/v1/v1', path: '/v1/chat/completions' },
  { client: 'openai', call: openai, base: '/openai/v1', path: '/v1/chat/completions' },
  { client: 'anthropic', call: anthropic, base: '', path: '/v1/messages' },
  { client: 'anthropic', call: anthropic, base: '/v1', path: '/v1/messages' },
  { client: 'anthropic', call: anthropic, base: '/anthropic', path: '/v1/messages' },
  { client: 'ollama', call: ollama, base: '', path: '/api/chat' },
  { client: 'ollama', call: ollama, base: '/', path: '/api/chat' },
  { client: 'ollama', call: ollama, base: '/ollama', path: '/api/chat' },
]

test.for(CASES)('$client with the base "$base" calls $path', async ({ call, base, path }, { chain }) => {
  await call(`${chain.url}${base}`)
  expect(chain.mock.requests.map((request) => request.url)).toEqual([path])
})
