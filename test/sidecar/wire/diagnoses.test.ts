/** What providers say of reasoning and of their caches: passed on byte for byte, counted, and warned of (PC-5, PC-6, PC-8). */

import { expect } from 'vitest'
import { SSE } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { spacedOrders } from '../../support/tool-results.ts'
import type { Upstream } from '../../support/upstream.ts'
import { test } from '../../support/wire.ts'

const MISMATCH = 'anthropic-thinking-prefix-mismatch'

/** Its tool result is rewritten. */
function anthropicBody(opening = 'List the orders.'): string {
  const use = { type: 'tool_use', id: 'toolu_1', name: 'list', input: {} }
  const messages = [
    { role: 'user', content: opening },
    { role: 'assistant', content: [use] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: spacedOrders(1) }] },
  ]
  return JSON.stringify({ model: 'claude-fable-5-2', max_tokens: 9, messages })
}

function responsesBody(opening = 'List the orders.'): string {
  const input = [
    { role: 'user', content: opening },
    { type: 'function_call', call_id: 'call_1', name: 'list', arguments: '{}' },
    { type: 'function_call_output', call_id: 'call_1', output: spacedOrders(1) },
  ]
  return JSON.stringify({ model: 'gpt-6.2-sol', input })
}

/** Odd white space, an unknown member: nobody would write it so again. */
function asBytes(reply: object): string {
  return `${JSON.stringify({ ...reply, novel: 1.0 }, null, 1)} \n`
}

function answer(upstream: Upstream, reply: string, headers: Record<string, string> = {}, status = 200): void {
  upstream.replyWith((res) => res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(reply))
}

async function sent(edge: Edge, path: string, body: string): Promise<{ text: string; headers: Headers }> {
  const reply = await edge.post(path, body)
  return { text: await reply.text(), headers: reply.headers }
}

function warnings(edge: Edge): Readonly<Record<string, unknown>>[] {
  return edge.lines.filter(({ level, msg }) => level === 'warn' && String(msg).includes('reasoning of this session'))
}

const dropped = (reason: string) => ({ type: 'thinking_dropped', path: 'messages.1.content.0', reason })
const message = { id: 'msg_1', type: 'message', model: 'claude-fable-5-2', stop_reason: 'end_turn' }

test('PC-5, PC-6: a transformation with an unknown reason passes unchanged, and is counted as other', async ({
  edge,
  upstream,
}) => {
  const reply = asBytes({ ...message, input_transformations: [dropped('the user said hello'), { type: 'novel' }] })
  answer(upstream, reply)
  expect((await sent(edge, '/v1/messages', anthropicBody())).text).toBe(reply)
  const metrics = await edge.metrics()
  const labels = 'provider="anthropic",outcome="compressed"'
  expect(metrics).toContain(`m2m_input_transformations_total{${labels},kind="dropped",reason="other"} 1`)
  expect(metrics).toContain(`m2m_input_transformations_total{${labels},kind="other",reason="other"} 1`)
  expect(edge.calls()[0]).toMatchObject({ input_transformations: 2 })
  expect(JSON.stringify([metrics, edge.lines, await edge.stats()])).not.toContain('hello')
  expect(warnings(edge)).toEqual([])
})

