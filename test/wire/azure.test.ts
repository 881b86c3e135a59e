/** Azure OpenAI behind every form of its base URL: the AzureOpenAI SDK, and OpenAI's with Azure's v1 API. */

import OpenAI, { AzureOpenAI } from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources'
import { describe, expect } from 'vitest'
import type { Mock } from '../../src/mock/index.ts'
import { testOfUpstreams as test } from '../support/chain.ts'
import { spacedOrders } from '../support/tool-results.ts'

const HISTORY: ChatCompletionMessageParam[] = [
  { role: 'user', content: 'Which orders are open?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'a', content: spacedOrders(30) },
]

/** Alone, under a name of its own, and beside others; by prefix, and by its key and path alone. */
const SETTINGS = ['', '/', '/openai', '/openai/v1', '/models', '/openai/deployments/d'].flatMap((path) => [
  { upstreams: [`MOCK${path}`], prefix: '' },
  { upstreams: [`azure=MOCK${path}`], prefix: '' },
  { upstreams: [`azure=MOCK${path}`], prefix: '/azure' },
  { upstreams: ['https://api.openai.com', 'anthropic=https://api.anthropic.com', `azure=MOCK${path}`], prefix: '' },
  { upstreams: ['https://api.openai.com', `corp=MOCK${path}`], prefix: '/corp' },
])

function open(endpoint: string): AzureOpenAI {
  return new AzureOpenAI({ endpoint, apiKey: 'azure-key', apiVersion: '2024-10-21', deployment: 'd', maxRetries: 0 })
}

async function texts(client: OpenAI): Promise<string[]> {
  const request = { model: 'gpt-4o', messages: HISTORY }
  const whole = await client.chat.completions.create(request)
  let streamed = ''
  for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
    streamed += chunk.choices[0]?.delta.content ?? ''
  }
  const response = await client.responses.create({ model: 'gpt-4o', input: 'hello' })
  const embedded = await client.embeddings.create({ model: 'e', input: 'hello' })
  return [whole.choices[0]?.message.content ?? '', streamed, response.output_text, String(embedded.data.length)]
}

function sentTo(mock: Mock): (string | undefined)[][] {
  return mock.requests.map(({ url, headers }) => [url, headers['api-key'] as string | undefined])
}

describe.for(SETTINGS)('$upstreams called at "$prefix"', ({ upstreams, prefix }) => {
  test('serves AzureOpenAI as Azure itself', async ({ servers }) => {
    const through = await texts(open((await servers.sidecar(...upstreams)) + prefix))
    expect(through).toEqual(await texts(open(servers.straight.url)))
    expect(sentTo(servers.mock)).toEqual(sentTo(servers.straight))
    expect(sentTo(servers.mock).map(([url]) => url)).toEqual([
      '/openai/deployments/d/chat/completions?api-version=2024-10-21',
      '/openai/deployments/d/chat/completions?api-version=2024-10-21',
      '/openai/responses?api-version=2024-10-21',
      '/openai/deployments/d/embeddings?api-version=2024-10-21',
    ])
    // They are read: the tool result is shorter.
    expect(servers.mock.requests[0]!.body.length).toBeLessThan(servers.straight.requests[0]!.body.length * 0.9)
    expect(servers.mock.requests[3]?.body).toEqual(servers.straight.requests[3]?.body)
  })
})

test.for(['', '/openai', '/openai/v1'])('the v1 API at the base "%s"', async (path, { servers }) => {
  const url = await servers.sidecar(`azure=MOCK${path}`, 'anthropic=https://api.anthropic.com')
  const options = { apiKey: 'entra', defaultHeaders: { 'api-key': 'azure-key' }, maxRetries: 0 }
  const through = await texts(new OpenAI({ ...options, baseURL: `${url}/openai/v1/` }))
  expect(through).toEqual(await texts(new OpenAI({ ...options, baseURL: `${servers.straight.url}/openai/v1/` })))
  expect(sentTo(servers.mock)).toEqual(sentTo(servers.straight))
})

test.for(['', '/models', '/openai'])('Azure AI services at the base "%s"', async (path, { servers }) => {
  const url = await servers.sidecar(`azure=MOCK${path}`)
  const ask = (host: string): Promise<Response> =>
    fetch(`${host}/models/chat/completions?api-version=2024-05-01-preview`, {
      method: 'POST',
      headers: { 'api-key': 'azure-key', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', messages: HISTORY }, null, 2),
    })
  const [through, straight] = [await ask(url), await ask(servers.straight.url)]
  expect(through.headers.get('x-m2m-outcome')).toBe('compressed')
  expect(((await through.json()) as { id: string }).id).toBe(((await straight.json()) as { id: string }).id)
  expect(sentTo(servers.mock)).toEqual(sentTo(servers.straight))
})

test('an error of Azure reaches the SDK as it is', async ({ servers }) => {
  const url = await servers.sidecar('azure=MOCK')
  servers.mock.enqueue({ error: { status: 401, message: 'Access denied due to invalid subscription key.' } })
  await expect(open(url).chat.completions.create({ model: 'gpt-4o', messages: HISTORY })).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('Access denied'),
  })
})

test('without an Azure, its key goes to nobody, and the SDK shows the way out', async ({ servers }) => {
  const url = await servers.sidecar('https://api.openai.com', 'anthropic=MOCK')
  await expect(open(url).chat.completions.create({ model: 'gpt-4o', messages: HISTORY })).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('--upstream azure=URL'),
  })
  expect(servers.mock.requests).toEqual([])
})
