/** `streamUsage: Inject` at a provider that does not know the question: no caller sees a refusal of what it never sent. */

import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody, chunk, DONE, SSE, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import type { Upstream } from '../../support/upstream.ts'
import { test as wireTest } from '../../support/wire.ts'

const NAMED = '{"error":{"message":"Unrecognized request argument supplied: stream_options"}}'
const UNNAMED = '{"detail":"Extra inputs are not permitted"}'
const USAGE = 'data: {"id":"c","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7}}\n\n'
const STREAM = `${chunk('hi', 'stop')}${DONE}`

const SYSTEM = { role: 'system', content: 'You look after orders and answer briefly. '.repeat(900) }
const MARKABLE = { model: 'gpt-5', messages: [SYSTEM, { role: 'user', content: 'hello' }] }

interface Refused {
  readonly status?: number
  readonly refusal?: string
  /** Members of a request that this provider refuses. */
  readonly members?: readonly string[]
  readonly spec?: object
}

const test = wireTest.extend(
  'startRefusing',
  ({ startEdge, upstream }) =>
    ({ status = 400, refusal = NAMED, members = ['stream_options'], spec = {} }: Refused = {}): Promise<Edge> => {
      upstream.replyWith((res, { body }) => {
        const isRefused = members.some((member) => member in JSON.parse(body.toString()))
        if (isRefused) res.writeHead(status, { 'content-type': 'application/json' }).end(refusal)
        else res.writeHead(200, SSE).end(STREAM)
      })
      return startEdge(upstream.url, { spec: { telemetry: { streamUsage: 'Inject' }, ...spec } })
    },
)

async function call(edge: Edge, body: string): Promise<[number, string]> {
  const reply = await edge.post(CHAT_PATH, body)
  return [reply.status, await reply.text()]
}

/** What of ours each request had. */
function added({ seen }: Upstream): string[][] {
  return seen.map(({ body }) => {
    const sent = JSON.parse(body.toString())
    return ['stream_options', 'prompt_cache_key'].filter((member) => member in sent)
  })
}

describe('a refused question for usage', () => {
  test.for<Refused>([{}, { status: 422 }, { refusal: UNNAMED }, { refusal: UNNAMED, status: 422 }])(
    'is left out of one more attempt, and of the next calls: %j',
    async (refused, { startRefusing, upstream }) => {
      const edge = await startRefusing(refused)
      const body = chatBody({ stream: true })
      for (let turn = 0; turn < 3; turn++) expect(await call(edge, body)).toEqual([200, STREAM])
      expect(added(upstream)).toEqual([['stream_options'], [], [], []])
      expect(upstream.seen[1]!.body.toString()).toBe(body)
      await expect.poll(edge.calls).toMatchObject([{ sent_again: 'usage' }, {}, {}])
    },
  )

  test('leaves other models of that provider their question', async ({ startRefusing, upstream }) => {
    const edge = await startRefusing()
    for (const model of ['one', 'two']) await call(edge, chatBody({ stream: true, model }))
    expect(added(upstream)).toEqual([['stream_options'], [], ['stream_options'], []])
  })

  test('leaves the caller its own stream options', async ({ startRefusing, upstream }) => {
    const edge = await startRefusing({ members: [] })
    upstream.replyWith((res, { body }) => {
      if (body.includes('include_usage')) res.writeHead(400).end(NAMED)
      else res.writeHead(200, SSE).end(STREAM)
    })
    const body = chatBody({ stream: true, stream_options: { include_obfuscation: false } })
    expect(await call(edge, body)).toEqual([200, STREAM])
    expect(upstream.seen[1]!.body.toString()).toBe(body)
  })

  test('keeps the form of results', async ({ startRefusing, upstream }) => {
    const edge = await startRefusing()
    expect(await call(edge, wordyBody({ stream: true }))).toEqual([200, STREAM])
    const [first, second] = upstream.seen.map(({ body }) => JSON.parse(body.toString()).messages)
    expect(second).toEqual(first)
    expect(second[2].content).not.toBe(JSON.parse(wordyBody()).messages[2].content)
  })

  test('hides no usage of the reply to the second attempt', async ({ startRefusing, upstream }) => {
    const edge = await startRefusing({ members: [] })
    upstream.replyWith((res, { body }) => {
      if (body.includes('stream_options')) res.writeHead(400).end(NAMED)
      else res.writeHead(200, SSE).end(`${USAGE}${STREAM}`)
    })
    expect(await call(edge, chatBody({ stream: true }))).toEqual([200, `${USAGE}${STREAM}`])
  })

  test('is the caller’s error where the request is refused without it, too; the next call asks again', async ({
    startRefusing,
    upstream,
  }) => {
    const edge = await startRefusing({ members: ['model'], refusal: UNNAMED })
    for (let turn = 0; turn < 2; turn++) expect(await call(edge, chatBody({ stream: true }))).toEqual([400, UNNAMED])
    expect(added(upstream)).toEqual([['stream_options'], [], ['stream_options'], []])
  })

  test('is the caller’s error where the caller asks itself', async ({ startRefusing, upstream }) => {
    const edge = await startRefusing()
    const body = chatBody({ stream: true, stream_options: { include_usage: true } })
    expect(await call(edge, body)).toEqual([400, NAMED])
    expect(upstream.seen).toHaveLength(1)
  })
})

describe('a refused request with marks and a question of ours', () => {
  const spec = { cache: { mode: 'Auto' } }
  const body = chatBody({ stream: true, ...MARKABLE })
  const BOTH = ['stream_options', 'prompt_cache_key']

  test('keeps its marks where the provider names the question', async ({ startRefusing, upstream }) => {
    const edge = await startRefusing({ spec })
    for (let turn = 0; turn < 2; turn++) expect(await call(edge, body)).toEqual([200, STREAM])
    expect(added(upstream)).toEqual([BOTH, ['prompt_cache_key'], ['prompt_cache_key']])
  })

  test.for<[string, readonly string[]]>([
    ['the question', ['stream_options']],
    ['the marks', ['prompt_cache_key']],
    ['both', BOTH],
  ])(
    'goes without both where the provider does not say that it refuses %s',
    async ([, members], { startRefusing, upstream }) => {
      const edge = await startRefusing({ spec, members, refusal: UNNAMED })
      for (let turn = 0; turn < 2; turn++) expect(await call(edge, body)).toEqual([200, STREAM])
      expect(added(upstream)).toEqual([BOTH, [], []])
      expect(upstream.seen[1]!.body.toString()).toBe(body)
    },
  )
})
