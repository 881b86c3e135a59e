/** What real SDKs do with errors of ours: a call that would end as the first did is not made again. */

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { describe, expect } from 'vitest'
import { test } from '../../support/wire.ts'

const MESSAGES = [{ role: 'user' as const, content: 'hello' }]

/** Each would try twice more. */
const SDKS = [
  {
    sdk: 'openai',
    call: (url: string) =>
      new OpenAI({ baseURL: `${url}/v1`, apiKey: 'sk-test', maxRetries: 2 }).chat.completions.create({
        model: 'gpt-4o',
        messages: MESSAGES,
      }),
  },
  {
    sdk: 'anthropic',
    call: (url: string) =>
      new Anthropic({ baseURL: url, apiKey: 'sk-ant-test', maxRetries: 2 }).messages.create({
        model: 'claude-sonnet-4-6',
        max_tokens: 16,
        messages: MESSAGES,
      }),
  },
] as const

describe.for(SDKS)('$sdk', ({ call }) => {
  test.for(['firstByte', 'total'] as const)(
    'takes a %s time-out for an answer',
    async (budget, { startEdge, upstream }) => {
      upstream.replyWith(() => undefined)
      const edge = await startEdge(upstream.url, { timeouts: { [budget]: '150ms' } })
      await expect(call(edge.url)).rejects.toMatchObject({ status: 504 })
      expect(upstream.seen).toHaveLength(1)
    },
  )

  test('takes a reply that is no HTTP for an answer', async ({ startEdge, tcpUpstream }) => {
    tcpUpstream.onHead((socket) => socket.end('HTTP/9 hello\r\n\r\n'))
    const edge = await startEdge(tcpUpstream.url)
    await expect(call(edge.url)).rejects.toMatchObject({ status: 502 })
    expect(tcpUpstream.sockets).toHaveLength(1)
  })

  test('tries again where the provider closes without a reply', async ({ startEdge, tcpUpstream }) => {
    tcpUpstream.onHead((socket) => socket.destroy())
    const edge = await startEdge(tcpUpstream.url)
    await expect(call(edge.url)).rejects.toMatchObject({ status: 502 })
    expect(tcpUpstream.sockets).toHaveLength(3)
  })

  test('takes an early refusal for an answer', async ({ startEdge, tcpUpstream }) => {
    const answer = 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\n{}'
    tcpUpstream.onHead((socket) => socket.write(answer, () => socket.destroy()))
    const edge = await startEdge(tcpUpstream.url)
    await expect(call(edge.url)).rejects.toMatchObject({ status: 401 })
    expect(tcpUpstream.sockets).toHaveLength(1)
  })
})
