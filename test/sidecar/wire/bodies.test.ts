/** Request bodies: encodings, limits, what is not understood; and replies byte for byte. */

import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import {
  chatBody,
  type Edge,
  type EdgeOptions,
  rawClient,
  requestText,
  startEdge,
  startUpstream,
  type Upstream,
  wordyBody,
} from '../../support/edge.ts'
import { within } from '../../support/within.ts'

const PATH = '/v1/chat/completions'

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

async function open(options?: EdgeOptions): Promise<void> {
  upstream = await startUpstream((res) => res.end('{}'))
  edge = await startEdge(upstream.url, options)
}

function post(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(edge.url + PATH, { method: 'POST', body, headers })
}

function sent(): Upstream['seen'][number] {
  const [request] = upstream.seen
  if (request === undefined) throw new Error('the upstream got no request')
  return request
}

const ENCODERS = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const

describe.for(Object.entries(ENCODERS))('a body in %s', ([encoding, encode]) => {
  test('is compressed as a plain one is, and goes out plain', async () => {
    await open()
    const reply = await post(encode(wordyBody()), { 'content-encoding': encoding })
    const { headers, body } = sent()
    expect(reply.headers.get('x-m2m-outcome')).toBe('compressed')
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers['content-length']).toBe(String(body.length))
    expect(body.length).toBeLessThan(wordyBody().length)
    expect(JSON.parse(body.toString()).model).toBe('gpt-4o')
  })

  test('goes out as it came when there is nothing to compress', async () => {
    await open()
    const body = encode(chatBody())
    await post(body, { 'content-encoding': encoding })
    expect(sent().headers['content-encoding']).toBe(encoding)
    expect(sent().body.equals(body)).toBe(true)
  })
})

const UNTOUCHED: { what: string; body: string | Buffer; headers?: Record<string, string> }[] = [
  { what: 'is not JSON', body: 'hello' },
  { what: 'is broken JSON', body: wordyBody().slice(0, -1) },
  { what: 'is JSON of another shape', body: '{ "messages": 7, "x": 1.0 }' },
  { what: 'is empty', body: '' },
  { what: 'is not UTF-8', body: Buffer.from(wordyBody(), 'utf16le') },
  { what: 'does not decode', body: 'plain', headers: { 'content-encoding': 'gzip' } },
  { what: 'is encoded twice', body: gzipSync(gzipSync(wordyBody())), headers: { 'content-encoding': 'gzip, gzip' } },
  { what: 'has an unknown encoding', body: wordyBody(), headers: { 'content-encoding': 'm2m' } },
  { what: 'grows beyond the limit', body: gzipSync(Buffer.alloc(40_000_000)), headers: { 'content-encoding': 'gzip' } },
  { what: 'is to bypass us', body: wordyBody(), headers: { 'x-m2m-bypass': 'true' } },
  { what: 'is signed', body: wordyBody(), headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } },
  { what: 'has a digest', body: wordyBody(), headers: { 'content-digest': 'sha-256=:x:' } },
  { what: 'is of a subscription', body: wordyBody(), headers: { authorization: 'Bearer sk-ant-oat01-x' } },
  { what: 'is of a subscription by its beta', body: wordyBody(), headers: { 'anthropic-beta': 'a,oauth-2025-04-20' } },
]

test.for(UNTOUCHED)('a body that $what passes untouched', async ({ body, headers = {} }) => {
  await open()
  const path = headers['anthropic-beta'] === undefined ? PATH : `/openai${PATH}`
  const reply = await fetch(edge.url + path, { method: 'POST', body, headers })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('x-m2m-outcome')).toBe('passthrough')
  expect(sent().body.equals(Buffer.from(body as string))).toBe(true)
})

test('a subscription’s call is compressed when the policy says so', async () => {
  await open({ spec: { compression: { subscriptionTraffic: true } } })
  const reply = await post(wordyBody(), { authorization: 'Bearer sk-ant-oat01-x' })
  expect(reply.headers.get('x-m2m-outcome')).toBe('compressed')
})

test('a body above the transform limit passes untouched', async () => {
  await open({ spec: { limits: { maxBodyBytes: 100_000, maxTransformBytes: 1024 } } })
  const reply = await post(wordyBody())
  expect(reply.headers.get('x-m2m-outcome')).toBe('passthrough')
  expect(sent().body.toString()).toBe(wordyBody())
})

test('a body that would decode to more than the transform limit passes untouched', async () => {
  await open({ spec: { limits: { maxBodyBytes: 100_000, maxTransformBytes: 1024 } } })
  const body = gzipSync(wordyBody())
  expect(body.length).toBeLessThan(1024)
  const reply = await post(body, { 'content-encoding': 'gzip' })
  expect(reply.headers.get('x-m2m-outcome')).toBe('passthrough')
  expect(sent().body.equals(body)).toBe(true)
})

