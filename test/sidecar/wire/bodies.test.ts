/** Request bodies: encodings, limits, bodies that we do not understand; and replies, byte for byte. */

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody, wordyBody } from '../../support/chat-call.ts'
import { requestText } from '../../support/raw-client.ts'
import type { Upstream } from '../../support/upstream.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

/** The one request that arrived. */
function sentTo({ seen }: Upstream): Upstream['seen'][number] {
  const [request] = seen
  if (request === undefined) throw new Error('the upstream got no request')
  return request
}

type Encoder = (text: string) => Buffer

const ENCODERS: readonly (readonly [name: string, encoding: string, encode: Encoder])[] = [
  ['gzip', 'gzip', gzipSync],
  ['x-gzip', 'x-gzip', gzipSync],
  ['deflate', 'deflate', deflateSync],
  ['deflate without its header', 'deflate', deflateRawSync],
  ['br', 'br', brotliCompressSync],
  ['zstd', 'zstd', zstdCompressSync],
  ['gzip, then br', 'gzip, br', (text) => brotliCompressSync(gzipSync(text))],
  ['raw deflate, then gzip', 'deflate,GZIP', (text) => gzipSync(deflateRawSync(text))],
  ['gzip twice, with an identity between them', 'gzip, identity , gzip', (text) => gzipSync(gzipSync(text))],
]

describe.for(ENCODERS)('a body in %s', ([, encoding, encode]) => {
  test('is compressed as a plain one is, and is sent plain', async ({ edge, upstream }) => {
    const reply = await edge.post(CHAT_PATH, encode(wordyBody()), { 'content-encoding': encoding })
    const { headers, body } = sentTo(upstream)
    expect(reply.headers.get('x-m2m-outcome')).toBe('compressed')
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['content-length']).toBe(String(body.length))
    expect(body.length).toBeLessThan(wordyBody().length)
    expect(JSON.parse(body.toString()).model).toBe('gpt-4o')
  })

  test('is sent unchanged when there is nothing to compress', async ({ edge, upstream }) => {
    const sent = encode(chatBody())
    await edge.post(CHAT_PATH, sent, { 'content-encoding': encoding })
    const { headers, body } = sentTo(upstream)
    expect(headers['content-encoding']).toBe(encoding)
    expect(body.equals(sent)).toBe(true)
  })
})

const UNTOUCHED: { what: string; body: string | Buffer; headers?: Record<string, string> }[] = [
  { what: 'is not JSON', body: 'hello' },
  { what: 'is broken JSON', body: wordyBody().slice(0, -1) },
  { what: 'is JSON of another shape', body: '{ "messages": 7, "x": 1.0 }' },
  { what: 'is empty', body: '' },
  { what: 'is not UTF-8', body: Buffer.from(wordyBody(), 'utf16le') },
  { what: 'does not decode', body: 'plain', headers: { 'content-encoding': 'gzip' } },
  {
    what: 'is encoded four times',
    body: gzipSync(gzipSync(gzipSync(gzipSync(wordyBody())))),
    headers: { 'content-encoding': 'gzip, gzip, gzip, gzip' },
  },
  {
    what: 'has one unknown encoding among known ones',
    body: gzipSync(wordyBody()),
    headers: { 'content-encoding': 'm2m, gzip' },
  },
  { what: 'has an unknown encoding', body: wordyBody(), headers: { 'content-encoding': 'm2m' } },
  { what: 'grows beyond the limit', body: gzipSync(Buffer.alloc(40_000_000)), headers: { 'content-encoding': 'gzip' } },
  {
    what: 'grows beyond the limit after its outer encoding',
    body: gzipSync(gzipSync(Buffer.alloc(40_000_000))),
    headers: { 'content-encoding': 'gzip, gzip' },
  },
  {
    what: 'grows beyond the limit without a header',
    body: deflateRawSync(Buffer.alloc(40_000_000)),
    headers: { 'content-encoding': 'deflate' },
  },
  { what: 'is to bypass the sidecar', body: wordyBody(), headers: { 'x-m2m-bypass': 'true' } },
  { what: 'is signed', body: wordyBody(), headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } },
  { what: 'has a digest', body: wordyBody(), headers: { 'content-digest': 'sha-256=:x:' } },
  { what: 'belongs to a subscription', body: wordyBody(), headers: { authorization: 'Bearer sk-ant-oat01-x' } },
  {
    what: 'belongs to a subscription by its beta',
    body: wordyBody(),
    headers: { 'anthropic-beta': 'a,oauth-2025-04-20' },
  },
]

