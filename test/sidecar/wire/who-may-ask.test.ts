/** One guard before both ports: a foreign host, origin or site gets 403 for every path, and nothing reaches a provider. */

import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test } from '../../support/wire.ts'

interface Answer {
  readonly status: number
  readonly type: string | undefined
  readonly body: string
}

function ask(url: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent: false }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      reply.once('end', () =>
        resolve({ status: reply.statusCode ?? 0, type: reply.headers['content-type'], body: text }),
      )
    })
    sent.on('error', reject).end(body)
  })
}

const DATA = [
  CHAT_PATH,
  '/v1/messages',
  '/api/chat',
  '/v1/models',
  '/groq/x',
  '/nowhere',
  '/health',
  '/stats',
  '/_m2m/stats',
]
const ENGINE = ['/v1/compress', '/_m2m/compress', '/v1/decompress', '/_m2m/openapi.json', '/_m2m/%73tats']
const ADMIN = ['/', '/stats', '/preview', '/unpin', '/metrics', '/livez', '/readyz', '/startupz', '/nowhere']

/** What a page of another origin cannot help sending, and what a rebound name sends. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { host: 'evil.example:4141' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
]

describe.for(FOREIGN)('a caller with %j', (headers) => {
  test('is refused on every path of both ports', async ({ edge, upstream }) => {
    const urls = [...DATA, ...ENGINE].map((path) => edge.url + path).concat(ADMIN.map((path) => edge.adminUrl + path))
    for (const url of urls) {
      for (const body of [undefined, chatBody()]) {
        const { status, body: text } = await ask(url, headers, body)
        expect([url, status]).toEqual([url, 403])
        expect(text).toContain('--allowed-host')
      }
    }
    expect(upstream.seen).toEqual([])
    const lines = edge.lines.filter(({ error }) => error === 'CALLER_REFUSED')
    expect(lines).toHaveLength(2 * urls.length)
    expect(new Set(lines.map(({ outcome }) => outcome))).toEqual(new Set(['blocked']))
    expect(await edge.metrics()).toMatch(new RegExp(`reason="CALLER_REFUSED"} ${2 * urls.length}$`, 'm'))
  })
})

test.for([
  [CHAT_PATH, /^\{"error":\{"message":"M2M: /],
  ['/v1/messages', /^\{"type":"error","error":\{"type":"permission_error"/],
  ['/api/chat', /^\{"error":"M2M: /],
] as const)('a refused call of %s reads the reason in its dialect', async ([path, expected], { edge }) => {
  const answer = await ask(edge.url + path, { origin: 'https://evil.example' }, chatBody())
  expect(answer).toMatchObject({ status: 403, type: 'application/json', body: expect.stringMatching(expected) })
})

test('a container of the pod, an SDK and curl are callers as before', async ({ edge, upstream }) => {
  const port = new URL(edge.url).port
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'localhost', '[::1]:4141']) {
    expect((await ask(edge.url + CHAT_PATH, { host }, chatBody())).status).toBe(200)
    expect((await ask(`${edge.url}/stats`, { host })).status).toBe(200)
    expect((await ask(`${edge.adminUrl}/stats`, { host })).status).toBe(200)
  }
  expect(upstream.seen).toHaveLength(4)
})

test('names and origins of the settings may ask', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { proxy: { allowedHosts: ['m2m', 'localhost:3000'] } })
  expect((await ask(edge.url + CHAT_PATH, { host: 'm2m:4141' }, chatBody())).status).toBe(200)
  const page = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }
  expect((await ask(edge.url + CHAT_PATH, page, chatBody())).status).toBe(200)
  expect((await ask(`${edge.adminUrl}/stats`, { host: 'm2m:4142' })).status).toBe(200)
})

const OUTSIDE = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address

describe.skipIf(OUTSIDE === undefined)('a sidecar bound beyond loopback', () => {
  const bound = { proxy: { host: '0.0.0.0', token: undefined }, admin: { host: '0.0.0.0' } }
  const outside = (url: string): string => url.replace(/\/\/[^:]+/, `//${OUTSIDE}`)

  test('relays calls of other machines, and keeps figures, page and switch to its own', async ({
    startEdge,
    upstream,
  }) => {
    const edge = await startEdge(upstream.url, bound)
    const spoofed = { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' }
    expect((await ask(outside(edge.url) + CHAT_PATH, spoofed, chatBody())).status).toBe(200)
    expect((await ask(`${outside(edge.url)}/health`, spoofed)).status).toBe(200)
    for (const host of [{}, { host: 'localhost' }]) {
      expect((await ask(`${outside(edge.url)}/stats`, { ...spoofed, ...host })).status).toBe(403)
      for (const path of ['/', '/stats']) {
        expect((await ask(outside(edge.adminUrl) + path, { ...spoofed, ...host })).status).toBe(403)
      }
      expect((await ask(`${outside(edge.adminUrl)}/unpin`, { ...spoofed, ...host }, '')).status).toBe(403)
    }
    for (const path of ['/livez', '/readyz', '/metrics']) {
      expect((await ask(outside(edge.adminUrl) + path, { host: 'm2m.svc:4142' })).status).toBe(200)
    }
    expect((await ask(outside(edge.url) + CHAT_PATH, { host: 'evil.example' }, chatBody())).status).toBe(403)
  })

  test('asks other machines for its token, and never passes it on', async ({ startEdge, upstream }) => {
    const token = 'a-token-of-some-length'
    const edge = await startEdge(upstream.url, { proxy: { ...bound.proxy, token } })
    expect((await ask(outside(edge.url) + CHAT_PATH, {}, chatBody())).status).toBe(403)
    expect((await ask(outside(edge.url) + CHAT_PATH, { 'x-m2m-token': token }, chatBody())).status).toBe(200)
    expect((await ask(edge.url + CHAT_PATH, {}, chatBody())).status).toBe(200)
    const authorization = 'AWS4-HMAC-SHA256 Credential=A, SignedHeaders=x-m2m-token, Signature=0'
    const signed = { authorization, 'x-m2m-token': token }
    expect((await ask(outside(edge.url) + CHAT_PATH, signed, chatBody())).status).toBe(200)
    expect(upstream.seen.map(({ headers }) => headers['x-m2m-token'])).toEqual([undefined, undefined, undefined])
    expect(JSON.stringify(edge.lines)).not.toContain(token)
  })
})
