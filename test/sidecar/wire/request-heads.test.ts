/** Heads that are no HTTP, or HTTP of another kind: each is refused in the caller's dialect with a trace, or taken as it is meant. */

import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { requestText } from '../../support/raw-client.ts'
import { NOWHERE, test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const CANARY = 'sk-canary-19c4'

interface Refused {
  readonly what: string
  /** Follows the method and the path. */
  readonly rest: string
  readonly status: number
  readonly error: string
}

const HOST = 'host: localhost\r\n'

const REFUSED: readonly Refused[] = [
  { what: 'no host', rest: ' HTTP/1.1\r\nconnection: close\r\n\r\n', status: 400, error: 'REQUEST_MALFORMED' },
  { what: 'two hosts', rest: ` HTTP/1.1\r\n${HOST}${HOST}\r\n`, status: 400, error: 'REQUEST_MALFORMED' },
  {
    what: 'a header without a colon',
    rest: ` HTTP/1.1\r\n${HOST}canary\r\n\r\n`,
    status: 400,
    error: 'REQUEST_MALFORMED',
  },
  { what: 'an unknown version', rest: ` HTTP/1.2\r\n${HOST}\r\n`, status: 400, error: 'REQUEST_MALFORMED' },
  {
    what: 'a header of 70,000 bytes',
    rest: ` HTTP/1.1\r\n${HOST}x-a: ${CANARY}${'a'.repeat(70_000)}\r\n\r\n`,
    status: 431,
    error: 'HEADERS_TOO_LARGE',
  },
  {
    what: 'a query of 70,000 bytes',
    rest: `?key=${CANARY}${'a'.repeat(70_000)} HTTP/1.1\r\n${HOST}\r\n`,
    status: 431,
    error: 'HEADERS_TOO_LARGE',
  },
  {
    what: '2,001 headers',
    rest: ` HTTP/1.1\r\n${HOST}${'a: b\r\n'.repeat(2000)}\r\n`,
    status: 431,
    error: 'HEADERS_TOO_LARGE',
  },
  {
    what: '100,000 headers',
    rest: ` HTTP/1.1\r\n${HOST}${'a: b\r\n'.repeat(100_000)}\r\n`,
    status: 431,
    error: 'HEADERS_TOO_LARGE',
  },
  {
    what: 'an unknown expectation',
    rest: ` HTTP/1.1\r\n${HOST}expect: 200-ok\r\nconnection: close\r\n\r\n`,
    status: 417,
    error: 'EXPECTATION_FAILED',
  },
  {
    what: 'another expectation beside 100-continue',
    rest: ` HTTP/1.1\r\n${HOST}expect: 100-continue, 200-ok\r\nconnection: close\r\n\r\n`,
    status: 417,
    error: 'EXPECTATION_FAILED',
  },
  {
    what: 'a WebSocket',
    rest: ` HTTP/1.1\r\n${HOST}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n\r\n`,
    status: 426,
    error: 'UPGRADE_REFUSED',
  },
]

const DIALECTS = [
  [CHAT_PATH, /^\{"error":\{"message":"M2M: .*"code":"[A-Z_]+"\}\}$/],
  ['/v1/messages', /^\{"type":"error","error":\{"type":"[a-z_]+","message":"M2M: .*\}$/],
  ['/api/chat', /^\{"error":"M2M: .*\}$/],
] as const

/** Written once the reply has left. */
async function lineOf(edge: Edge, error: string): Promise<Readonly<Record<string, unknown>>> {
  const line = (): Readonly<Record<string, unknown>> | undefined => edge.lines.find((one) => one['error'] === error)
  await expect.poll(line).toBeDefined()
  return line() ?? {}
}

describe.for(REFUSED)('$what', ({ rest, status, error }) => {
  test.for(DIALECTS)(
    'is refused in the dialect of %s, with a line and a count',
    async ([path, envelope], { startEdge }) => {
      const edge = await startEdge(NOWHERE)
      const text = await within('the close', edge.connect(`GET ${path}${rest}`).closed)
      const [head = '', body = ''] = text.split('\r\n\r\n')
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(head.toLowerCase()).toMatch(/\r\ncontent-type: application\/json/)
      expect(head.toLowerCase()).toMatch(/\r\nx-m2m-outcome: blocked/)
      expect(head.toLowerCase()).toMatch(/\r\nconnection: (?:upgrade, )?close/)
      expect(body).toMatch(envelope)

      expect(await lineOf(edge, error)).toMatchObject({
        level: 'info',
        method: 'GET',
        path,
        status,
        outcome: 'blocked',
      })
      expect(await edge.metrics()).toContain(`m2m_refusals_total{reason="${error}"} 1`)
      expect(text + JSON.stringify(edge.lines)).not.toContain(CANARY)
    },
  )
})

test.for(['WebSocket', 'websocket, h2c', 'h2c,websocket', 'websocket/13'])(
  'an upgrade to %s is refused, and told what to go on with',
  async (name, { startEdge }) => {
    const edge = await startEdge(NOWHERE)
    const offer = ['connection: Upgrade', `upgrade: ${name}`, 'sec-websocket-key: x', 'sec-websocket-version: 13']
    const text = await within('the close', edge.connect(requestText('GET', '/v1/responses', offer)).closed)
    expect(text).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/)
    expect(text.toLowerCase()).toContain('\r\nupgrade: http/1.1\r\nconnection: upgrade, close\r\n')
  },
)

test.for([
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /http:\/\/, not https:\/\//],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /HTTP\/2/],
  ['HTTP/0.9', 'GET /v1/models\r\n\r\n', /HTTP\/0.9/],
  ['no HTTP', 'EHLO example.com\r\n', /HTTP\/1.1/],
  ['an authority', `GET example.com:443 HTTP/1.1\r\n${HOST}\r\n`, /path/],
  ['a request that ends in its middle', 'GET /v1/mod', /middle/],
] as const)('%s is refused with words that say what it is', async ([, request, problem], { startEdge }) => {
  const edge = await startEdge(NOWHERE)
  const client = edge.connect(Buffer.from(request, 'latin1'))
  client.socket.end()
  expect(await within('the close', client.closed)).toMatch(/^HTTP\/1.1 400 /)
  expect(await lineOf(edge, 'REQUEST_MALFORMED')).toMatchObject({
    status: 400,
    problem: expect.stringMatching(problem),
  })
})

describe('an absolute target', () => {
  test.for(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])(
    'that names the sidecar as %s is its path',
    async (host, { edge, upstream }) => {
      const { port } = new URL(edge.url)
      for (const [rest, path] of [
        [`${CHAT_PATH}?a=%2F`, `${CHAT_PATH}?a=%2F`],
        ['/health', undefined],
        ['?a', '/?a'],
      ]) {
        upstream.seen.length = 0
        const request = requestText('POST', `http://${host}:${port}${rest}`, ['connection: close'], chatBody())
        const text = await within('the reply', edge.connect(request).closed)
        if (path?.startsWith(CHAT_PATH)) expect(upstream.seen.map(({ url }) => url)).toEqual([path])
        expect(text).not.toMatch(/NOT_A_PROXY|CALLER_REFUSED/)
      }
    },
  )

  test('stands for the Host header, whichever it is', async ({ edge, upstream }) => {
    const { port } = new URL(edge.url)
    const target = `http://127.0.0.1:${port}/v1/models`
    const text = (host: string): string => `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`
    expect(await within('the reply', edge.connect(text('evil.example')).closed)).toMatch(/^HTTP\/1.1 200 /)
    expect(upstream.seen).toHaveLength(1)
  })

  test.for([
    'http://api.openai.com/v1/chat/completions',
    'http://127.0.0.1:11434/v1/chat/completions',
    'https://127.0.0.1.evil.example/v1/chat/completions',
    'HTTP://evil.example',
  ])('that names another server, %s, is told of base URLs', async (target, { edge, upstream }) => {
    const text = await within(
      'the reply',
      edge.connect(requestText('POST', target, ['connection: close'], '{}')).closed,
    )
    expect(text).toMatch(/^HTTP\/1.1 421 [\s\S]*NOT_A_PROXY/)
    expect(text).toContain(`OPENAI_BASE_URL=${edge.url}/v1, ANTHROPIC_BASE_URL=${edge.url}`)
    expect(await lineOf(edge, 'NOT_A_PROXY')).not.toMatchObject({ path: expect.stringMatching(/example|openai\.com/) })
    expect(upstream.seen).toEqual([])
  })

  test.for(['http://sk-name:sk-password@127.0.0.1/v1/models', 'ftp://127.0.0.1/v1/models'])(
    'of another form, %s, is refused without its credentials',
    async (target, { edge, upstream }) => {
      const text = await within('the reply', edge.connect(requestText('GET', target, ['connection: close'])).closed)
      expect(text).toMatch(/^HTTP\/1.1 400 [\s\S]*REQUEST_MALFORMED/)
      await lineOf(edge, 'REQUEST_MALFORMED')
      expect(text + JSON.stringify(edge.lines)).not.toContain('sk-')
      expect(upstream.seen).toEqual([])
    },
  )
})

test('a tunnel is told of base URLs, also in its phrase', async ({ startEdge }) => {
  const edge = await startEdge(NOWHERE)
  const client = edge.connect('CONNECT api.openai.com:443 HTTP/1.1\r\nhost: api.openai.com:443\r\n\r\n')
  const text = await within('the close', client.closed)
  expect(text).toMatch(/^HTTP\/1.1 501 [^\r]*OPENAI_BASE_URL/)
  expect(text.split('\r\n\r\n')[1]).toContain(`OPENAI_BASE_URL=${edge.url}/v1`)
})

test('OPTIONS * is answered by the sidecar; no other method may ask for *', async ({ edge, upstream }) => {
  const asked = await within('the reply', edge.connect(requestText('OPTIONS', '*', ['connection: close'])).closed)
  expect(asked).toMatch(/^HTTP\/1.1 200 OK\r\nallow: GET, HEAD, POST[^\r]*\r\ncontent-length: 0\r\n/)
  const other = await within('the reply', edge.connect(requestText('GET', '*', ['connection: close'])).closed)
  expect(other).toMatch(/^HTTP\/1.1 400 [\s\S]*only OPTIONS/)
  expect(upstream.seen).toEqual([])
})

test('2,000 headers pass, every one of them', async ({ edge, tcpUpstream, startEdge }) => {
  await edge.close()
  let head = ''
  tcpUpstream.onHead((socket, received) => {
    head = received
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
  })
  const through = await startEdge(tcpUpstream.url)
  const headers = Array.from({ length: 1990 }, (_, index) => `x-${index}: ${index}`)
  const text = await within(
    'the reply',
    through.connect(requestText('GET', '/v1/models', [...headers, 'connection: close'])).closed,
  )
  expect(text).toMatch(/^HTTP\/1.1 200 /)
  expect(head).toContain(headers.join('\r\n'))
})

describe('pipelined after a good request, a bad one', () => {
  test('is refused after the reply that is due', async ({ edge, upstream }) => {
    const answered = Promise.withResolvers<() => void>()
    upstream.replyWith((res) => answered.resolve(() => res.end('{"first":1}')))
    const client = edge.connect(`${requestText('POST', CHAT_PATH, [], chatBody())}BROKEN\r\n\r\n`)
    const answer = await within('the request', answered.promise)
    answer()
    expect(await within('the close', client.closed)).toMatch(/\{"first":1\}HTTP\/1.1 400 [\s\S]*REQUEST_MALFORMED/)
    expect(upstream.seen).toHaveLength(1)
  })
})
