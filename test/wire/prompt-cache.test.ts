/** The cache keeper behind real SDKs: marks arrive spliced in, and every other byte as the client wrote it. */

import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Mock, startMock } from '../../src/mock/index.ts'
import { type Edge, startEdge } from '../support/edge.ts'

const LONG = 'You look after orders and answer briefly. '.repeat(400)
const SYSTEM = [{ type: 'text' as const, text: LONG }]

let mock: Mock
/** What clients send when nobody stands between. */
let straight: Mock
let edge: Edge

beforeEach(async () => {
  mock = await startMock()
  straight = await startMock()
})

afterEach(() => Promise.all([edge.close(), mock.close(), straight.close()]))

async function open(spec: object): Promise<void> {
  edge = await startEdge(mock.url, { spec })
}

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

/** The same call with and without the sidecar. @returns the bodies that arrive */
async function askClaude(call: AnthropicCall): Promise<{ sent: string; arrived: string }> {
  for (const base of [straight.url, edge.url]) {
    const client = new Anthropic({ baseURL: base, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 })
    await client.messages.create({ model: 'claude-sonnet-5', max_tokens: 100, ...call })
  }
  return bodies()
}

async function askGpt(model: string, messages: OpenAI.ChatCompletionMessageParam[], more: object = {}) {
  for (const base of [straight.url, edge.url]) {
    const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
    await client.chat.completions.create({ model, messages, ...more })
  }
  return bodies()
}

function bodies(): { sent: string; arrived: string } {
  const [sent = '', arrived = ''] = [straight, mock].map(({ requests }) => requests.at(-1)?.body.toString())
  return { sent, arrived }
}

test("a conversation's marks reach Anthropic, and nothing else changes", async () => {
  await open({ cache: { mode: 'Auto' } })
  const first = await askClaude(START)
  expect(first.arrived).toBe(first.sent)
  const { sent, arrived } = await askClaude(SECOND)
  const { cache_control, ...rest } = JSON.parse(arrived)
  expect(cache_control).toEqual({ type: 'ephemeral' })
  expect(rest.system).toEqual([{ ...SYSTEM[0], cache_control: { type: 'ephemeral' } }])
  expect(arrived.replaceAll(/,?"cache_control":\{"type":"ephemeral"\}/g, '').replace('{,', '{')).toBe(sent)
})

test('a client that marks anything itself keeps its bytes', async () => {
  await open({ cache: { mode: 'Auto' } })
  const marked = [{ ...SYSTEM[0], cache_control: { type: 'ephemeral' as const } }] as Anthropic.TextBlockParam[]
  const claude = await askClaude({ ...SECOND, system: marked })
  expect(claude.arrived).toBe(claude.sent)
  const messages = [{ role: 'user' as const, content: LONG }]
  const gpt = await askGpt('gpt-5', messages, { prompt_cache_key: 'mine' })
  expect(gpt.arrived).toBe(gpt.sent)
  expect(actions()).toEqual(['kept', 'kept'])
})

test('OpenAI gets a key, and from GPT-5.6 on a breakpoint behind system text in blocks', async () => {
  await open({ cache: { mode: 'Auto' } })
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: 'Which orders are open?' },
  ]
  const before = await askGpt('gpt-5', messages)
  expect(before.arrived.replace(/"prompt_cache_key":"m2m-[0-9a-f]{32}",/, '')).toBe(before.sent)
  expect(before.arrived).not.toBe(before.sent)
  const since = await askGpt('gpt-5.6', messages)
  expect(JSON.parse(since.arrived).messages[0].content[0]).toEqual({
    ...SYSTEM[0],
    prompt_cache_breakpoint: { mode: 'explicit' },
  })
})