test('PC-5: a stream with transformations, a diagnosis and an unknown tier passes unchanged', async ({
  edge,
  upstream,
}) => {
  const diagnostics = { cache_miss_reason: { type: 'tools_changed', cache_missed_input_tokens: 4321 } }
  const usage = { input_tokens: 10, output_tokens: 1, service_tier: 'novel' }
  const start = { ...message, usage, diagnostics, input_transformations: [dropped('model_binding_mismatch')] }
  const events = [
    { type: 'message_start', message: start },
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'toolu_2', name: 'list' } },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 7 } },
    { type: 'message_stop' },
  ]
  const stream = events
    .map((event) => `event:${event.type}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`)
    .join(': ping\n\n')
  upstream.replyWith((res) => {
    res.writeHead(200, SSE)
    for (const byte of stream) res.write(byte)
    res.end()
  })
  const body = JSON.stringify({ ...JSON.parse(anthropicBody()), stream: true })
  expect((await sent(edge, '/v1/messages', body)).text).toBe(stream)
  await expect.poll(() => edge.calls().length).toBe(1)
  const metrics = await edge.metrics()
  expect(metrics).toContain('kind="dropped",reason="model_binding_mismatch"} 1')
  expect(metrics).toContain('m2m_cache_misses_total{provider="anthropic",reason="tools_changed"} 1')
  expect(metrics).toContain('m2m_cache_missed_tokens_total{provider="anthropic",reason="tools_changed"} 4321')
  expect((await edge.stats()).diagnoses).toEqual({
    cache_misses: { tools_changed: { replies: 1, missed_tokens: 4321 } },
    input_transformations: { dropped: { model_binding_mismatch: 1 } },
    thinking_mismatches: {},
  })
})

test('PC-6: the header of a mismatch passes, and its pattern is counted', async ({ edge, upstream }) => {
  const value = 'block=messages.1.content.0;kind=prefix;pattern=tool_results_rewritten'
  const refusal = asBytes({ type: 'error', error: { type: 'invalid_request_error', message: 'bound elsewhere' } })
  answer(upstream, refusal, { [MISMATCH]: value }, 400)
  const { text, headers } = await sent(edge, '/v1/messages', anthropicBody())
  expect(text).toBe(refusal)
  expect(headers.get(MISMATCH)).toBe(value)
  const labels = 'provider="anthropic",outcome="compressed",pattern="tool_results_rewritten"'
  expect(await edge.metrics()).toContain(`m2m_thinking_mismatches_total{${labels}} 1`)
  expect(edge.calls()[0]).toMatchObject({ thinking_mismatch: 'tool_results_rewritten' })
  expect((await edge.stats()).diagnoses.thinking_mismatches).toEqual({ tool_results_rewritten: 1 })
})

const removed = (reason: string) => ({ id: 'rs_1', type: 'reasoning', action: 'removed', reason })

test('PC-8: a prefix mismatch in a session that is rewritten is warned of once a session', async ({
  edge,
  upstream,
}) => {
  const response = { id: 'resp_1', model: 'gpt-6.2-sol', status: 'completed' }
  const reply = asBytes({ ...response, input_transformations: [removed('turn_boundary'), removed('prefix_mismatch')] })
  answer(upstream, reply)
  for (const opening of ['List the orders.', 'List the orders.', 'Another session.']) {
    expect((await sent(edge, '/v1/responses', responsesBody(opening))).text).toBe(reply)
  }
  await expect.poll(() => edge.calls().length).toBe(3)
  const found = warnings(edge)
  expect(found).toHaveLength(2)
  expect(found[0]).toMatchObject({ model: 'gpt-6.2-sol', blocks: 1, kind: 'removed', reason: 'prefix_mismatch' })
  expect(found[0]!['session']).not.toBe(found[1]!['session'])
  expect(await edge.metrics()).toContain('outcome="compressed",kind="removed",reason="prefix_mismatch"} 3')
})

test('PC-8: no warning where nothing was rewritten: the client edited its own history', async ({
  startEdge,
  upstream,
}) => {
  const edge = await startEdge(upstream.url, { spec: { compression: { mode: 'Audit' } } })
  answer(upstream, asBytes({ id: 'resp_1', input_transformations: [removed('prefix_mismatch')] }))
  await sent(edge, '/v1/responses', responsesBody())
  await expect.poll(() => edge.calls().length).toBe(1)
  expect(warnings(edge)).toEqual([])
  expect(await edge.metrics()).toContain('outcome="audit",kind="removed",reason="prefix_mismatch"} 1')
})
