/** PC-20: every path that takes a history gets it in the same form; a count is free, and claims nothing. */

import { readdir } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Edge } from '../../support/edge.ts'
import { spacedOrders } from '../../support/tool-results.ts'
import { test as base } from '../../support/wire.ts'

const RESULTS = [spacedOrders(1, 60), spacedOrders(2, 60), spacedOrders(1, 60)]
const SESSION = { 'x-m2m-session': 'doors' }

const anthropicBody = JSON.stringify({
  model: 'claude-opus-5-5',
  system: 'You look at orders.',
  messages: [
    { role: 'user', content: 'look' },
    ...RESULTS.flatMap((content, id) => [
      { role: 'assistant', content: [{ type: 'tool_use', id: `t${id}`, name: 'list', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: `t${id}`, content }] },
    ]),
  ],
})

const responsesBody = JSON.stringify({
  model: 'gpt-5.6',
  instructions: 'You look at orders.',
  input: [
    { role: 'user', content: 'look' },
    ...RESULTS.flatMap((output, id) => [
      { type: 'function_call', call_id: `t${id}`, name: 'list', arguments: '{}' },
      { type: 'function_call_output', call_id: `t${id}`, output },
    ]),
  ],
})

const REPLIES: Readonly<Record<string, object>> = {
  '/v1/messages': { id: 'msg_1', model: 'claude-opus-5-5', usage: { input_tokens: 5000, output_tokens: 9 } },
  '/v1/messages/count_tokens': { input_tokens: 5000 },
  '/v1/responses': { id: 'resp_1', model: 'gpt-5.6', usage: { input_tokens: 5000, output_tokens: 9 } },
  '/v1/responses/input_tokens': { object: 'response.input_tokens', input_tokens: 5000 },
  '/v1/responses/compact': {
    object: 'response.compaction',
    output: [],
    usage: { input_tokens: 5000, output_tokens: 80 },
  },
}

/** `test` with an upstream that answers each path in its own way. */
const test = base.extend(
  'start',
  ({ startEdge, upstream }) =>
    (spec: object = {}, isRecorded = false): Promise<Edge> => {
      upstream.replyWith((res, { url }) => {
        const reply = REPLIES[url.replace(/\?.*/, '')] ?? {}
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
      })
      return startEdge(upstream.url, { spec, isRecorded })
    },
)

async function post(edge: Edge, path: string, body: string): Promise<Response> {
  const reply = await edge.post(path, body, SESSION)
  await reply.text()
  return reply
}

const DOORS = [
  ['/v1/messages', '/v1/messages/count_tokens', anthropicBody],
  ['/v1/messages', '/messages/count_tokens?beta=true', anthropicBody],
  ['/v1/responses', '/v1/responses/input_tokens', responsesBody],
  ['/v1/responses', '/v1/responses/compact', responsesBody],
] as const

for (const profile of ['Safe', 'Balanced', 'Aggressive']) {
  test.for(DOORS)(
    `PC-20: ${profile} sends to %s and %s the same bytes`,
    async ([path, door, body], { start, upstream }) => {
      const edge = await start({ compression: { profile }, cache: { mode: 'Disabled' } })
      await post(edge, path, body)
      const reply = await post(edge, door, body)
      const [generation, other] = upstream.seen
      expect(other?.body.equals(generation!.body)).toBe(true)
      expect(other?.body.length).toBeLessThan(body.length)
      expect(reply.headers.get('x-m2m-outcome')).toBe('compressed')
    },
  )
}

test('PC-20: a held-out session is held out at every door', async ({ start, upstream }) => {
  const edge = await start({ compression: { holdoutPercent: 50 }, cache: { mode: 'Disabled' } })
  const sides = new Set<boolean>()
  for (let session = 0; session < 12; session++) {
    for (const path of ['/v1/responses', '/v1/responses/input_tokens', '/v1/responses/compact']) {
      await (await edge.post(path, responsesBody, { 'x-m2m-session': `s${session}` })).text()
    }
    const areHeld = upstream.seen.splice(0).map(({ body }) => body.toString() === responsesBody)
    expect(new Set(areHeld).size).toBe(1)
    sides.add(areHeld[0] === true)
  }
  expect(sides.size).toBe(2)
})

test('a count is free: no call of a model, no savings, no price', async ({ start }) => {
  const edge = await start()
  for (const [, door, body] of DOORS.slice(0, 3)) {
    const reply = await post(edge, door, body)
    expect(reply.headers.get('x-m2m-tokens-saved')).toBe('0')
  }
  const stats = await edge.stats()
  const { requests_total, other_requests_total, tokens_saved, tokens_original } = stats
  expect({ requests_total, tokens_saved, tokens_original }).toEqual({
    requests_total: 0,
    tokens_saved: 0,
    tokens_original: 0,
  })
  expect(other_requests_total).toBe(3)
  expect(JSON.stringify(stats)).not.toMatch(/"(?:sessions|turns)":[1-9]/)
  const metrics = await edge.metrics()
  expect(metrics).not.toMatch(/gen_ai_client_operation_duration_seconds_count|m2m_tokens_saved/)
})

test('a compaction is billed by its own usage', async ({ start }) => {
  const edge = await start()
  const reply = await post(edge, '/v1/responses/compact', responsesBody)
  const saved = Number(reply.headers.get('x-m2m-tokens-saved'))
  expect(saved).toBeGreaterThan(100)
  expect(await edge.stats()).toMatchObject({ requests_total: 1, tokens_saved: saved })
  expect(await edge.metrics()).toMatch(/gen_ai_client_token_usage_sum\{[^}]*output[^}]*\} 80/)
})

test('the keeper marks what a model answers, and nothing else', async ({ start, upstream }) => {
  const edge = await start({ cache: { mode: 'Auto' } })
  await post(edge, '/v1/messages', anthropicBody)
  await post(edge, '/v1/messages/count_tokens', anthropicBody)
  const [marked, counted] = upstream.seen.map(({ body }) => body.includes('cache_control'))
  expect([marked, counted]).toEqual([true, false])
})

test('a recording holds what a model answered', async ({ start }) => {
  const edge = await start({}, true)
  await post(edge, '/v1/messages/count_tokens', anthropicBody)
  await post(edge, '/v1/responses/compact', responsesBody)
  await edge.sidecar.close()
  expect(await readdir(edge.recordDir).catch(() => [])).toEqual([])
})

test('a count with another method, or below another path, streams through', async ({ start, upstream }) => {
  const edge = await start()
  await (await fetch(`${edge.url}/v1/responses/input_tokens`)).text()
  await post(edge, '/v1/responses/input_tokens/x', responsesBody)
  expect(upstream.seen.at(-1)?.body.toString()).toBe(responsesBody)
})
