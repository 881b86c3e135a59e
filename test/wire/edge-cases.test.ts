/**
 * Cases that belong to no feature: members said twice, interleaved choices, a clock that jumps, a policy that changes
 * (docs/spec/edge-cases.md).
 */

import type { ServerResponse } from 'node:http'
import { expect, vi } from 'vitest'
import { CHAT_PATH, chatBody, chunk, DONE, SSE } from '../support/chat-call.ts'
import { NOWHERE, test } from '../support/wire.ts'
import { within } from '../support/within.ts'

test('a body that names its model twice passes as it is, and no model is claimed for it', async ({
  edge,
  upstream,
}) => {
  const body = chatBody().replace('"model":"gpt-4o"', '"model":"gpt-4o","model":"gpt-5"')
  await (await edge.post(CHAT_PATH, body)).text()
  expect(upstream.seen.map((seen) => seen.body.toString())).toEqual([body])
  await expect.poll(async () => (await edge.stats()).requests_total).toBe(1)
  expect(Object.keys((await edge.stats()).models)).not.toContain('gpt-5')
  expect(Object.keys((await edge.stats()).models)).not.toContain('gpt-4o')
})

test('choices that take turns in a stream pass as they came, and their usage is read once', async ({
  edge,
  upstream,
}) => {
  const other = (text: string): string => chunk(text).replace('"index":0', '"index":1')
  const usage = 'data: {"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7}}\n\n'
  const stream = [chunk('a'), other('b'), chunk('c'), other('d'), chunk('', 'stop'), other(''), usage, DONE].join('')
  upstream.replyWith((res) => res.writeHead(200, SSE).end(stream))
  expect(await (await edge.post(CHAT_PATH, chatBody({ n: 2, stream: true }))).text()).toBe(stream)
  const output = /^gen_ai_client_token_usage\w*_sum\{[^}]*token_type="output"[^}]*\} 7$/m
  await expect.poll(() => edge.metrics()).toMatch(output)
})

test.for([
  ['a day ahead', 86_400_000],
  ['a day back', -86_400_000],
] as const)(
  'a clock that jumps %s in the middle of a stream breaks no limit of time',
  async ([, jump], { startEdge, upstream }) => {
    const begun = Promise.withResolvers<ServerResponse>()
    upstream.replyWith((res) => {
      res.writeHead(200, SSE).write(chunk('a'))
      begun.resolve(res)
    })
    const edge = await startEdge(upstream.url, { timeouts: { firstByte: '60s', idle: '60s', total: '60s' } })
    const reply = await edge.post(CHAT_PATH, chatBody({ stream: true }))
    const reader = reply.body!.getReader()
    expect(Buffer.from((await within('the first event', reader.read())).value!).toString()).toBe(chunk('a'))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump })
    try {
      const provider = await begun.promise
      provider.write(chunk('b'))
      expect(Buffer.from((await within('the second event', reader.read())).value!).toString()).toBe(chunk('b'))
      provider.end(DONE)
      expect(Buffer.from((await within('the end', reader.read())).value!).toString()).toBe(DONE)
    } finally {
      vi.useRealTimers()
    }
    await expect.poll(() => edge.calls()).toMatchObject([{ status: 200 }])
    expect(edge.calls()[0]).not.toHaveProperty('error')
    expect(Number(edge.calls()[0]?.['ms'])).toBeLessThan(60_000)
  },
)

test('an open stream goes on while a new policy moves its provider, which holds for the next call', async ({
  startEdge,
  upstream,
}) => {
  const begun = Promise.withResolvers<ServerResponse>()
  upstream.replyWith((res) => {
    res.writeHead(200, SSE).write(chunk('a'))
    begun.resolve(res)
  })
  const edge = await startEdge(upstream.url, { pollMs: 50 })
  const reply = await edge.post(CHAT_PATH, chatBody({ stream: true }))
  await edge.setPolicy({ providers: [{ name: 'openai', baseURL: NOWHERE, allowInsecure: true }] })
  await expect.poll(async () => (await edge.post(CHAT_PATH, chatBody())).status).toBe(502)
  ;(await begun.promise).end(chunk('b', 'stop') + DONE)
  expect(await reply.text()).toBe(chunk('a') + chunk('b', 'stop') + DONE)
})
