/** Ollama's own API over sockets: lines of JSON, streamed unless the request says otherwise, each byte as the server wrote it. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect } from 'vitest'
import type { Edge } from '../support/edge.ts'
import { onlyChanged } from '../support/only-changed.ts'
import { spacedOrders } from '../support/tool-results.ts'
import { test } from '../support/wire.ts'
import { within } from '../support/within.ts'

const HEAD = '"model":"llama3.2:3b","created_at":"2026-01-01T00:00:00.1Z"'
const LINES = [
  `{${HEAD},"message":{"role":"assistant","content":"","thinking":"Hm, 日本"},"done":false}\n`,
  `{${HEAD},"message":{"role":"assistant","content":"Two 🙂\\n"},"done":false}\n`,
  // Arguments are an object; its numbers are not what JavaScript can hold.
  `{${HEAD},"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"id":12345678901234567890,"rate":1.0}}}]},"done":false}\n`,
]
const FINAL = `{${HEAD},"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":5043500667,"load_duration":5025959,"prompt_eval_count":26,"prompt_eval_duration":325953000,"eval_count":290,"eval_duration":4709213000}\n`

const CHAT = JSON.stringify({ model: 'llama3.2:3b', messages: [{ role: 'user', content: 'hi' }] })

/** A reply without a length, in these pieces. */
async function writeLines(res: ServerResponse, pieces: Iterable<string | Uint8Array>): Promise<void> {
  res.writeHead(200, { 'content-type': 'application/x-ndjson' })
  for (const piece of pieces) if (!res.write(piece)) await once(res, 'drain')
  res.end()
}

/** Input and output tokens as billed, as `/metrics` sums them. */
async function billedTokens(edge: Edge): Promise<Readonly<Record<string, number>>> {
  const sums = (await edge.metrics()).matchAll(
    /^gen_ai_client_token_usage\w*_sum\{[^}]*token_type="(\w+)"[^}]*\} (\d+)/gm,
  )
  return Object.fromEntries([...sums].map(([, type = '', sum]) => [type, Number(sum)]))
}

test('a chat that says nothing of a stream is one: its first line is read before its second is written', async ({
  edge,
  upstream,
}) => {
  const writing = Promise.withResolvers<ServerResponse>()
  upstream.replyWith((res) => {
    res.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(LINES[0])
    writing.resolve(res)
  })
  const reply = await edge.post('/api/chat', CHAT)
  const reader = reply.body!.getReader()
  const first = await within('the first line', reader.read())
  expect(Buffer.from(first.value!).toString()).toBe(LINES[0])
  ;(await writing.promise).end(LINES[1] + FINAL)
  let rest = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) rest += Buffer.from(part.value)
  expect(rest).toBe(LINES[1] + FINAL)
  await expect.poll(async () => (await edge.stats()).streaming_requests_total).toBe(1)
})

test('a chat that wants no stream has one reply', async ({ edge, upstream }) => {
  upstream.replyWith((res) => res.writeHead(200, { 'content-type': 'application/json' }).end(FINAL))
  const body = JSON.stringify({ ...JSON.parse(CHAT), stream: false })
  expect(await (await edge.post('/api/chat', body)).text()).toBe(FINAL)
  await expect.poll(() => billedTokens(edge)).toMatchObject({ input: 26, output: 290 })
  expect((await edge.stats()).streaming_requests_total).toBe(0)
})

