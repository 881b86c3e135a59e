/** Azure OpenAI behind every form of its base URL: the AzureOpenAI SDK, and OpenAI's with Azure's v1 API. */

import OpenAI, { AzureOpenAI } from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources'
import { describe, expect } from 'vitest'
import { startSidecar } from '../../sidecar/start.ts'
import { parseUpstream } from '../../src/core/policy/index.ts'
import { type Mock, startMock } from '../../src/mock/index.ts'
import { testConfig } from '../support/test-config.ts'
import { spacedOrders } from '../support/tool-results.ts'
import { test as base, closeAfterTest } from '../support/wire.ts'

const HISTORY: ChatCompletionMessageParam[] = [
  { role: 'user', content: 'Which orders are open?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'a', content: spacedOrders(30) },
]

interface Azure {
  readonly mock: Mock
  /** For the same call without a sidecar. */
  readonly straight: Mock
  /** A sidecar in front of `mock`, with these upstreams; `AZURE` stands for its URL. */
  sidecar(...upstreams: readonly string[]): Promise<string>
}

const test = base.extend('azure', async ({ onTestFinished }): Promise<Azure> => {
  const mock = await closeAfterTest(startMock(), onTestFinished)
  const straight = await closeAfterTest(startMock(), onTestFinished)
  return {
    mock,
    straight,
    async sidecar(...texts) {
      const upstreams = texts.map((text) => parseUpstream(text.replace('AZURE', mock.url)))
      const started = await closeAfterTest(startSidecar(testConfig({ proxy: { upstreams } })), onTestFinished)
      return started.dataUrl
    },
  }
})

/** Alone, under a name of its own, and beside others; by prefix, and by its key and path alone. */
const SETTINGS = ['', '/', '/openai', '/openai/v1', '/models', '/openai/deployments/d'].flatMap((path) => [
  { upstreams: [`AZURE${path}`], prefix: '' },
  { upstreams: [`azure=AZURE${path}`], prefix: '' },
  { upstreams: [`azure=AZURE${path}`], prefix: '/azure' },
  { upstreams: ['https://api.openai.com', 'anthropic=https://api.anthropic.com', `azure=AZURE${path}`], prefix: '' },
  { upstreams: ['https://api.openai.com', `corp=AZURE${path}`], prefix: '/corp' },
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
  test('serves AzureOpenAI as Azure itself', async ({ azure }) => {
    const through = await texts(open((await azure.sidecar(...upstreams)) + prefix))
    expect(through).toEqual(await texts(open(azure.straight.url)))
    expect(sentTo(azure.mock)).toEqual(sentTo(azure.straight))
    expect(sentTo(azure.mock).map(([url]) => url)).toEqual([
      '/openai/deployments/d/chat/completions?api-version=2024-10-21',
      '/openai/deployments/d/chat/completions?api-version=2024-10-21',
      '/openai/responses?api-version=2024-10-21',
      '/openai/deployments/d/embeddings?api-version=2024-10-21',
    ])
    // They are read: the tool result is shorter.
    expect(azure.mock.requests[0]!.body.length).toBeLessThan(azure.straight.requests[0]!.body.length * 0.9)
    expect(azure.mock.requests[3]?.body).toEqual(azure.straight.requests[3]?.body)
  })
})

test.for(['', '/openai', '/openai/v1'])('the v1 API at the base "%s"', async (path, { azure }) => {
  const url = await azure.sidecar(`azure=AZURE${path}`, 'anthropic=https://api.anthropic.com')
  const options = { apiKey: 'entra', defaultHeaders: { 'api-key': 'azure-key' }, maxRetries: 0 }
  const through = await texts(new OpenAI({ ...options, baseURL: `${url}/openai/v1/` }))
  expect(through).toEqual(await texts(new OpenAI({ ...options, baseURL: `${azure.straight.url}/openai/v1/` })))
  expect(sentTo(azure.mock)).toEqual(sentTo(azure.straight))
})

test.for(['', '/models', '/openai'])('Azure AI services at the base "%s"', async (path, { azure }) => {
  const url = await azure.sidecar(`azure=AZURE${path}`)
  const ask = (host: string): Promise<Response> =>
    fetch(`${host}/models/chat/completions?api-version=2024-05-01-preview`, {
      method: 'POST',
      headers: { 'api-key': 'azure-key', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', messages: HISTORY }, null, 2),
    })
  const [through, straight] = [await ask(url), await ask(azure.straight.url)]
  expect(through.headers.get('x-m2m-outcome')).toBe('compressed')
  expect(((await through.json()) as { id: string }).id).toBe(((await straight.json()) as { id: string }).id)
  expect(sentTo(azure.mock)).toEqual(sentTo(azure.straight))
})

test('an error of Azure reaches the SDK as it is', async ({ azure }) => {
  const url = await azure.sidecar('azure=AZURE')
  azure.mock.enqueue({ error: { status: 401, message: 'Access denied due to invalid subscription key.' } })
  await expect(open(url).chat.completions.create({ model: 'gpt-4o', messages: HISTORY })).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining('Access denied'),
  })
})

test('without an Azure, its key goes to nobody, and the SDK shows the way out', async ({ azure }) => {
  const url = await azure.sidecar('https://api.openai.com', 'anthropic=AZURE')
  await expect(open(url).chat.completions.create({ model: 'gpt-4o', messages: HISTORY })).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('--upstream azure=URL'),
  })
  expect(azure.mock.requests).toEqual([])
})
