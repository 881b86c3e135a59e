/** Every refusal of the sidecar leaves a line in the log, a count by reason, and an outcome on its reply. */

import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { rawClient, requestText } from '../../support/raw-client.ts'
import { NOWHERE, test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const CANARY = 'sk-canary-7f3a'

interface Refused {
  readonly what: string
  readonly request: string
  readonly status: number
  readonly error: string
  readonly provider?: string
  /** Words of the remedy. */
  readonly problem: RegExp
}

const KEYS = [`authorization: Bearer ${CANARY}`, `x-api-key: ${CANARY}`, 'connection: close']
const UPGRADE = [
  'upgrade: websocket',
  'connection: upgrade, close',
  'sec-websocket-key: x',
  'sec-websocket-version: 13',
]

const REFUSED: readonly Refused[] = [
  {
    what: 'a path of no provider',
    request: requestText('GET', `/nowhere?key=${CANARY}`, KEYS),
    status: 404,
    error: 'NO_SUCH_PROVIDER',
    problem: /provider/,
  },
  {
    what: 'a path out of a root',
    request: requestText('GET', `/v1/%2e%2e/x?key=${CANARY}`, KEYS),
    status: 400,
    error: 'PATH_REFUSED',
    problem: /path/,
  },
  {
    what: 'an unknown transfer coding',
    request: requestText('POST', CHAT_PATH, ['transfer-encoding: gzip, chunked', ...KEYS]),
    status: 400,
    error: 'HEADER_REFUSED',
    problem: /content-encoding/,
  },
  {
    what: 'a body beyond the limit',
    request: requestText('POST', CHAT_PATH, [`authorization: Bearer ${CANARY}`, 'connection: close'], wordyBody()),
    status: 413,
    error: 'BODY_TOO_LARGE',
    provider: 'openai',
    problem: /limit of 1024 bytes/,
  },
  {
    what: 'the engine asked for what is no request',
    request: requestText('POST', `/v1/compress?profile=Safe`, KEYS, '{"a":1}'),
    status: 400,
    error: 'DIALECT_UNKNOWN',
    problem: /dialect/,
  },
  {
    what: 'the engine asked with a wrong method',
    request: requestText('GET', `/v1/compress?key=${CANARY}`, KEYS),
    status: 404,
    error: 'NO_SUCH_ROUTE',
    problem: /method/,
  },
  {
    what: 'a badly encoded path of ours',
    request: requestText('GET', '/_m2m/%zz', KEYS),
    status: 400,
    error: 'PATH_REFUSED',
    problem: /encoded/,
  },
  {
    what: 'a tunnel',
    request: `CONNECT name:${CANARY}@example.com:443 HTTP/1.1\r\nhost: x\r\nproxy-authorization: Basic ${CANARY}\r\n\r\n`,
    status: 501,
    error: 'NOT_A_PROXY',
    problem: /base URL/,
  },
]

const OPTIONS = { spec: { limits: { maxBodyBytes: 1024, maxTransformBytes: 1024 } } }

async function refusalsOf(edge: Edge): Promise<readonly string[]> {
  return (await edge.metrics()).split('\n').filter((line) => line.startsWith('m2m_refusals_total'))
}

/** Written once the reply has left. */
async function traceOf(edge: Edge): Promise<Readonly<Record<string, unknown>>> {
  await expect.poll(() => edge.lines.filter(({ error }) => error !== undefined)).toHaveLength(1)
  return edge.lines.find(({ error }) => error !== undefined) ?? {}
}

describe.for(REFUSED)('$what', ({ request, status, error, provider, problem }) => {
  test('is one line, one count and an outcome, without the key', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, OPTIONS)
    const text = await within('the refusal', edge.connect(request).closed)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(text.match(/^x-m2m-outcome: .*$/gim)).toEqual(['x-m2m-outcome: blocked'])

    const [, method, target = ''] = /^(\S+) ([^ ?]*)/.exec(request) ?? []
    const line = await traceOf(edge)
    expect(line).toMatchObject({ level: 'info', method, status, outcome: 'blocked', error })
    expect(line['path']).toBe(target.slice(target.indexOf('@') + 1))
    expect(line['problem']).toMatch(problem)
    expect(line['provider']).toBe(provider)
    expect(JSON.stringify(edge.lines)).not.toContain(CANARY)

    const labels = [`reason="${error}"`, ...(provider === undefined ? [] : [`provider="${provider}"`])]
    expect(await refusalsOf(edge)).toEqual([`m2m_refusals_total{${labels.join()}} 1`])
    expect(upstream.seen).toEqual([])
  })
})