describe('lines that are torn between chunks', () => {
  const whole = Buffer.from(LINES.join('') + FINAL)
  const cuts: Readonly<Record<string, Iterable<Uint8Array>>> = {
    'in every byte': Array.from(whole, (_, i) => whole.subarray(i, i + 1)),
    'inside of a character': [whole.subarray(0, whole.indexOf('🙂') + 2), whole.subarray(whole.indexOf('🙂') + 2)],
    'before the line feed': [whole.subarray(0, whole.indexOf('\n')), whole.subarray(whole.indexOf('\n'))],
    'not at all, all lines in one chunk': [whole],
  }

  test.for(Object.entries(cuts))(
    '%s arrive as written, and their figures are read',
    async ([, pieces], { edge, upstream }) => {
      upstream.replyWith((res) => void writeLines(res, pieces))
      const reply = await edge.post('/api/chat', CHAT)
      expect(Buffer.from(await reply.arrayBuffer()).equals(whole)).toBe(true)
      await expect.poll(() => billedTokens(edge)).toMatchObject({ input: 26, output: 290 })
    },
  )
})

test('a final line without a line feed is passed on, and read', async ({ edge, upstream }) => {
  upstream.replyWith((res) => void writeLines(res, [LINES[0]!, FINAL.trimEnd()]))
  expect(await (await edge.post('/api/chat', CHAT)).text()).toBe(LINES[0] + FINAL.trimEnd())
  await expect.poll(() => billedTokens(edge)).toMatchObject({ input: 26, output: 290 })
})

test('an error line in the middle is the last, as the server wrote it, and the call has failed', async ({
  edge,
  upstream,
}) => {
  const error = '{"error":"llama runner process has terminated: exit status 2"}\n'
  upstream.replyWith((res) => void writeLines(res, [LINES[0]!, error]))
  expect(await (await edge.post('/api/chat', CHAT)).text()).toBe(LINES[0] + error)
  await expect.poll(() => edge.calls()).toMatchObject([{ status: 200, error: 'error' }])
})

test('of a request only the result of a tool changes', async ({ edge, upstream }) => {
  const orders = spacedOrders(1)
  const members = [
    '"options": { "num_ctx": 8192, "temperature": 1.0, "seed": 12345678901234567890, "stop": ["\\u000a"] }',
    '"format": {"type":"object","properties":{"b":{"type":"integer"},"a":{"type":"string"}},"required":["b","a"]}',
    '"think": "high",\n  "keep_alive": -1',
    '"tools": [{"type":"function","function":{"name":"find_orders","parameters":{"type":"object","properties":{}}}}]',
  ].join(',\n  ')
  const messages = [
    '{"role":"user","content":"Look.","images":["iVBORw0KGgo=","/9j/4AAQ"]}',
    '{"role":"assistant","content":"","tool_calls":[{"function":{"name":"find_orders","arguments":{"id":1.0,"big":12345678901234567890}}}]}',
    `{"role":"tool","tool_name":"find_orders","content":${JSON.stringify(orders)}}`,
  ].join(', ')
  const sent = `{ "model": "llama3.2:3b",\n  ${members},\n  "messages": [${messages}] }`
  await (await edge.post('/api/chat', sent)).text()
  const [result = ''] = onlyChanged(sent, upstream.seen[0]!.body.toString(), [orders])
  expect(result.length).toBeLessThan(orders.length)
})

test.for([
  ['GET', '/api/tags', undefined],
  ['GET', '/api/version', undefined],
  ['GET', '/api/ps', undefined],
  ['POST', '/api/show', '{ "model": "llama3.2:3b", "verbose": false }'],
  ['POST', '/api/embed', '{ "model": "all-minilm", "input": ["a",  "b"] }'],
] as const)('%s %s is the server’s to answer', async ([method, path, body], { edge, upstream }) => {
  const answer = `{ "of": "${path}",  "n": 1.0 }`
  upstream.replyWith((res) => res.writeHead(200, { 'content-type': 'application/json', 'x-of': path }).end(answer))
  const reply = await fetch(edge.url + path, { method, ...(body && { body }) })
  expect(await reply.text()).toBe(answer)
  expect(reply.headers.get('x-of')).toBe(path)
  expect(upstream.seen.map(({ method: seen, url }) => `${seen} ${url}`)).toEqual([`${method} ${path}`])
  expect(upstream.seen[0]!.body.toString()).toBe(body ?? '')
})