test.for(UNTOUCHED)('a body that $what passes unchanged', async ({ body, headers = {} }, { edge, upstream }) => {
  const path = headers['anthropic-beta'] === undefined ? CHAT_PATH : `/openai${CHAT_PATH}`
  const reply = await edge.post(path, body, headers)
  expect(reply.status).toBe(200)
  expect(reply.headers.get('x-m2m-outcome')).toBe('passthrough')
  expect(sentTo(upstream).body.equals(Buffer.from(body as string))).toBe(true)
})

test('a subscription’s call is compressed when the policy says so', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { spec: { compression: { subscriptionTraffic: true } } })
  const reply = await edge.post(CHAT_PATH, wordyBody(), { authorization: 'Bearer sk-ant-oat01-x' })
  expect(reply.headers.get('x-m2m-outcome')).toBe('compressed')
})

const SMALL_TRANSFORM = { spec: { limits: { maxBodyBytes: 100_000, maxTransformBytes: 1024 } } }

test('a body above the transform limit passes unchanged', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, SMALL_TRANSFORM)
  const reply = await edge.post(CHAT_PATH, wordyBody())
  expect(reply.headers.get('x-m2m-outcome')).toBe('passthrough')
  expect(sentTo(upstream).body.toString()).toBe(wordyBody())
})

test('a body that would decode to more than the transform limit passes unchanged', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, SMALL_TRANSFORM)
  const body = gzipSync(wordyBody())
  expect(body.length).toBeLessThan(1024)
  const reply = await edge.post(CHAT_PATH, body, { 'content-encoding': 'gzip' })
  expect(reply.headers.get('x-m2m-outcome')).toBe('passthrough')
  expect(sentTo(upstream).body.equals(body)).toBe(true)
})

test('a body of unknown length that outgrows the transform limit is answered, and the next on its connection', async ({
  startEdge,
  upstream,
}) => {
  const edge = await startEdge(upstream.url, SMALL_TRANSFORM)
  const chunks = [wordyBody(), ' '.repeat(20_000)].map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('')
  const head = `POST ${CHAT_PATH} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n`
  const client = edge.connect(head + chunks)
  client.socket.write('0\r\n\r\n')
  await within('the answer', client.until(/^HTTP\/1.1 200 [\s\S]*x-m2m-outcome: passthrough/))
  expect(sentTo(upstream).body.toString()).toBe(wordyBody() + ' '.repeat(20_000))
  client.socket.write(requestText('POST', CHAT_PATH, [], chatBody()))
  await expect.poll(() => upstream.seen.length).toBe(2)
})

test('a body of unknown length that outgrows both limits is refused in its dialect, and is no call upstream', async ({
  startEdge,
  upstream,
}) => {
  const edge = await startEdge(upstream.url, SMALL_TRANSFORM)
  const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n`
  const piece = `8000\r\n${'x'.repeat(0x8000)}\r\n`
  const client = edge.connect(head + piece)
  client.socket.write(piece.repeat(4))
  expect(await within('the refusal', client.until(/request_too_large/))).toMatch(/^HTTP\/1.1 413 /)
  client.socket.destroy()
  expect(upstream.seen).toEqual([])
})

describe('a body above the limit', () => {
  const limits = { spec: { limits: { maxBodyBytes: 65_536, maxTransformBytes: 65_536 } } }

  test('is refused by its announced length, before it is sent', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, limits)
    const head = `POST ${CHAT_PATH} HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 1000000000\r\n\r\n`
    const text = await within('the close', edge.connect(head).closed)
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(text).toMatch(/connection: close/i)
    expect(JSON.parse(text.split('\r\n\r\n')[1] as string).error.code).toBe('BODY_TOO_LARGE')
    expect(upstream.seen).toEqual([])
  })

  test('is refused as soon as it grows so large, when its length is not announced', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, limits)
    const head = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n`
    const client = edge.connect(`${head}20000\r\n${'x'.repeat(0x20000)}\r\n`)
    const text = await within('the refusal', client.until(/request_too_large/))
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    client.socket.destroy()
    expect(upstream.seen).toEqual([])
  })

  test('is refused even while its caller goes on sending it', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, limits)
    const reply = await edge.post(CHAT_PATH, new Uint8Array(20_000_000))
    expect(reply.status).toBe(413)
  })

  test('takes no memory while it is sent', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, limits)
    const piece = Buffer.alloc(1024 * 1024)
    const before = process.memoryUsage.rss()
    const head = `POST ${CHAT_PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000000\r\n\r\n`
    const client = edge.connect(head)
    let isClosed = false
    client.socket.on('close', () => {
      isClosed = true
    })
    for (let i = 0; i < 950 && !isClosed; i++) {
      if (!client.socket.write(piece)) {
        await Promise.race([new Promise((resolve) => client.socket.once('drain', resolve)), client.closed])
      }
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000)
    client.socket.destroy()
  })

  test('streams through on a path that is not an LLM call', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, limits)
    const file = Buffer.alloc(3_000_000, 'x')
    expect((await edge.post('/v1/files', file)).status).toBe(200)
    const { headers, body } = sentTo(upstream)
    expect(body.equals(file)).toBe(true)
    expect(headers['content-length']).toBe(String(file.length))
  })
})

