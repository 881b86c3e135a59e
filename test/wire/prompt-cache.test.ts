/** The cache keeper behind real SDKs: marks arrive spliced in, and every other byte is as the client wrote it. */

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { type Mock, startMock } from '../../src/mock/index.ts'
import type { Edge } from '../support/edge.ts'
import { closeAfterTest, test as wireTest } from '../support/wire.ts'

const LONG = 'You look after orders and answer briefly. '.repeat(400)
const SYSTEM = [{ type: 'text' as const, text: LONG }]

interface Servers {
  readonly edge: Edge
  /** Behind the sidecar. */
  readonly mock: Mock
  /** For the same call without a sidecar. */
  readonly straight: Mock
}

const test = wireTest.extend('startWith', ({ startEdge, onTestFinished }) => async (spec: object): Promise<Servers> => {
  const mock = await closeAfterTest(startMock(), onTestFinished)
  const straight = await closeAfterTest(startMock(), onTestFinished)
  return { edge: await startEdge(mock.url, { spec }), mock, straight }
})

type AnthropicCall = Omit<Anthropic.MessageCreateParamsNonStreaming, 'model' | 'max_tokens'>

const START: AnthropicCall = { system: SYSTEM, messages: [{ role: 'user', content: 'Which orders are open?' }] }
const SECOND: AnthropicCall = {
  system: SYSTEM,
  messages: [
    ...START.messages,
    { role: 'assistant', content: 'None.' },
    { role: 'user', content: [{ type: 'text', text: 'And yesterday?' }] },
  ],
}

interface Bodies {
  readonly sent: string
  readonly arrived: string
}

/** The same call with and without the sidecar. @returns the bodies that arrive */
async function askClaude(servers: Servers, call: AnthropicCall): Promise<Bodies> {
  for (const base of [servers.straight.url, servers.edge.url]) {
    const client = new Anthropic({ baseURL: base, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 })
    await client.messages.create({ model: 'claude-sonnet-5', max_tokens: 100, ...call })
  }
  return bodiesAt(servers)
}

type GptCall = Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages' | 'prompt_cache_key'>

async function askGpt(servers: Servers, call: GptCall): Promise<Bodies> {
  for (const base of [servers.straight.url, servers.edge.url]) {
    const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
    await client.chat.completions.create(call)
  }
  return bodiesAt(servers)
}

function bodiesAt({ straight, mock }: Servers): Bodies {
  const [sent = '', arrived = ''] = [straight, mock].map(({ requests }) => requests.at(-1)?.body.toString())
  return { sent, arrived }
}

test("a conversation's marks reach Anthropic, and nothing else changes", async ({ startWith }) => {
  const servers = await startWith({ cache: { mode: 'Auto' } })
  const first = await askClaude(servers, START)
  expect(first.arrived).toBe(first.sent)
  const { sent, arrived } = await askClaude(servers, SECOND)
  const { cache_control, ...rest } = JSON.parse(arrived)
  expect(cache_control).toEqual({ type: 'ephemeral' })
  expect(rest.system).toEqual([{ ...SYSTEM[0], cache_control: { type: 'ephemeral' } }])
  expect(arrived.replaceAll(/,?"cache_control":\{"type":"ephemeral"\}/g, '').replace('{,', '{')).toBe(sent)
})

test('a client that marks anything itself keeps its bytes', async ({ startWith }) => {
  const servers = await startWith({ cache: { mode: 'Auto' } })
  const marked = [{ ...SYSTEM[0], cache_control: { type: 'ephemeral' as const } }] as Anthropic.TextBlockParam[]
  const claude = await askClaude(servers, { ...SECOND, system: marked })
  expect(claude.arrived).toBe(claude.sent)
  const messages = [{ role: 'user' as const, content: LONG }]
  const gpt = await askGpt(servers, { model: 'gpt-5', messages, prompt_cache_key: 'mine' })
  expect(gpt.arrived).toBe(gpt.sent)
  await expect.poll(() => actionsOf(servers.edge)).toEqual(['kept', 'kept'])
})