const JSON_BODY = 'content-type: application/json'

describe('the admin port', () => {
  test.for<[string, string, number, string]>([
    ['a path that it does not have', requestText('GET', `/nowhere?key=${CANARY}`, KEYS), 404, 'NO_SUCH_ROUTE'],
    ['a wrong method', requestText('GET', '/unpin', KEYS), 404, 'NO_SUCH_ROUTE'],
    ['a badly encoded path', requestText('GET', '/%zz', KEYS), 400, 'PATH_REFUSED'],
    [
      'a preview of no sample',
      requestText('POST', '/preview', [JSON_BODY, ...KEYS], `{"x":"${CANARY}"}`),
      400,
      'USAGE',
    ],
    ['a preview of no JSON', requestText('POST', '/preview', [JSON_BODY, ...KEYS], CANARY), 400, 'USAGE'],
    [
      'a preview of a form',
      requestText('POST', '/preview', [`content-type: x/${CANARY}`, ...KEYS], 'a=b'),
      415,
      'USAGE',
    ],
    [
      'a preview that is too large',
      requestText('POST', '/preview', [JSON_BODY, ...KEYS], `{"sample":"${'a'.repeat(1 << 20)}"}`),
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'an unpin by its own page',
      requestText('POST', '/unpin', ['sec-fetch-site: same-origin', 'origin: x'], ''),
      403,
      '',
    ],
    ['another name', 'GET /stats HTTP/1.1\r\nhost: x.example\r\nconnection: close\r\n\r\n', 403, 'CALLER_REFUSED'],
  ])(
    'refuses %s with one line, one count and an outcome, without the key',
    async ([, request, status, error], { edge }) => {
      const code = error || 'CALLER_REFUSED'
      const client = rawClient(Number(new URL(edge.adminUrl).port), request)
      const text = await within('the refusal', client.closed)
      expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(text.match(/^x-m2m-outcome: .*$/gim)).toEqual(['x-m2m-outcome: blocked'])
      const [, method, path] = /^(\S+) ([^ ?]*)/.exec(request) ?? []
      expect(await traceOf(edge)).toMatchObject({
        level: 'info',
        method,
        path,
        status,
        outcome: 'blocked',
        error: code,
      })
      expect(JSON.stringify(edge.lines) + text).not.toContain(CANARY)
      expect(await refusalsOf(edge)).toEqual([`m2m_refusals_total{reason="${code}"} 1`])
    },
  )
})

test('a WebSocket that is refused leaves its trace', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url)
  const client = edge.connect(requestText('GET', '/v1/realtime', UPGRADE))
  expect(await within('the refusal', client.closed)).toMatch(/x-m2m-outcome: blocked/i)
  const { error, status } = await traceOf(edge)
  expect(await refusalsOf(edge)).toEqual([`m2m_refusals_total{reason="${error}"} 1`])
  expect(edge.lines).toContainEqual(expect.objectContaining({ method: 'GET', path: '/v1/realtime', status, error }))
})

test('a call that comes while the sidecar shuts down leaves its trace', async ({ startEdge, upstream }) => {
  const live: (() => void)[] = []
  upstream.replyWith((res) => void live.push(() => res.end('{}')))
  const edge = await startEdge(upstream.url, { graceMs: 20_000 })
  const first = edge.post(CHAT_PATH, chatBody())
  await expect.poll(() => live.length).toBe(1)
  const closed = edge.sidecar.close()
  const client = edge.connect(requestText('POST', CHAT_PATH, [], chatBody()))
  expect(await within('the refusal', client.closed)).toMatch(/^HTTP\/1.1 503 [\s\S]*x-m2m-outcome: blocked/i)
  await expect.poll(() => edge.lines).toContainEqual(expect.objectContaining({ error: 'DRAINING', outcome: 'blocked' }))
  expect(await refusalsOf(edge)).toEqual(['m2m_refusals_total{reason="DRAINING"} 1'])
  live[0]?.()
  await first
  await within('the end', closed)
})