test('a body of unknown length arrives whole, as an LLM call and as any other', async ({ edge, upstream }) => {
  for (const path of [CHAT_PATH, '/v1/files']) {
    const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n`
    const client = edge.connect(`${head}3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n`)
    await within('the reply', client.until(/200 OK/))
    client.socket.destroy()
  }
  expect(upstream.seen.map(({ body }) => body.toString())).toEqual(['abcdefg', 'abcdefg'])
})

test('Expect: 100-continue is answered, for an LLM call and for any other', async ({ edge, upstream }) => {
  for (const path of [CHAT_PATH, '/v1/files']) {
    const client = edge.connect(requestText('POST', path, ['expect: 100-continue', 'content-length: 2']))
    await within('the invitation', client.until(/^HTTP\/1.1 100 Continue\r\n\r\n/))
    client.socket.write('{}')
    await within('the reply', client.until(/200 OK/))
    client.socket.destroy()
  }
  expect(upstream.seen.map(({ headers }) => headers.expect)).toEqual([undefined, undefined])
})

test('an HTTP/1.0 caller, which knows no interim reply, gets none', async ({ edge }) => {
  const head = `POST ${CHAT_PATH} HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n`
  expect(await within('the reply', edge.connect(`${head}{}`).closed)).toMatch(/^HTTP\/1.1 200 OK/)
})

const REPLY = JSON.stringify({
  id: 'c',
  model: 'gpt-4o',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
})

test.for(ENCODERS)('a reply in %s passes unchanged', async ([, encoding, encode], { edge, upstream }) => {
  const body = encode(REPLY)
  upstream.replyWith((res) => res.writeHead(200, { 'Content-Encoding': encoding }).end(body))
  const client = edge.connect(requestText('POST', CHAT_PATH, ['connection: close'], chatBody()))
  const text = await within('the end', client.closed)
  expect(text).toContain(`Content-Encoding: ${encoding}\r\n`)
  expect(text).toContain(body.toString('latin1'))
})

test.for([
  ['is plain', 200, 'gzip', REPLY],
  ['is an error in gzip', 500, 'gzip', gzipSync('{"error":{"message":"no"}}')],
  ['is encoded twice under one name', 200, 'gzip', gzipSync(gzipSync(REPLY))],
  ['is cut short', 200, 'br', brotliCompressSync(REPLY).subarray(0, 20)],
] as const)(
  'a reply that %s passes unchanged under status %i and label %s',
  async ([, status, encoding, body], { edge, upstream }) => {
    const headers = { 'Content-Encoding': encoding, 'Content-Length': Buffer.byteLength(body) }
    upstream.replyWith((res) => res.writeHead(status, headers).end(body))
    const client = edge.connect(requestText('POST', CHAT_PATH, ['connection: close'], chatBody()))
    const [head = '', ...received] = (await within('the end', client.closed)).split('\r\n\r\n')
    for (const [name, value] of Object.entries(headers)) expect(head).toContain(`\r\n${name}: ${value}`)
    expect(received.join('\r\n\r\n')).toBe(Buffer.from(body as string).toString('latin1'))
    await expect.poll(edge.calls).toMatchObject([{ status }])
  },
)

test.for([
  [502, 'text/html', '<html>Bad gateway</html>'],
  [503, undefined, ''],
  [200, 'text/html', '<html>Log in</html>'],
  [500, 'application/json', '{"error":'],
  [429, 'application/json', '{"error":{"message":"slow down"}}'],
  [307, undefined, ''],
] as const)('a reply of %i %s passes unchanged', async ([status, type, body], { edge, upstream }) => {
  upstream.replyWith((res) => {
    if (type !== undefined) res.setHeader('content-type', type)
    if (status === 307) res.setHeader('location', 'http://169.254.169.254/')
    res.writeHead(status).end(body)
  })
  const reply = await fetch(edge.url + CHAT_PATH, { method: 'POST', body: chatBody(), redirect: 'manual' })
  expect([reply.status, await reply.text(), upstream.seen.length]).toEqual([status, body, 1])
  expect(reply.headers.get('content-type')).toBe(type ?? null)
})