test('PC-30: a message thread keeps its bytes, from its first request on', async ({ startWith }) => {
  const servers = await startWith({ cache: { mode: 'Auto' } })
  const threads = [{ type: 'create' }, { type: 'continue', previous_message_id: 'msg_1' }]
  for (const thread of threads) {
    const call = thread.type === 'create' ? SECOND : { messages: SECOND.messages.slice(1) }
    const { sent, arrived } = await askClaude(servers, { ...call, ...{ thread } })
    expect(arrived).toBe(sent)
    expect(arrived).toContain('"thread"')
  }
  await expect.poll(() => actionsOf(servers.edge)).toEqual(['none', 'none'])
})

test('PC-31: a client that marks two tools, its system text and a message gets no fifth mark', async ({
  startWith,
}) => {
  const servers = await startWith({ cache: { mode: 'Auto' } })
  const cache_control = { type: 'ephemeral' as const, ttl: '1h' as const }
  const tools = ['find', 'look'].map((name) => ({ name, input_schema: { type: 'object' as const }, cache_control }))
  const asked = { role: 'user' as const, content: [{ type: 'text' as const, text: 'And yesterday?', cache_control }] }
  const { sent, arrived } = await askClaude(servers, {
    tools,
    system: [{ ...SYSTEM[0]!, cache_control }],
    messages: [...SECOND.messages.slice(0, 2), asked],
  })
  expect(arrived).toBe(sent)
  expect(arrived.match(/"cache_control"/g)).toHaveLength(4)
})

test('OpenAI gets a key, and from GPT-5.6 on a breakpoint behind system text in blocks', async ({ startWith }) => {
  const servers = await startWith({ cache: { mode: 'Auto' } })
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: 'Which orders are open?' },
  ]
  const before = await askGpt(servers, { model: 'gpt-5', messages })
  expect(before.arrived.replace(/"prompt_cache_key":"m2m-[0-9a-f]{32}",/, '')).toBe(before.sent)
  expect(before.arrived).not.toBe(before.sent)
  const since = await askGpt(servers, { model: 'gpt-5.6', messages })
  expect(JSON.parse(since.arrived).messages[0].content[0]).toEqual({
    ...SYSTEM[0],
    prompt_cache_breakpoint: { mode: 'explicit' },
  })
})

test('compression and marks go into the same request', async ({ startWith }) => {
  const servers = await startWith({ cache: { mode: 'Auto' } })
  const rows = JSON.stringify(
    Array.from({ length: 40 }, (_, id) => ({ id, state: 'open' })),
    null,
    4,
  )
  const { arrived } = await askClaude(servers, {
    system: SYSTEM,
    messages: [
      ...START.messages,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'find', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: rows }] },
    ],
  })
  const body = JSON.parse(arrived)
  expect(body.messages[2].content[0].content.length).toBeLessThan(rows.length / 2)
  expect(body.cache_control).toEqual({ type: 'ephemeral' })
  expect(body.system[0].cache_control).toEqual({ type: 'ephemeral' })
})

test.for([
  ['Audit', { cache: { mode: 'Audit' } }, 'audit'],
  ['the default, with Safe', {}, 'audit'],
  ['Disabled', { cache: { mode: 'Disabled' } }, undefined],
] as const)('%s sends the bytes unchanged', async ([, spec, action], { startWith }) => {
  const servers = await startWith(spec)
  const { sent, arrived } = await askClaude(servers, SECOND)
  expect(arrived).toBe(sent)
  await expect.poll(() => actionsOf(servers.edge)).toEqual([action])
})

test('a call that must not be changed gets no marks', async ({ startWith }) => {
  const { edge, mock } = await startWith({ cache: { mode: 'Auto' }, compression: { holdoutPercent: 50 } })
  for (const headers of [{ 'x-m2m-bypass': 'true' }, { authorization: 'Bearer sk-ant-oat01-x' }, { digest: 'x' }]) {
    const body = JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 1, ...SECOND })
    await edge.post('/v1/messages', body, headers)
    expect(mock.requests.at(-1)?.body.toString()).toBe(body)
  }
  await expect.poll(() => actionsOf(edge)).toEqual(['none', 'none', 'none'])
})

