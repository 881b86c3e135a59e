/** The usage in replies: read from a copy as it passes, and asked for in streams when the policy says so. */

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect } from 'vitest'
import { CHAT_PATH, chatBody, DONE, SSE, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const REPLY = JSON.stringify({
  id: 'c',
  model: 'gpt-4o',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
})

async function call(edge: Edge, body: string, headers: Record<string, string> = {}): Promise<string> {
  return (await edge.post(CHAT_PATH, body, headers)).text()
}

/** Billed output tokens, as `/metrics` sums them; undefined when none were read. */
async function outputTokens(edge: Edge): Promise<number | undefined> {
  const line = (await edge.metrics())
    .split('\n')
    .find((l) => /^gen_ai_client_token_usage\w*_sum\{.*token_type="output"/.test(l))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

const ENCODERS: readonly (readonly [encoding: string | string[], encode: (text: string) => Buffer])[] = [
  ['identity', Buffer.from],
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['deflate, gzip', (text) => gzipSync(deflateRawSync(text))],
  [['gzip', 'br'], (text) => brotliCompressSync(gzipSync(text))],
]

wireTest.for(ENCODERS)('a reply in %s is read', async ([encoding, encode], { edge, upstream }) => {
  upstream.replyWith((res) => {
    for (const line of [encoding].flat()) res.appendHeader('content-encoding', line)
    res.writeHead(200, { 'content-type': 'application/json' }).end(encode(REPLY))
  })
  expect(await call(edge, chatBody())).toBe(REPLY)
  await expect.poll(() => outputTokens(edge)).toBe(7)
})

const DELTA = 'data: {"id":"c","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"hi"}}],"usage":null}\n\n'
const USAGE = 'data: {"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7}}\n\n'
/** Azure sends one such chunk first: no choices, and no usage. */
const FILTERS = 'data: {"id":"","choices":[],"prompt_filter_results":[]}\n\n'

/** A sidecar with this policy; its upstream sends usage only when asked, and its events in the given pieces. */
const test = wireTest.extend(
  'startStream',
  ({ startEdge, upstream }) =>
    (spec: object, cut = (text: string): string[] => [text]): Promise<Edge> => {
      upstream.replyWith((res, { body }) => {
        const isAsked = body.toString().includes('"include_usage":true')
        res.writeHead(200, SSE)
        for (const piece of cut(`${FILTERS}${DELTA}${isAsked ? USAGE : ''}${DONE}`)) res.write(piece)
        res.end()
      })
      return startEdge(upstream.url, { spec })
    },
)

const INJECT = { telemetry: { streamUsage: 'Inject' } }

test.for([
  ['at once', (text: string) => [text]],
  ['byte by byte', (text: string) => [...text]],
] as const)(
  'Inject asks for usage in the caller’s place, and hides it from the caller (%s)',
  async ([, cut], { startStream, upstream }) => {
    const edge = await startStream(INJECT, cut)
    expect(await call(edge, chatBody({ stream: true }))).toBe(`${FILTERS}${DELTA}${DONE}`)
    expect(JSON.parse(upstream.seen[0]!.body.toString())).toEqual({
      ...JSON.parse(chatBody({ stream: true })),
      stream_options: { include_usage: true },
    })
    await expect.poll(() => outputTokens(edge)).toBe(7)
  },
)

test('Inject: a stream that announced its length ends, although fewer bytes of it are sent', async ({
  startEdge,
  upstream,
}) => {
  const stream = `${DELTA}${USAGE}${DONE}`
  upstream.replyWith((res) => res.writeHead(200, { ...SSE, 'content-length': stream.length }).end(stream))
  const edge = await startEdge(upstream.url, { spec: INJECT })
  expect(await within('the reply', call(edge, chatBody({ stream: true })))).toBe(`${DELTA}${DONE}`)
})

test.for<[string, Record<string, string>]>([
  ['another label', { 'content-type': 'application/json' }],
  ['no label', {}],
])('Inject hides the usage of a stream with %s', async ([, headers], { startEdge, upstream }) => {
  upstream.replyWith((res) => res.writeHead(200, headers).end(`${DELTA}: ping\n${USAGE}${DONE}`))
  const edge = await startEdge(upstream.url, { spec: INJECT })
  expect(await call(edge, chatBody({ stream: true }))).toBe(`${DELTA}: ping\n${DONE}`)
  await expect.poll(() => outputTokens(edge)).toBe(7)
})

wireTest(
  'a stream without a label is read, and one JSON text under the label of a stream',
  async ({ edge, upstream }) => {
    for (const [headers, text] of [
      [{}, DELTA + USAGE + DONE],
      [SSE, REPLY],
    ] as const) {
      upstream.replyWith((res) => res.writeHead(200, headers).end(text))
      expect(await call(edge, chatBody({ stream: true }))).toBe(text)
    }
    await expect.poll(() => outputTokens(edge)).toBe(14)
  },
)

wireTest('an error event under status 200 is billed only where the stream has usage', async ({ edge, upstream }) => {
  const failure = 'data: {"error":{"type":"overloaded_error"}}\n\n'
  for (const sent of [failure, DELTA + failure, DELTA + USAGE + failure]) {
    upstream.replyWith((res) => res.writeHead(200, SSE).end(sent))
    expect(await call(edge, wordyBody({ stream: true }))).toBe(sent)
  }
  await expect.poll(edge.calls).toHaveLength(3)
  expect(edge.calls().map(({ error, tokens_saved }) => [error, typeof tokens_saved])).toEqual([
    ['overloaded_error', 'undefined'],
    ['overloaded_error', 'undefined'],
    ['overloaded_error', 'number'],
  ])
})

test('Inject keeps other stream options', async ({ startStream, upstream }) => {
  const edge = await startStream(INJECT)
  for (const stream_options of [{}, { include_obfuscation: false }]) {
    expect(await call(edge, chatBody({ stream: true, stream_options }))).not.toContain('completion_tokens')
    const sent = JSON.parse(upstream.seen.at(-1)!.body.toString())
    expect(sent.stream_options).toEqual({ include_usage: true, ...stream_options })
  }
})

test.for([
  [{ stream: true, stream_options: { include_usage: true } }, true],
  [{ stream: true, stream_options: { include_usage: false } }, false],
  [{ stream: true, stream_options: null }, false],
  [{ stream: false }, false],
] as const)(
  'Inject changes no request that asks for itself or does not stream: %j',
  async ([fields, hasUsage], { startStream, upstream }) => {
    const edge = await startStream(INJECT)
    expect((await call(edge, chatBody(fields))).includes('completion_tokens')).toBe(hasUsage)
    expect(upstream.seen[0]!.body.toString()).toBe(chatBody(fields))
  },
)

test('Inject changes no call that is to bypass the sidecar', async ({ startStream, upstream }) => {
  const edge = await startStream(INJECT)
  await call(edge, chatBody({ stream: true }), { 'x-m2m-bypass': 'true' })
  expect(upstream.seen[0]!.body.toString()).toBe(chatBody({ stream: true }))
})

test('Observe asks for nothing', async ({ startStream, upstream }) => {
  const edge = await startStream({})
  expect(await call(edge, chatBody({ stream: true }))).toBe(`${FILTERS}${DELTA}${DONE}`)
  expect(upstream.seen[0]!.body.toString()).toBe(chatBody({ stream: true }))
})
