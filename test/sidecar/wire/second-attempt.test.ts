/** A refusal of what the sidecar did to a request is answered once, by another body. Every other one is the caller's. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import { requestText } from '../../support/raw-client.ts'
import { asCame, errorBody, MESSAGES_PATH, MISMATCH, REFUSAL, thinkingBody } from '../../support/thinking-history.ts'
import type { Upstream } from '../../support/upstream.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

type Answer = (res: ServerResponse) => void

/** Answers one call after the other, and all later ones with 200. */
function answerWith(upstream: Upstream, ...answers: readonly Answer[]): void {
  const left = [...answers]
  upstream.replyWith((res) => (left.shift() ?? ok)(res))
}

const ok: Answer = (res) => res.end('{"type":"message"}')

function refuse(
  body: string | Buffer,
  { status = 400, headers = {} }: { status?: number; headers?: object } = {},
): Answer {
  return (res) => res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

function formsAt(upstream: Upstream, turns: number): boolean[][] {
  return upstream.seen.map(({ body }) => asCame(body, turns))
}

const BOMB = gzipSync(Buffer.alloc(10_000_000, REFUSAL))

const OLD_AS_CAME = [true, true, false]
const ALL_REWRITTEN = [false, false, false]

describe('PC-3: the refusal of a history in another form', () => {
  test('is answered by the other form, once, and the form that was accepted is kept', async ({ edge, upstream }) => {
    answerWith(upstream, refuse(REFUSAL))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect([reply.status, await reply.text()]).toEqual([200, '{"type":"message"}'])
    await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect(formsAt(upstream, 3)).toEqual([OLD_AS_CAME, ALL_REWRITTEN, ALL_REWRITTEN])
  })

  test.for<[string, string | Buffer, object]>([
    ['an encoded body', gzipSync(REFUSAL), { 'content-encoding': 'gzip' }],
    ['a gateway’s envelope', JSON.stringify({ error: { message: `BadRequest: ${REFUSAL}` } }), {}],
    ['a header alone', '{}', { 'anthropic-thinking-prefix-mismatch': 'block=messages.3.content.0;kind=thinking' }],
  ])('is understood in %s', async ([, body, headers], { edge, upstream }) => {
    answerWith(upstream, refuse(body, { headers }))
    expect((await edge.post(MESSAGES_PATH, thinkingBody(3))).status).toBe(200)
    expect(formsAt(upstream, 3)).toEqual([OLD_AS_CAME, ALL_REWRITTEN])
  })

  test('reaches the caller unchanged the second time, and its session is not tried again', async ({
    edge,
    upstream,
  }) => {
    const second = errorBody(MISMATCH.replace('messages.3', 'messages.5'))
    answerWith(upstream, refuse(REFUSAL), refuse(second), refuse(REFUSAL))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect([reply.status, await reply.text()]).toEqual([400, second])
    const next = await edge.post(MESSAGES_PATH, thinkingBody(4))
    expect([next.status, await next.text()]).toEqual([400, REFUSAL])
    expect(upstream.seen).toHaveLength(3)
  })

  test('is answered in a session that began with the same words as one that cannot be healed', async ({
    edge,
    upstream,
  }) => {
    answerWith(upstream, refuse(REFUSAL), refuse(REFUSAL), refuse(REFUSAL))
    expect((await edge.post(MESSAGES_PATH, thinkingBody(3))).status).toBe(400)
    const other = thinkingBody(3).replaceAll('toolu_', 'toolu_other_')
    expect((await edge.post(MESSAGES_PATH, other)).status).toBe(200)
    expect(formsAt(upstream, 3).slice(2)).toEqual([OLD_AS_CAME, ALL_REWRITTEN])
  })

  test.for([429, 500, 529])(
    'is healed although the second attempt ends with %i',
    async (status, { edge, upstream }) => {
      answerWith(upstream, refuse(REFUSAL), refuse('{"type":"error"}', { status }))
      const reply = await edge.post(MESSAGES_PATH, thinkingBody(3))
      expect([reply.status, await reply.text()]).toEqual([status, '{"type":"error"}'])
      expect((await edge.post(MESSAGES_PATH, thinkingBody(3))).status).toBe(200)
      expect(formsAt(upstream, 3)).toEqual([OLD_AS_CAME, ALL_REWRITTEN, ALL_REWRITTEN])
    },
  )

  test('is healed for good although the caller leaves in the middle of the reply', async ({ edge, upstream }) => {
    answerWith(upstream, refuse(REFUSAL), (res) => res.writeHead(200).write('{"type":'))
    const client = edge.connect(requestText('POST', MESSAGES_PATH, [], thinkingBody(3)))
    await within('the reply', client.until(/"type":/))
    client.socket.destroy()
    await expect.poll(edge.calls).toMatchObject([{ error: 'CALLER_GONE' }])
    await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect(formsAt(upstream, 3)).toEqual([OLD_AS_CAME, ALL_REWRITTEN, ALL_REWRITTEN])
  })

  test('is the caller’s where no result stands before the reasoning that it names', async ({ edge, upstream }) => {
    const first = errorBody(MISMATCH.replace('messages.3', 'messages.1'))
    answerWith(upstream, refuse(first))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect([reply.status, await reply.text(), upstream.seen.length]).toEqual([400, first, 1])
  })

  test('is the caller’s where the history has one form only', async ({ edge, upstream }) => {
    answerWith(upstream, refuse(REFUSAL))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(1))
    expect([reply.status, await reply.text(), upstream.seen.length]).toEqual([400, REFUSAL, 1])
  })

  test('is the caller’s where a header says that the body is signed', async ({ edge, upstream }) => {
    answerWith(upstream, refuse(REFUSAL))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3), { 'content-digest': 'sha-256=:x:' })
    expect([reply.status, await reply.text(), upstream.seen.length]).toEqual([400, REFUSAL, 1])
  })
})