test('a held-out session gets no marks, the others do', async ({ startWith }) => {
  const { edge, mock } = await startWith({ cache: { mode: 'Auto' }, compression: { holdoutPercent: 50 } })
  const body = JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 1, ...SECOND })
  const seen = new Set<string>()
  for (let session = 0; session < 24; session++) {
    const headers = { 'x-m2m-session': `s${session}` }
    const reply = await edge.post('/v1/messages', body, headers)
    const isMarked = mock.requests.at(-1)?.body.toString() !== body
    seen.add(`${reply.headers.get('x-m2m-outcome')} ${isMarked ? 'marked' : 'unchanged'}`)
  }
  expect(seen).toEqual(new Set(['holdout unchanged', 'passthrough marked']))
})

test('the action of the cache keeper is in the log and on /stats', async ({ startWith }) => {
  const servers = await startWith({ cache: { mode: 'Auto' } })
  await askClaude(servers, START)
  await askClaude(servers, SECOND)
  await expect.poll(() => actionsOf(servers.edge)).toEqual(['none', 'marked'])
  expect(servers.edge.calls().map((line) => line['cache_reason'])).toEqual(['first-call', 'conversation'])
  expect(await servers.edge.stats()).toMatchObject({ cache_actions: { none: 1, marked: 1 } })
})

test('a host that refuses marks is asked again without them, unnoticed by the caller, and later calls are not marked', async ({
  startWith,
}) => {
  const { edge, mock } = await startWith({ cache: { mode: 'Auto' } })
  const isMarked = ({ body }: { body: Buffer }): boolean => body.includes('cache_control')
  const refused = (request: { body: Buffer }): boolean => isMarked(request) && request.body.includes('claude-sonnet-5')
  mock.on(refused, { error: { status: 400, message: 'cache_control: Extra inputs are not permitted' } })
  const ask = async (model: string): Promise<[status: number, marked: boolean[]]> => {
    const body = JSON.stringify({ model, max_tokens: 1, ...SECOND })
    const before = mock.requests.length
    const { status } = await edge.post('/v1/messages', body)
    return [status, mock.requests.slice(before).map(isMarked)]
  }
  expect(await ask('claude-sonnet-5')).toEqual([200, [true, false]])
  expect(mock.requests.at(-1)?.body.toString()).toBe(
    JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 1, ...SECOND }),
  )
  expect(await ask('claude-sonnet-5')).toEqual([200, [false]])
  expect(await ask('claude-sonnet-4-5')).toEqual([200, [true]])
  await expect.poll(() => actionsOf(edge)).toEqual(['none', 'none', 'marked'])
  expect(edge.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ provider: 'anthropic' }])
})

test('a bad request is refused with its own error, and its host keeps the marks', async ({ startWith }) => {
  const { edge, mock } = await startWith({ cache: { mode: 'Auto' } })
  mock.on(({ body }) => body.includes('"max_tokens":-1'), { error: { status: 400, message: 'max_tokens: too small' } })
  const ask = async (maxTokens: number): Promise<Response> => {
    const body = JSON.stringify({ model: 'claude-sonnet-5', max_tokens: maxTokens, ...SECOND })
    return edge.post('/v1/messages', body)
  }
  const bad = await ask(-1)
  expect([bad.status, await bad.text()]).toEqual([400, expect.stringContaining('max_tokens: too small')])
  expect((await ask(1)).status).toBe(200)
  await expect.poll(() => actionsOf(edge)).toEqual(['none', 'marked'])
})

/** Of the calls so far, from the log. */
function actionsOf(edge: Edge): unknown[] {
  return edge.calls().map(({ cache }) => cache)
}
