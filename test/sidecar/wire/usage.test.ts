/** What a reply bills: read from a copy as it passes, in streams asked for when the policy says so. */

import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { chatBody, type Edge, startEdge, startUpstream, type Upstream } from '../../support/edge.ts'
import { within } from '../../support/within.ts'

const PATH = '/v1/chat/completions'
const SSE = { 'content-type': 'text/event-stream' }
const REPLY = JSON.stringify({
  id: 'c',
  model: 'gpt-4o',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
})

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

async function call(body: string, headers: Record<string, string> = {}): Promise<string> {
  return (await fetch(edge.url + PATH, { method: 'POST', body, headers })).text()
}

/** Billed output tokens, as `/metrics` sums them; undefined when none were read. */
async function outputTokens(): Promise<number | undefined> {
  const text = await (await fetch(`${edge.adminUrl}/metrics`)).text()
  const line = text.split('\n').find((l) => /^gen_ai_client_token_usage\w*_sum\{.*token_type="output"/.test(l))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

const ENCODERS: Readonly<Record<string, (text: string) => Buffer>> = {
  identity: Buffer.from,
  gzip: gzipSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  deflate: deflateSync,
}

test.for(Object.entries(ENCODERS))('a reply in %s is read', async ([encoding, encode]) => {
  upstream = await startUpstream((res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(encode(REPLY))
  })
  edge = await startEdge(upstream.url)
  expect(await call(chatBody())).toBe(REPLY)
  await expect.poll(outputTokens).toBe(7)
})

const DELTA = 'data: {"id":"c","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"hi"}}],"usage":null}\n\n'
const USAGE = 'data: {"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7}}\n\n'
const DONE = 'data: [DONE]\n\n'
/** Azure sends one such chunk first: no choices, and no usage. */
const FILTERS = 'data: {"id":"","choices":[],"prompt_filter_results":[]}\n\n'

/** An upstream that tells usage only when asked, and its events in the given pieces. */
async function openStream(spec: object, cut = (text: string): string[] => [text]): Promise<void> {
  upstream = await startUpstream((res, { body }) => {
    const asked = body.toString().includes('"include_usage":true')
    res.writeHead(200, SSE)
    for (const piece of cut(`${FILTERS}${DELTA}${asked ? USAGE : ''}${DONE}`)) res.write(piece)
    res.end()
  })
  edge = await startEdge(upstream.url, { spec })
}

const INJECT = { telemetry: { streamUsage: 'Inject' } }

test.for([
  ['at once', (text: string) => [text]],
  ['byte by byte', (text: string) => [...text]],
] as const)('Inject: asked in the caller’s place, and kept from it (%s)', async ([, cut]) => {
  await openStream(INJECT, cut)
  expect(await call(chatBody({ stream: true }))).toBe(`${FILTERS}${DELTA}${DONE}`)
  expect(JSON.parse(upstream.seen[0]!.body.toString())).toEqual({
    ...JSON.parse(chatBody({ stream: true })),
    stream_options: { include_usage: true },
  })
  await expect.poll(outputTokens).toBe(7)
})

test('Inject: a stream that announced its length ends although less of it goes out', async () => {
  const stream = `${DELTA}${USAGE}${DONE}`
  upstream = await startUpstream((res) => res.writeHead(200, { ...SSE, 'content-length': stream.length }).end(stream))
  edge = await startEdge(upstream.url, { spec: INJECT })
  expect(await within('the reply', call(chatBody({ stream: true })))).toBe(`${DELTA}${DONE}`)
})

test('Inject: other stream options stay', async () => {
  await openStream(INJECT)
  for (const stream_options of [{}, { include_obfuscation: false }]) {
    expect(await call(chatBody({ stream: true, stream_options }))).not.toContain('completion_tokens')
    const sent = JSON.parse(upstream.seen.at(-1)!.body.toString())
    expect(sent.stream_options).toEqual({ include_usage: true, ...stream_options })
  }
})

test.for([
  [{ stream: true, stream_options: { include_usage: true } }, true],
  [{ stream: true, stream_options: { include_usage: false } }, false],
  [{ stream: true, stream_options: null }, false],
  [{ stream: false }, false],
] as const)('Inject: a caller with its own say gets what it asked for: %j', async ([fields, isTold]) => {
  await openStream(INJECT)
  expect((await call(chatBody(fields))).includes('completion_tokens')).toBe(isTold)
  expect(upstream.seen[0]!.body.toString()).toBe(chatBody(fields))
})

test('Inject: a call that is to bypass us is not touched', async () => {
  await openStream(INJECT)
  await call(chatBody({ stream: true }), { 'x-m2m-bypass': 'true' })
  expect(upstream.seen[0]!.body.toString()).toBe(chatBody({ stream: true }))
})

test('Observe: nothing is asked', async () => {
  await openStream({})
  expect(await call(chatBody({ stream: true }))).toBe(`${FILTERS}${DELTA}${DONE}`)
  expect(upstream.seen[0]!.body.toString()).toBe(chatBody({ stream: true }))
})