test('a provider at an address that the policy refuses is blocked, though the request was ready', async ({
  startEdge,
}) => {
  const edge = await startEdge('http://llm.example', { lookup: async () => ['169.254.169.254'] })
  const reply = await edge.post(CHAT_PATH, wordyBody())
  expect([reply.status, reply.headers.get('x-m2m-outcome')]).toEqual([502, 'blocked'])
  await expect.poll(() => edge.calls()).toHaveLength(1)
  expect(edge.calls()[0]).toMatchObject({ error: 'UPSTREAM_ADDRESS_REFUSED', outcome: 'blocked' })
  expect(await refusalsOf(edge)).toEqual(['m2m_refusals_total{reason="UPSTREAM_ADDRESS_REFUSED",provider="openai"} 1'])
})

test('an unreachable provider is counted, and the outcome is that of the bytes that were to be sent', async ({
  startEdge,
}) => {
  const edge = await startEdge(NOWHERE)
  const reply = await edge.post(CHAT_PATH, wordyBody())
  expect([reply.status, reply.headers.get('x-m2m-outcome')]).toEqual([502, 'compressed'])
  await expect.poll(() => edge.calls()).toHaveLength(1)
  expect(edge.calls()[0]).toMatchObject({
    outcome: 'compressed',
    error: 'UPSTREAM_UNREACHABLE',
    problem: expect.stringMatching(/^provider openai: /),
  })
  expect(await refusalsOf(edge)).toEqual(['m2m_refusals_total{reason="UPSTREAM_UNREACHABLE",provider="openai"} 1'])
})

test("a provider's own refusal is none of ours", async ({ edge, upstream }) => {
  upstream.replyWith((res) => res.writeHead(401).end('{}'))
  const reply = await edge.post(CHAT_PATH, wordyBody())
  expect([reply.status, reply.headers.get('x-m2m-outcome')]).toEqual([401, 'compressed'])
  await expect.poll(() => edge.calls()).toHaveLength(1)
  expect(edge.calls()[0]).not.toHaveProperty('problem')
  expect(await refusalsOf(edge)).toEqual([])
})

test('a call to the admin port is told of the data port', async ({ edge }) => {
  const reply = await fetch(edge.adminUrl + CHAT_PATH, { method: 'POST', body: wordyBody() })
  expect(reply.status).toBe(404)
  const message = expect.stringMatching(/^M2M: .* go to the data port/)
  expect(await reply.json()).toEqual({ message, error: { message } })
  expect(edge.lines.at(-1)).toMatchObject({ msg: 'refused', path: CHAT_PATH, error: 'NO_SUCH_ROUTE', status: 404 })
  expect(await refusalsOf(edge)).toEqual(['m2m_refusals_total{reason="NO_SUCH_ROUTE"} 1'])
})

test('a reply without our headers has no outcome when it refuses', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { spec: { telemetry: { responseHeaders: false } } })
  for (const path of ['/nowhere', '/v1/compress']) {
    const reply = await fetch(edge.url + path)
    expect([reply.status, reply.headers.get('x-m2m-outcome')]).toEqual([404, null])
  }
})

test('refused paths and methods make no label', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url)
  for (let i = 0; i < 50; i++) {
    await fetch(`${edge.url}/no-${i}/x`, { method: i % 2 === 0 ? 'GET' : 'PROPFIND' })
    await fetch(`${edge.url}/_m2m/no-${i}`)
  }
  await expect
    .poll(() => refusalsOf(edge))
    .toEqual(['m2m_refusals_total{reason="NO_SUCH_PROVIDER"} 50', 'm2m_refusals_total{reason="NO_SUCH_ROUTE"} 50'])
  expect(edge.lines.filter(({ outcome }) => outcome === 'blocked')).toHaveLength(100)
})