describe('PC-5: a refusal that is not ours', () => {
  test.for<[string, string | Buffer, { status?: number; headers?: object }]>([
    ['a damaged signature', errorBody('messages.1.content.0: Invalid `signature` in `thinking` block'), {}],
    ['a changed latest answer', errorBody('`thinking` blocks in the latest assistant message cannot be modified.'), {}],
    ['the same words with another status', REFUSAL, { status: 422 }],
    ['an encoded body', gzipSync(errorBody('no')), { headers: { 'content-encoding': 'gzip' } }],
    ['an encoding that does not decode', 'no gzip', { headers: { 'content-encoding': 'gzip' } }],
    ['10 MB of the words in less than 64 KB', BOMB, { headers: { 'content-encoding': 'gzip' } }],
    ['no body', '', {}],
    ['no JSON', '<html>Bad Request</html>', { headers: { 'content-type': 'text/html' } }],
    ['the words behind 64 KB', errorBody(`${'x'.repeat(70_000)}${MISMATCH}`), {}],
    ['1 MB', errorBody('x'.repeat(1_000_000)), {}],
  ])('passes byte for byte: %s', async ([, body, options], { edge, upstream }) => {
    const headers = { 'x-should-retry': 'false', 'request-id': 'req_1', ...options.headers }
    const whole = { ...headers, 'content-length': Buffer.byteLength(body) }
    answerWith(upstream, refuse(body, { ...options, headers: whole }))
    const client = edge.connect(requestText('POST', MESSAGES_PATH, ['connection: close'], thinkingBody(3)))
    const [head, ...received] = (await within('the reply', client.closed)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${options.status ?? 400} `))
    for (const [name, value] of Object.entries(whole)) expect(head).toContain(`\r\n${name}: ${value}\r\n`)
    expect(received.join('\r\n\r\n') === Buffer.from(body).toString('latin1')).toBe(true)
    expect(upstream.seen).toHaveLength(1)
  })
})

describe('a refusal that does not arrive whole', () => {
  test('because it stalls is an error of ours, in the caller’s dialect', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { timeouts: { idle: '300ms' } })
    answerWith(upstream, (res) => res.writeHead(400, { 'content-length': '900' }).write(REFUSAL))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect([reply.status, await reply.json()]).toMatchObject([504, { type: 'error' }])
    await expect.poll(edge.calls).toMatchObject([{ error: 'UPSTREAM_IDLE_TIMEOUT' }])
    expect(upstream.seen).toHaveLength(1)
  })

  test('because it breaks off is an error of ours, and is not answered', async ({ edge, upstream }) => {
    answerWith(upstream, (res) => {
      res.writeHead(400, { 'content-length': '900' }).write(REFUSAL, () => res.destroy())
    })
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect([reply.status, await reply.json()]).toMatchObject([502, { type: 'error' }])
    expect(upstream.seen).toHaveLength(1)
  })

  test('but is longer than 64 KB reaches the caller as far as it came', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { timeouts: { idle: '300ms' } })
    answerWith(upstream, (res) => res.writeHead(400, { 'content-length': '900000' }).write('x'.repeat(100_000)))
    const client = edge.connect(requestText('POST', MESSAGES_PATH, [], thinkingBody(3)))
    const text = await within('the end', client.closed)
    expect([text.startsWith('HTTP/1.1 400 '), text.endsWith('x'.repeat(100_000))]).toEqual([true, true])
  })
})

test('a caller that goes away while a refusal is read closes the upstream connection, and nothing is sent again', async ({
  edge,
  upstream,
}) => {
  const begun = Promise.withResolvers<ServerResponse>()
  answerWith(upstream, (res) => {
    res.writeHead(400, { 'content-length': '900' }).write(REFUSAL)
    begun.resolve(res)
  })
  const client = edge.connect(requestText('POST', MESSAGES_PATH, [], thinkingBody(3)))
  const res = await within('the refusal', begun.promise)
  const closed = once(res, 'close')
  client.socket.destroy()
  await within('the close', closed)
  await expect.poll(edge.calls).toMatchObject([{ status: 499, error: 'CALLER_GONE' }])
  expect(upstream.seen).toHaveLength(1)
})

describe('PC-23: the continuation of a thread is sent once', () => {
  const thread = { thread: { type: 'continue', previous_message_id: 'msg_1' } }

  test.for([400, 404, 422])('and its refusal with %i is the caller’s', async (status, { edge, upstream }) => {
    answerWith(upstream, refuse(REFUSAL, { status }))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3, thread))
    expect([reply.status, await reply.text(), upstream.seen.length]).toEqual([status, REFUSAL, 1])
  })

  test('also where a kept connection closes under it', async ({ startEdge, tcpUpstream }) => {
    const heads: string[] = []
    tcpUpstream.onHead((socket, head) => {
      heads.push(head)
      if (head.includes('msg_1')) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
    })
    const edge = await startEdge(tcpUpstream.url)
    await edge.post(MESSAGES_PATH, thinkingBody(1))
    expect((await edge.post(MESSAGES_PATH, thinkingBody(1, thread))).status).toBe(502)
    expect(heads.filter((head) => head.includes('msg_1'))).toHaveLength(1)
  })
})

describe('marks that a provider refuses', () => {
  const spec = { cache: { mode: 'Auto' } }
  const system = [{ type: 'text', text: 'You look after orders and answer briefly. '.repeat(400) }]
  const UNKNOWN = errorBody('cache_control: Extra inputs are not permitted')

  test('are left out of one more attempt, which keeps every form', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { spec })
    await edge.post(MESSAGES_PATH, thinkingBody(1, { system }))
    upstream.seen.length = 0
    answerWith(upstream, refuse(UNKNOWN))
    expect((await edge.post(MESSAGES_PATH, thinkingBody(2, { system }))).status).toBe(200)
    expect(upstream.seen.map(({ body }) => body.includes('cache_control'))).toEqual([true, false])
    expect(formsAt(upstream, 2)).toEqual([
      [false, false],
      [false, false],
    ])
  })

  test('stay on the other form of a history', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { spec })
    await edge.post(MESSAGES_PATH, thinkingBody(1, { system, messages: [{ role: 'user', content: 'Hello' }] }))
    upstream.seen.length = 0
    answerWith(upstream, refuse(REFUSAL))
    expect((await edge.post(MESSAGES_PATH, thinkingBody(3, { system }))).status).toBe(200)
    const marked = upstream.seen.map(({ body }) => body.includes('cache_control'))
    expect(marked[1]).toBe(marked[0])
    expect(formsAt(upstream, 3)).toEqual([OLD_AS_CAME, ALL_REWRITTEN])
  })
})