describe('a body above the limit', () => {
  const limits = { spec: { limits: { maxBodyBytes: 65_536, maxTransformBytes: 65_536 } } }

  test('is refused by its announced length, before it is sent', async () => {
    await open(limits)
    const head = `POST ${PATH} HTTP/1.1\r\nhost: m2m\r\nexpect: 100-continue\r\ncontent-length: 1000000000\r\n\r\n`
    const text = await within('the close', rawClient(edge.port, head).closed)
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(text).toMatch(/connection: close/i)
    expect(JSON.parse(text.split('\r\n\r\n')[1] as string).error.code).toBe('BODY_TOO_LARGE')
    expect(upstream.seen).toEqual([])
  })

  test('is refused as soon as it grows so large, when nobody said how long it is', async () => {
    await open(limits)
    const head = `POST /v1/messages HTTP/1.1\r\nhost: m2m\r\ntransfer-encoding: chunked\r\n\r\n`
    const client = rawClient(edge.port, `${head}20000\r\n${'x'.repeat(0x20000)}\r\n`)
    const text = await within('the refusal', client.until(/request_too_large/))
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    client.socket.destroy()
    expect(upstream.seen).toEqual([])
  })

  test('is told so even to a caller that goes on sending it', async () => {
    await open(limits)
    const reply = await post(new Uint8Array(20_000_000))
    expect(reply.status).toBe(413)
  })

  test('takes no memory while it is sent', async () => {
    await open(limits)
    const piece = Buffer.alloc(1024 * 1024)
    const before = process.memoryUsage.rss()
    const head = `POST ${PATH} HTTP/1.1\r\nhost: m2m\r\ncontent-length: 1000000000\r\n\r\n`
    const client = rawClient(edge.port, head)
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

  test('streams through on a path that is not an LLM call', async () => {
    await open(limits)
    const file = Buffer.alloc(3_000_000, 'x')
    expect((await fetch(`${edge.url}/v1/files`, { method: 'POST', body: file })).status).toBe(200)
    expect(sent().body.equals(file)).toBe(true)
    expect(sent().headers['content-length']).toBe(String(file.length))
  })
})

test('a body of unknown length arrives whole, on both lanes', async () => {
  await open()
  for (const path of [PATH, '/v1/files']) {
    const head = `POST ${path} HTTP/1.1\r\nhost: m2m\r\ntransfer-encoding: chunked\r\n\r\n`
    const client = rawClient(edge.port, `${head}3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n`)
    await within('the reply', client.until(/200 OK/))
    client.socket.destroy()
  }
  expect(upstream.seen.map(({ body }) => body.toString())).toEqual(['abcdefg', 'abcdefg'])
})

test('Expect: 100-continue is answered, on both lanes', async () => {
  await open()
  for (const path of [PATH, '/v1/files']) {
    const client = rawClient(edge.port, requestText('POST', path, ['expect: 100-continue', 'content-length: 2']))
    await within('the invitation', client.until(/^HTTP\/1.1 100 Continue\r\n\r\n/))
    client.socket.write('{}')
    await within('the reply', client.until(/200 OK/))
    client.socket.destroy()
  }
  expect(upstream.seen.map(({ headers }) => headers.expect)).toEqual([undefined, undefined])
})

test('an HTTP/1.0 caller, who knows no interim reply, gets none', async () => {
  await open()
  const head = `POST ${PATH} HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n`
  expect(await within('the reply', rawClient(edge.port, `${head}{}`).closed)).toMatch(/^HTTP\/1.1 200 OK/)
})

const REPLY = JSON.stringify({
  id: 'c',
  model: 'gpt-4o',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
})

test.for(Object.entries(ENCODERS))('a reply in %s passes as it is', async ([encoding, encode]) => {
  const body = encode(REPLY)
  upstream = await startUpstream((res) => res.writeHead(200, { 'Content-Encoding': encoding }).end(body))
  edge = await startEdge(upstream.url)
  const client = rawClient(edge.port, requestText('POST', PATH, ['connection: close'], chatBody()))
  const text = await within('the end', client.closed)
  expect(text).toContain(`Content-Encoding: ${encoding}\r\n`)
  expect(text).toContain(body.toString('latin1'))
})

test.for([
  [502, 'text/html', '<html>Bad gateway</html>'],
  [503, undefined, ''],
  [200, 'text/html', '<html>Log in</html>'],
  [500, 'application/json', '{"error":'],
  [429, 'application/json', '{"error":{"message":"slow down"}}'],
  [307, undefined, ''],
] as const)('a reply of %i %s passes as it is', async ([status, type, body]) => {
  upstream = await startUpstream((res) => {
    if (type !== undefined) res.setHeader('content-type', type)
    if (status === 307) res.setHeader('location', 'http://169.254.169.254/')
    res.writeHead(status).end(body)
  })
  edge = await startEdge(upstream.url)
  const reply = await fetch(edge.url + PATH, { method: 'POST', body: chatBody(), redirect: 'manual' })
  expect([reply.status, await reply.text(), upstream.seen.length]).toEqual([status, body, 1])
  expect(reply.headers.get('content-type')).toBe(type ?? null)
})