test('compression and marks go into the same request', async () => {
  await open({ cache: { mode: 'Auto' } })
  const rows = JSON.stringify(
    Array.from({ length: 40 }, (_, id) => ({ id, state: 'open' })),
    null,
    4,
  )
  const { arrived } = await askClaude({
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
] as const)('%s: the bytes go out as they came', async ([, spec, action]) => {
  await open(spec)
  const { sent, arrived } = await askClaude(SECOND)
  expect(arrived).toBe(sent)
  expect(actions()).toEqual([action])
})

test('a call that is left alone is left alone', async () => {
  await open({ cache: { mode: 'Auto' }, compression: { holdoutPercent: 50 } })
  for (const headers of [{ 'x-m2m-bypass': 'true' }, { authorization: 'Bearer sk-ant-oat01-x' }, { digest: 'x' }]) {
    const body = JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 1, ...SECOND })
    await fetch(`${edge.url}/v1/messages`, { method: 'POST', headers, body })
    expect(mock.requests.at(-1)?.body.toString()).toBe(body)
  }
  expect(actions()).toEqual(['none', 'none', 'none'])
})

test('a session that is held out goes without marks, the others with', async () => {
  await open({ cache: { mode: 'Auto' }, compression: { holdoutPercent: 50 } })
  const body = JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 1, ...SECOND })
  const seen = new Set<string>()
  for (let session = 0; session < 24; session++) {
    const headers = { 'x-m2m-session': `s${session}` }
    const reply = await fetch(`${edge.url}/v1/messages`, { method: 'POST', headers, body })
    const isMarked = mock.requests.at(-1)?.body.toString() !== body
    seen.add(`${reply.headers.get('x-m2m-outcome')} ${isMarked ? 'marked' : 'as it came'}`)
  }
  expect(seen).toEqual(new Set(['holdout as it came', 'passthrough marked']))
})

test('what the keeper did stands in the log and on /stats', async () => {
  await open({ cache: { mode: 'Auto' } })
  await askClaude(START)
  await askClaude(SECOND)
  expect(actions()).toEqual(['none', 'marked'])
  expect(edge.lines.filter(({ msg }) => msg === 'call').map((line) => line['cache_reason'])).toEqual([
    'first-call',
    'conversation',
  ])
  expect(await (await fetch(`${edge.url}/stats`)).json()).toMatchObject({ cache_actions: { none: 1, marked: 1 } })
})

test('a host that refuses marks is asked again without; the caller does not notice, and no call after it is marked', async () => {
  await open({ cache: { mode: 'Auto' } })
  const isMarked = ({ body }: { body: Buffer }): boolean => body.includes('cache_control')
  const refused = (request: { body: Buffer }): boolean => isMarked(request) && request.body.includes('claude-sonnet-5')
  mock.on(refused, { error: { status: 400, message: 'cache_control: Extra inputs are not permitted' } })
  const ask = async (model: string): Promise<[status: number, marked: boolean[]]> => {
    const body = JSON.stringify({ model, max_tokens: 1, ...SECOND })
    const before = mock.requests.length
    const { status } = await fetch(`${edge.url}/v1/messages`, { method: 'POST', body })
    return [status, mock.requests.slice(before).map(isMarked)]
  }
  expect(await ask('claude-sonnet-5')).toEqual([200, [true, false]])
  expect(mock.requests.at(-1)?.body.toString()).toBe(
    JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 1, ...SECOND }),
  )
  expect(await ask('claude-sonnet-5')).toEqual([200, [false]])
  expect(await ask('claude-sonnet-4-5')).toEqual([200, [true]])
  expect(actions()).toEqual(['none', 'none', 'marked'])
  expect(edge.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ provider: 'anthropic' }])
})

test('a bad request is refused with its own error, and its host keeps the marks', async () => {
  await open({ cache: { mode: 'Auto' } })
  mock.on(({ body }) => body.includes('"max_tokens":-1'), { error: { status: 400, message: 'max_tokens: too small' } })
  const ask = async (maxTokens: number): Promise<Response> => {
    const body = JSON.stringify({ model: 'claude-sonnet-5', max_tokens: maxTokens, ...SECOND })
    return fetch(`${edge.url}/v1/messages`, { method: 'POST', body })
  }
  const bad = await ask(-1)
  expect([bad.status, await bad.text()]).toEqual([400, expect.stringContaining('max_tokens: too small')])
  expect((await ask(1)).status).toBe(200)
  expect(actions()).toEqual(['none', 'marked'])
})

/** Of the calls so far, from the log. */
function actions(): unknown[] {
  return edge.lines.filter(({ msg }) => msg === 'call').map(({ cache }) => cache)
}
