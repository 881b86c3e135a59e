/** Prefixes that a client breaks, through a real sidecar: located, counted and priced, and nothing else is. */

import { expect } from 'vitest'
import type { StatisticsSnapshot } from '../../../sidecar/telemetry/statistics/statistics.ts'
import type { Edge } from '../../support/edge.ts'
import type { Upstream } from '../../support/upstream.ts'
import { test as wireTest } from '../../support/wire.ts'

const MODEL = 'claude-sonnet-4-5'
const LONG = 'word '.repeat(3000)

interface Answer {
  readonly status: number
  readonly usage?: object
}

/** @param answer to the n-th request, from 0 */
function answerWith(upstream: Upstream, answer: (nth: number) => Answer): void {
  let nth = 0
  upstream.replyWith((res) => {
    const { status, usage } = answer(nth++)
    res.statusCode = status
    res.end(JSON.stringify({ model: MODEL, stop_reason: 'end_turn', ...(usage && { usage }) }))
  })
}

const test = wireTest.extend('edge', ({ startEdge, upstream }) => {
  answerWith(upstream, () => ({ status: 200 }))
  return startEdge(upstream.url)
})

interface Request {
  readonly system?: string
  readonly tools?: readonly string[]
  readonly messages: readonly string[]
}

/** Messages are the user's and the model's in turn. */
async function send(edge: Edge, request: Request): Promise<void> {
  const { system = `Be brief. ${LONG}`, tools = ['a', 'b'], messages } = request
  const body = JSON.stringify({
    model: MODEL,
    max_tokens: 10,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    tools: tools.map((name) => ({ name, input_schema: { type: 'object' } })),
    messages: messages.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content })),
  })
  await (await edge.post('/v1/messages', body)).text()
}

async function found(edge: Edge): Promise<StatisticsSnapshot['prefix']> {
  return (await edge.stats()).prefix
}

const TALK = ['u1', 'a1', 'u2', 'a2', 'u3', 'a3', 'u4']
const usage = { input_tokens: 10, cache_read_input_tokens: 0, cache_creation_input_tokens: 9000, output_tokens: 1 }

test('a time stamp in the system text is located, and its cost is reported', async ({ edge, upstream }) => {
  answerWith(upstream, () => ({ status: 200, usage }))
  await send(edge, { system: `It is 10:00. ${LONG}`, messages: TALK.slice(0, 1) })
  await send(edge, { system: `It is 10:01. ${LONG}`, messages: TALK.slice(0, 3) })
  await send(edge, { system: `It is 10:02. ${LONG}`, messages: TALK.slice(0, 5) })
  const prefix = await found(edge)
  expect(prefix).toMatchObject({ broken: 2, changed: 0, places: { system: { broken: 2 } } })
  expect(prefix.lost_tokens).toBe(18_000)
  // Sonnet 4.5 at its list prices: 3.75 USD a million written, 0.30 read.
  expect(prefix.lost_usd).toBeCloseTo(0.0621, 6)
  expect(prefix.last_breaks[0]).toMatchObject({ at: 'system', model: MODEL, lost_tokens: 9000 })
  expect(JSON.stringify(prefix)).not.toContain('10:0')
  expect(edge.calls().map((line) => line['prefix_broken_at'])).toEqual([undefined, 'system', 'system'])
  const labels = '{policy="edge",provider="anthropic"}'
  expect(await edge.metrics()).toContain(`m2m_prefix_broken_total${labels} 2`)
  expect(await edge.metrics()).toContain(`m2m_prefix_lost_tokens_total${labels} 18000`)
})

test('a tool list in another order is located at its first tool', async ({ edge }) => {
  await send(edge, { messages: TALK.slice(0, 1) })
  await send(edge, { tools: ['b', 'a'], messages: TALK.slice(0, 3) })
  expect((await found(edge)).last_breaks).toMatchObject([{ at: 'tools[0]' }])
})

test('an edited message of the history is located', async ({ edge }) => {
  await send(edge, { messages: TALK.slice(0, 5) })
  await send(edge, { messages: ['u1', 'a1', 'cleared', ...TALK.slice(3)] })
  expect((await found(edge)).last_breaks).toMatchObject([{ at: 'messages[2]' }])
})

test('a history that grows, is sent again, or fails and is tried again raises nothing', async ({ edge, upstream }) => {
  answerWith(upstream, (nth) => ({ status: nth === 2 ? 529 : 200 }))
  for (const count of [1, 3, 5, 5, 5, 3, 7]) await send(edge, { messages: TALK.slice(0, count) })
  expect(await found(edge)).toMatchObject({ broken: 0, lost_tokens: null, last_breaks: [] })
  expect(await edge.metrics()).not.toContain('m2m_prefix_broken_total')
})

test('a request that the provider refuses has broken nothing', async ({ edge, upstream }) => {
  answerWith(upstream, (nth) => ({ status: nth === 1 ? 400 : 200 }))
  await send(edge, { messages: TALK.slice(0, 3) })
  await send(edge, { system: `Be long. ${LONG}`, messages: TALK.slice(0, 5) })
  await send(edge, { messages: TALK.slice(0, 5) })
  expect(await found(edge)).toMatchObject({ broken: 0 })
})

test('calls that come at the same time raise nothing', async ({ edge }) => {
  await send(edge, { messages: TALK.slice(0, 3) })
  const sides = ['x', 'y', 'z'].map((name) => ({ messages: [...TALK.slice(0, 3), `a-${name}`, `u-${name}`] }))
  await Promise.all(sides.map((side) => send(edge, side)))
  await Promise.all(sides.map(({ messages }) => send(edge, { messages: [...messages, 'b', 'c'] })))
  expect(await found(edge)).toMatchObject({ broken: 0 })
})

test('calls that continue a stored response are not watched', async ({ edge }) => {
  for (const instructions of ['one', 'two', 'three']) {
    const input = [
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'a' },
      { role: 'user', content: 'v' },
    ]
    const body = JSON.stringify({ model: 'gpt-5', previous_response_id: 'r', conversation: 'c', instructions, input })
    await (await edge.post('/v1/responses', body)).text()
  }
  expect(await found(edge)).toMatchObject({ broken: 0 })
})

test('after a restart the first request is compared with nothing', async ({ edge, startEdge, upstream }) => {
  await send(edge, { messages: TALK.slice(0, 3) })
  await edge.close()
  const restarted = await startEdge(upstream.url)
  await send(restarted, { system: `Be long. ${LONG}`, messages: TALK.slice(0, 5) })
  expect(await found(restarted)).toMatchObject({ broken: 0 })
})
