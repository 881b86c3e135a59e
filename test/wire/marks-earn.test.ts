/** Marks that do not earn their price stop: real SDK clients, and a provider that reports what it reads and writes. */

import Anthropic from '@anthropic-ai/sdk'
import { expect } from 'vitest'
import type { Edge } from '../support/edge.ts'
import type { Upstream } from '../support/upstream.ts'
import { test as wireTest } from '../support/wire.ts'

const LONG = 'You look after orders and answer briefly. '.repeat(400)

/** By turn, from 1 on. */
type UsageOf = (turn: number) => { cache_read_input_tokens: number; cache_creation_input_tokens: number } | object

const WRITES_ONLY: UsageOf = () => ({ cache_read_input_tokens: 0, cache_creation_input_tokens: 4000 })

interface Chat {
  readonly turns?: number
  readonly isStream?: boolean
  readonly systemOf?: (turn: number) => string
  readonly usageOf: UsageOf
}

const test = wireTest.extend(
  'startChat',
  ({ upstream, startEdge }) =>
    async (): Promise<{
      edge: Edge
      /** Lets an SDK client take turns. @returns the turns whose requests arrived with marks */
      chat(options: Chat): Promise<number[]>
    }> => {
      const edge = await startEdge(upstream.url, {
        spec: { compression: { profile: 'Balanced' }, cache: { mode: 'Auto' } },
      })
      return { edge, chat: (options) => chat(edge, upstream, options) }
    },
)

async function chat(edge: Edge, upstream: Upstream, { turns = 12, isStream, systemOf, usageOf }: Chat) {
  const client = new Anthropic({ baseURL: edge.url, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 })
  const messages: Anthropic.MessageParam[] = []
  const marked: number[] = []
  for (let turn = 1; turn <= turns; turn++) {
    messages.push({ role: 'user', content: [{ type: 'text', text: `Which orders are open on day ${turn}?` }] })
    upstream.replyWith((res) => {
      const usage = { input_tokens: 20, output_tokens: 5, ...usageOf(turn) }
      const message = { id: `msg_${turn}`, type: 'message', role: 'assistant', model: 'claude-sonnet-5', usage }
      if (isStream) res.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventsOf(message, turn))
      else {
        const content = [{ type: 'text', text: `Order ${turn}.` }]
        res.writeHead(200, { 'content-type': 'application/json' })
        res.end(JSON.stringify({ ...message, content, stop_reason: 'end_turn', stop_sequence: null }))
      }
    })
    const system = [{ type: 'text' as const, text: systemOf?.(turn) ?? LONG }]
    const call = { model: 'claude-sonnet-5', max_tokens: 100, system, messages }
    const reply = isStream ? await client.messages.stream(call).finalMessage() : await client.messages.create(call)
    messages.push({ role: 'assistant', content: reply.content as Anthropic.ContentBlockParam[] })
    if (upstream.seen.at(-1)?.body.includes('cache_control')) marked.push(turn)
  }
  return marked
}

function eventsOf(message: object, turn: number): string {
  const events = [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, stop_sequence: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `Order ${turn}.` } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ]
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

test('a system text that changes on every turn is not marked, and the log says why', async ({ startChat }) => {
  const { edge, chat } = await startChat()
  const systemOf = (turn: number): string => `It is ${turn} o'clock. ${LONG}`
  expect(await chat({ systemOf, usageOf: WRITES_ONLY })).toEqual([])
  await expect.poll(() => edge.calls().length).toBe(12)
  expect(edge.calls().at(-1)).toMatchObject({ cache: 'none', cache_reason: 'broken', prefix_broken_at: 'system' })
})

test('a session whose system text changes once is marked again', async ({ startChat }) => {
  const { chat } = await startChat()
  const systemOf = (turn: number): string => (turn < 5 ? LONG : `Today there is a sale. ${LONG}`)
  const usageOf = (turn: number): object => ({
    cache_read_input_tokens: turn < 3 ? 0 : 4000,
    cache_creation_input_tokens: 40,
  })
  expect(await chat({ turns: 8, systemOf, usageOf })).toEqual([2, 3, 4, 6, 7, 8])
})

test.for([false, true])('writes without reads make marks rare; streamed: %s', async (isStream, { startChat }) => {
  const { edge, chat } = await startChat()
  expect(await chat({ isStream, usageOf: WRITES_ONLY })).toEqual([2, 3, 5, 8])
  await expect.poll(() => edge.calls().length).toBe(12)
  expect(edge.calls()[3]).toMatchObject({ cache: 'none', cache_reason: 'unread' })
})

test('a provider that reports no figures of its cache keeps the marks', async ({ startChat }) => {
  const { chat } = await startChat()
  expect(await chat({ turns: 6, usageOf: () => ({}) })).toEqual([2, 3, 4, 5, 6])
})
