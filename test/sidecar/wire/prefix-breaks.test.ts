/** Prefixes that a client breaks, through a real sidecar: located, counted and priced, and nothing else is. */

import { expect, test } from 'vitest'
import type { StatisticsSnapshot } from '../../../sidecar/telemetry/statistics/statistics.ts'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { type Edge, startEdge, startUpstream, type Upstream } from '../../support/edge.ts'

const MODEL = 'claude-sonnet-4-5'
const LONG = 'word '.repeat(3000)

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

async function open(
  answer: (nth: number) => { status: number; usage?: object } = () => ({ status: 200 }),
): Promise<void> {
  let nth = 0
  upstream = await startUpstream((res) => {
    const { status, usage } = answer(nth++)
    res.statusCode = status
    res.end(JSON.stringify({ model: MODEL, stop_reason: 'end_turn', ...(usage && { usage }) }))
  })
  edge = await startEdge(upstream.url)
}

interface Request {
  readonly system?: string
  readonly tools?: readonly string[]
  readonly messages: readonly string[]
}

/** Messages are the user's and the model's in turn. */
async function send({ system = `Be brief. ${LONG}`, tools = ['a', 'b'], messages }: Request): Promise<void> {
  const body = JSON.stringify({
    model: MODEL,
    max_tokens: 10,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    tools: tools.map((name) => ({ name, input_schema: { type: 'object' } })),
    messages: messages.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content })),
  })
  await (await fetch(`${edge.url}/v1/messages`, { method: 'POST', body })).text()
}

async function found(): Promise<StatisticsSnapshot['prefix']> {
  return ((await (await fetch(`${edge.url}/stats`)).json()) as StatisticsSnapshot).prefix
}

const metrics = async (): Promise<string> => (await fetch(`${edge.adminUrl}/metrics`)).text()

const TALK = ['u1', 'a1', 'u2', 'a2', 'u3', 'a3', 'u4']
const usage = { input_tokens: 10, cache_read_input_tokens: 0, cache_creation_input_tokens: 9000, output_tokens: 1 }

test('a time stamp in the system text is located, and what it costs is told', async () => {
  await open(() => ({ status: 200, usage }))
  await send({ system: `It is 10:00. ${LONG}`, messages: TALK.slice(0, 1) })
  await send({ system: `It is 10:01. ${LONG}`, messages: TALK.slice(0, 3) })
  await send({ system: `It is 10:02. ${LONG}`, messages: TALK.slice(0, 5) })
  const prefix = await found()
  expect(prefix).toMatchObject({ broken: 2, changed: 0, places: { system: { broken: 2 } } })
  expect(prefix.lost_tokens).toBe(18_000)
  // Sonnet 4.5 at its list prices: 3.75 USD a million written, 0.30 read.
  expect(prefix.lost_usd).toBeCloseTo(0.0621, 6)
  expect(prefix.last_breaks[0]).toMatchObject({ at: 'system', model: MODEL, lost_tokens: 9000 })
  expect(JSON.stringify(prefix)).not.toContain('10:0')
  const told = edge.lines.filter((line) => line['msg'] === 'call').map((line) => line['prefix_broken_at'])
  expect(told).toEqual([undefined, 'system', 'system'])
  const labels = '{policy="edge",provider="anthropic"}'
  expect(await metrics()).toContain(`m2m_prefix_broken_total${labels} 2`)
  expect(await metrics()).toContain(`m2m_prefix_lost_tokens_total${labels} 18000`)
})

test('a tool list in another order is located at its first tool', async () => {
  await open()
  await send({ messages: TALK.slice(0, 1) })
  await send({ tools: ['b', 'a'], messages: TALK.slice(0, 3) })
  expect((await found()).last_breaks).toMatchObject([{ at: 'tools[0]' }])
})

test('an edited message of the history is located', async () => {
  await open()
  await send({ messages: TALK.slice(0, 5) })
  await send({ messages: ['u1', 'a1', 'cleared', ...TALK.slice(3)] })
  expect((await found()).last_breaks).toMatchObject([{ at: 'messages[2]' }])
})

test('a history that grows, is sent again, or fails and is tried again raises nothing', async () => {
  await open((nth) => ({ status: nth === 2 ? 529 : 200 }))
  for (const count of [1, 3, 5, 5, 5, 3, 7]) await send({ messages: TALK.slice(0, count) })
  expect(await found()).toMatchObject({ broken: 0, lost_tokens: null, last_breaks: [] })
  expect(await metrics()).not.toContain('m2m_prefix_broken_total')
})

test('a request that the provider refuses has broken nothing', async () => {
  await open((nth) => ({ status: nth === 1 ? 400 : 200 }))
  await send({ messages: TALK.slice(0, 3) })
  await send({ system: `Be long. ${LONG}`, messages: TALK.slice(0, 5) })
  await send({ messages: TALK.slice(0, 5) })
  expect(await found()).toMatchObject({ broken: 0 })
})

test('calls that came at once raise nothing', async () => {
  await open()
  await send({ messages: TALK.slice(0, 3) })
  const sides = ['x', 'y', 'z'].map((name) => ({ messages: [...TALK.slice(0, 3), `a-${name}`, `u-${name}`] }))
  await Promise.all(sides.map(send))
  await Promise.all(sides.map(({ messages }) => send({ messages: [...messages, 'b', 'c'] })))
  expect(await found()).toMatchObject({ broken: 0 })
})

test('calls that go on from a stored response are not watched', async () => {
  await open()
  for (const instructions of ['one', 'two', 'three']) {
    const input = [
      { role: 'user', content: 'u' },
      { role: 'assistant', content: 'a' },
      { role: 'user', content: 'v' },
    ]
    const body = JSON.stringify({ model: 'gpt-5', previous_response_id: 'r', conversation: 'c', instructions, input })
    await (await fetch(`${edge.url}/v1/responses`, { method: 'POST', body })).text()
  }
  expect(await found()).toMatchObject({ broken: 0 })
})

test('after a restart the first request is compared with nothing', async () => {
  await open()
  await send({ messages: TALK.slice(0, 3) })
  const again = await startEdge(upstream.url)
  await edge.close()
  edge = again
  await send({ system: `Be long. ${LONG}`, messages: TALK.slice(0, 5) })
  expect(await found()).toMatchObject({ broken: 0 })
})
