/** PC-21: what the provider keeps, a request only names. Real clients, and a sidecar that remembers the replies. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { SSE } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { spacedOrders } from '../../support/tool-results.ts'
import { test as base } from '../../support/wire.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

const PROGRAM = { type: 'program', caller_id: 'prog_1' }
const CONTAINER = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' }

/** Every reply has an id of its own: `reply_1`, `reply_2`, ... */
const test = base.extend('edge', ({ startEdge, upstream }): Promise<Edge> => {
  let count = 0
  upstream.replyWith((res, { url }) => {
    const id = `reply_${++count}`
    const message = { id, type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: 'end_turn' }
    const response = { id, object: 'response', model: 'm', status: 'completed', output: [] }
    res.writeHead(200, JSON_TYPE).end(JSON.stringify(url.includes('responses') ? response : message))
  })
  return startEdge(upstream.url, { isRecorded: true })
})

/** The sessions of all calls, in order, when the sidecar has closed. */
async function sessions(edge: Edge): Promise<string[]> {
  await edge.sidecar.close()
  const [name = ''] = await readdir(edge.recordDir)
  const rows = (await readFile(join(edge.recordDir, name), 'utf8')).trim().split('\n')
  return rows.map((row) => JSON.parse(row).session)
}

test('a response that continues another belongs to its session; another account’s does not', async ({ edge }) => {
  const client = new OpenAI({ apiKey: 'sk-one', baseURL: `${edge.url}/v1`, maxRetries: 0 })
  const other = new OpenAI({ apiKey: 'sk-other', baseURL: `${edge.url}/v1`, maxRetries: 0 })
  const first = await client.responses.create({ model: 'gpt-5.6', input: 'Fix the build.' })
  const second = await client.responses.create({ model: 'gpt-5.6', input: 'Go on.', previous_response_id: first.id })
  await client.responses.create({ model: 'gpt-5.6', input: 'And now?', previous_response_id: second.id })
  await other.responses.create({ model: 'gpt-5.6', input: 'And now?', previous_response_id: second.id })
  const [one, two, three, four] = await sessions(edge)
  expect([two, three]).toEqual([one, one])
  expect(four).not.toBe(one)
})

test('a thread that is continued belongs to the session that created it', async ({ edge }) => {
  const client = new Anthropic({ apiKey: 'sk-ant-one', baseURL: edge.url, maxRetries: 0 })
  // The installed types do not have threads yet; the client sends what it is given.
  const send = (content: string, thread: object) => {
    const request = { model: 'claude-opus-5-5', max_tokens: 9, messages: [{ role: 'user' as const, content }], thread }
    return client.messages.create(request)
  }
  const first = await send('Fix the build.', { type: 'create' })
  await send('Go on.', { type: 'continue', previous_message_id: first.id })
  await send('Go on.', { type: 'continue', previous_message_id: 'msg_unknown' })
  const [one, two, three] = await sessions(edge)
  expect(two).toBe(one)
  expect(three).not.toBe(one)
})

/** Calls of the reply to the first request: one by the model, one by a program at the provider. */
const CALLS = [
  { type: 'function_call', id: 'fc_1', call_id: 'call_model', name: 'list', arguments: '{}' },
  { type: 'function_call', id: 'fc_2', call_id: 'call_program', name: 'list', arguments: '{}', caller: PROGRAM },
  { type: 'shell_call', id: 'sh_1', call_id: 'call_shell', action: { commands: ['ls'] } },
]

const OUTPUTS = [
  { type: 'function_call_output', call_id: 'call_model', output: spacedOrders(1) },
  { type: 'function_call_output', call_id: 'call_program', output: spacedOrders(2) },
  { type: 'function_call_output', call_id: 'call_forged', output: spacedOrders(3) },
]

const response = { id: 'resp_1', object: 'response', model: 'gpt-5.6', status: 'completed', output: CALLS }

const streamed = (events: readonly object[]): string =>
  events.map((event) => `event: e\ndata: ${JSON.stringify(event)}\n\n`).join('')

const ENDINGS = {
  'a whole reply': { type: JSON_TYPE, body: JSON.stringify(response) },
  'a stream whose last event has the calls': {
    type: SSE,
    body: streamed([{ type: 'response.completed', response }]),
  },
  'a stream whose items have the calls': {
    type: SSE,
    body: streamed([
      { type: 'response.created', response: { id: 'resp_1' } },
      ...CALLS.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item })),
      { type: 'response.completed', response: { ...response, output: [] } },
    ]),
  },
}

base.for(Object.entries(ENDINGS))(
  'PC-10, PC-21: results of calls in an earlier response: %s',
  async ([, { type, body }], { edge, upstream }) => {
    upstream.replyWith((res) => res.writeHead(200, type).end(body))
    const ask = { model: 'gpt-5.6', input: 'List the orders.' }
    expect(await (await edge.post('/v1/responses', JSON.stringify(ask))).text()).toBe(body)
    const next = { model: 'gpt-5.6', previous_response_id: 'resp_1', input: OUTPUTS }
    await (await edge.post('/v1/responses', JSON.stringify(next))).text()
    await (await edge.post('/v1/responses', JSON.stringify(next), { authorization: 'Bearer sk-other' })).text()
    const [, own, other] = upstream.seen.map(({ body: sent }) => JSON.parse(sent.toString()))
    expect(own.input[0].output).not.toBe(OUTPUTS[0]?.output)
    expect(own.input.slice(1)).toEqual(OUTPUTS.slice(1))
    expect(other.input).toEqual(OUTPUTS)
  },
)

base('PC-10, PC-21: results of calls in an earlier turn of a thread', async ({ edge, upstream }) => {
  const use = (id: string, caller?: object) => ({
    type: 'tool_use',
    id,
    name: 'list',
    input: {},
    ...(caller && { caller }),
  })
  const content = [use('toolu_model', { type: 'direct' }), use('toolu_program', CONTAINER)]
  const reply = JSON.stringify({ id: 'msg_1', type: 'message', model: 'm', content, stop_reason: 'tool_use' })
  upstream.replyWith((res) => res.writeHead(200, JSON_TYPE).end(reply))
  const request = { model: 'claude-opus-5-5', max_tokens: 9 }
  const result = (tool_use_id: string, seed: number) => ({
    type: 'tool_result',
    tool_use_id,
    content: spacedOrders(seed),
  })
  const results = [result('toolu_model', 1), result('toolu_program', 2), result('toolu_forged', 3)]
  const create = { ...request, thread: { type: 'create' }, messages: [{ role: 'user', content: 'List the orders.' }] }
  const thread = { type: 'continue', previous_message_id: 'msg_1' }
  await (await edge.post('/v1/messages', JSON.stringify(create))).text()
  const messages = [{ role: 'user', content: results }]
  await (await edge.post('/v1/messages', JSON.stringify({ ...request, thread, messages }))).text()
  const sent = JSON.parse(upstream.seen[1]!.body.toString()).messages[0].content
  expect(sent[0].content).not.toBe(results[0]?.content)
  expect(sent.slice(1)).toEqual(results.slice(1))
})
