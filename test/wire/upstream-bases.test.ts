/**
 * A provider's base URL is taken as its SDK takes it: through the sidecar, a call reaches the path that the same SDK calls
 * with that base URL itself.
 */

import Anthropic from '@anthropic-ai/sdk'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { describe, expect } from 'vitest'
import type { Mock } from '../../src/mock/index.ts'
import { testOfUpstreams as test } from '../support/chain.ts'
import { spacedOrders } from '../support/tool-results.ts'

function openai(baseURL: string): OpenAI {
  return new OpenAI({ baseURL, apiKey: 'sk-test', maxRetries: 0 })
}

function anthropic(baseURL: string): Anthropic {
  return new Anthropic({ baseURL, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 })
}

function urlsOf({ requests }: Mock): string[] {
  return requests.map(({ method, url }) => `${method} ${url}`)
}

async function callOpenai(client: OpenAI): Promise<void> {
  await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }] })
  await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'hello' })
  await client.responses.create({ model: 'gpt-4o', input: 'hello' })
  await client.embeddings.create({ model: 'e', input: 'hello' })
  await client.models.list()
  await client.models.retrieve('org/model:tag')
}

const OPENAI_BASES = [
  '/v1',
  '/inference',
  '/beta',
  '/v1/acct/gw/openai',
  '/openai/v1',
  '/v1beta/openai',
  '/api/paas/v4',
  '/team-a',
]

describe.for(OPENAI_BASES)('the OpenAI SDK and a provider at "%s"', (path) => {
  // A base that ends in `/openai` may be Azure's, where `/openai/v1` is another API.
  const groq = path.endsWith('gw/openai') ? [] : ['/openai/v1']
  test.for(['/v1', '', '/p/v1', '/p', ...groq])('called at "%s"', async (own, { servers }) => {
    const url = await servers.sidecar(`p=MOCK${path}`)
    await callOpenai(openai(url + own))
    await callOpenai(openai(servers.straight.url + path))
    expect(urlsOf(servers.mock)).toEqual(urlsOf(servers.straight))
  })
})

test.for(['', '/anthropic', '/team-a'])('the Anthropic SDK and a provider at "%s"', async (path, { servers }) => {
  const url = await servers.sidecar(`anthropic=MOCK${path}`, 'openai=MOCK')
  const call = async (client: Anthropic): Promise<void> => {
    const messages = [{ role: 'user', content: 'hello' } as const]
    await client.messages.create({ model: 'claude-sonnet-4-6', max_tokens: 9, messages })
    await client.messages.countTokens({ model: 'claude-sonnet-4-6', messages })
    // Its key decides: the path alone is OpenAI's as well.
    await client.models.list()
  }
  await call(anthropic(url))
  await call(anthropic(servers.straight.url + path))
  expect(urlsOf(servers.mock)).toEqual(urlsOf(servers.straight))
})

test.for(['', '/gpu'])('the Ollama client and a provider at "%s"', async (path, { servers }) => {
  const url = await servers.sidecar(`ollama=MOCK${path}`, 'openai=MOCK')
  const call = async (client: Ollama): Promise<void> => {
    await client.chat({ model: 'llama3.2:3b', messages: [{ role: 'user', content: 'hello' }] })
    await client.generate({ model: 'llama3.2:3b', prompt: 'hello' })
    await client.list()
    await client.show({ model: 'llama3.2:3b' })
  }
  await call(new Ollama({ host: url }))
  await call(new Ollama({ host: servers.straight.url + path }))
  expect(urlsOf(servers.mock)).toEqual(urlsOf(servers.straight))
})

test('one provider serves whatever it is asked: Ollama to the OpenAI SDK', async ({ servers }) => {
  const url = await servers.sidecar('ollama=MOCK')
  const reply = await openai(`${url}/v1`).chat.completions.create({
    model: 'llama3.2:3b',
    messages: [{ role: 'user', content: 'hello' }],
  })
  expect(reply.choices[0]?.message.content).toContain('Thank you')
  expect(urlsOf(servers.mock)).toEqual(['POST /v1/chat/completions'])
})

describe('the dialect of a call comes from its path', () => {
  const HISTORY = [
    { role: 'user', content: 'hello' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: spacedOrders(30) }] },
  ] as Anthropic.MessageParam[]
  const request = { model: 'claude-sonnet-4-6', max_tokens: 9, messages: HISTORY }

  test('a gateway of dialect openai is asked in Anthropic’s, with the user’s key', async ({ servers }) => {
    const url = await servers.sidecar('litellm:openai=MOCK/v1', 'openai=MOCK')
    const message = await anthropic(`${url}/litellm`).messages.create(request)
    expect(message.content[0]).toMatchObject({ type: 'text' })
    await anthropic(servers.straight.url).messages.create(request)
    expect(urlsOf(servers.mock)).toEqual(['POST /v1/messages'])
    const [through, straight] = [servers.mock.requests[0]!, servers.straight.requests[0]!]
    expect(JSON.stringify(through.headers)).toContain('sk-ant-test')
    expect(through.body.length).toBeLessThan(straight.body.length * 0.9)
  })

  test('and our own errors come in it', async ({ servers }) => {
    const url = await servers.sidecar('openai=MOCK', 'ollama=MOCK')
    await expect(anthropic(url).messages.create(request)).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { type: 'not_found_error', message: expect.stringContaining('sk-ant-') } },
    })
    await expect(anthropic(`${url}/openai`).messages.create(request)).rejects.toMatchObject({
      status: 404,
      error: { type: 'error', error: { message: expect.stringContaining('not sent there') } },
    })
    const refused = await fetch(`${url}/openai/api/chat`, { method: 'POST', headers: { 'x-api-key': 'k' }, body: '{}' })
    expect(await refused.json()).toEqual({ error: expect.stringContaining('not sent there') })
    expect(servers.mock.requests).toEqual([])
  })

  test('Ollama’s own API at a provider of dialect openai', async ({ servers }) => {
    const url = await servers.sidecar('x=MOCK/v1', 'openai=MOCK')
    await new Ollama({ host: `${url}/x` }).chat({ model: 'm', messages: [{ role: 'user', content: 'hello' }] })
    expect(urlsOf(servers.mock)).toEqual(['POST /api/chat'])
  })
})

describe('paths of other APIs', () => {
  const REQUESTS = [
    'POST /v1beta/models/g:generateContent?alt=sse',
    'POST /v1/models/g:countTokens',
    'POST /model/m%3A0/converse',
    'POST /tokenize',
    'GET /health/',
    'GET /api/v0/models',
    'PUT //a///b/?x=%2F%2f&y=1&y=2',
    'POST /v1/completions/',
    'DELETE /v1/organization/x%2Fy',
  ]
  test.for(['google=MOCK/v1beta/openai', 'bedrock=MOCK/openai/v1', 'vllm=MOCK/v1', 'vllm=MOCK', 'relay:none=MOCK'])(
    'reach %s as they are, by prefix',
    async (upstream, { servers }) => {
      const url = await servers.sidecar(upstream, 'other=MOCK')
      const requests = REQUESTS.filter((each) => upstream.includes('none') || !each.includes('completions'))
      for (const [method, path] of requests.map((each) => each.split(' '))) {
        const name = /^\w+/.exec(upstream)?.[0]
        const { status } = await fetch(`${url}/${name}${path}`, { method: method ?? '' })
        expect(status).not.toBe(502)
      }
      expect(urlsOf(servers.mock)).toEqual(requests)
    },
  )
})
