/** Signed requests (PC-40 to PC-42): a provider that checks signatures gets the bytes that the client signed. */

import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { assertAsyncProperty } from '../../support/assert-property.ts'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { oci } from '../../support/signatures/oci.ts'
import { rfc9421 } from '../../support/signatures/rfc9421.ts'
import type { SigningScheme, Unsigned } from '../../support/signatures/scheme.ts'
import { presigned, sigV4 } from '../../support/signatures/sigv4.ts'
import type { Seen, Upstream } from '../../support/upstream.ts'
import { startUpstream } from '../../support/upstream.ts'
import { closeAfterTest, test as wireTest } from '../../support/wire.ts'

const SCHEMES: readonly SigningScheme[] = [sigV4, rfc9421, oci]
const JSON_TYPE = { 'content-type': 'application/json' }
const USAGE = '{"model":"gpt-4o","usage":{"prompt_tokens":100,"completion_tokens":5}}'

const INTERCEPTED = 'llm.example.com'

/** A sidecar to which the provider's own name leads. */
const test = wireTest
  .extend('start', ({ startEdge, upstream }) => (spec: object = {}, baseUrl = upstream.url): Promise<Edge> => {
    return startEdge(baseUrl, { spec, proxy: { allowedHosts: [INTERCEPTED] } })
  })
  .extend('edge', ({ start }): Promise<Edge> => start())

/** Where a client believes that it sends its request to: interception keeps the host, a changed base URL is our address. */
const HOSTS = {
  'the host of the provider': () => `https://${INTERCEPTED}`,
  'our host': ({ url }: Edge) => url,
} as const

function unsigned(
  origin: string,
  { path = CHAT_PATH, headers = {}, body = wordyBody() }: Partial<Changes> = {},
): Unsigned {
  const url = new URL(origin + path)
  return { method: 'POST', url, headers: { ...JSON_TYPE, ...headers }, body: Buffer.from(body as string) }
}

interface Changes {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** Sends to the sidecar whatever the host is that the request names. */
async function post(
  edge: Edge,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(edge.url)
  const sending = send({ hostname, port, path, method: 'POST', headers: { 'content-length': body.length, ...headers } })
  sending.end(body)
  const [reply] = (await once(sending, 'response')) as [IncomingMessage]
  reply.resume()
  await once(reply, 'end')
  return reply
}

/** A provider that answers only what it can verify. */
function checkSignatures(upstream: Upstream, scheme: SigningScheme): void {
  upstream.replyWith((res, seen) => {
    void scheme.verify(seen).then((isVerified) => {
      res.writeHead(isVerified ? 200 : 401, JSON_TYPE).end(isVerified ? USAGE : '{"error":{"message":"bad signature"}}')
    })
  })
}

function lastOf({ seen }: Upstream): Seen {
  const last = seen.at(-1)
  if (last === undefined) throw new Error('nothing arrived')
  return last
}

describe.for(SCHEMES)('a request signed by $name', (scheme) => {
  test.for(Object.entries(HOSTS))(
    'for %s is accepted, with the same bytes, and says why',
    async ([, originOf], { edge, upstream }) => {
      checkSignatures(upstream, scheme)
      const request = unsigned(originOf(edge))
      const headers = await scheme.sign(request)
      const reply = await post(edge, CHAT_PATH, headers, request.body)
      expect(reply.statusCode).toBe(200)
      expect(reply.headers['x-m2m-outcome']).toBe('passthrough')
      const { body, headers: arrived } = lastOf(upstream)
      expect(body.equals(request.body)).toBe(true)
      for (const [name, value] of Object.entries(headers))
        expect([name, arrived[name.toLowerCase()]]).toEqual([name, value])

      await expect.poll(() => edge.calls()).toHaveLength(1)
      expect(edge.calls()[0]).toMatchObject({ outcome: 'passthrough', passthrough_reason: 'signed' })
      const metrics = await edge.metrics()
      expect(metrics).toContain('m2m_passthrough_total{reason="signed",provider="openai"} 1')
      // Its reply is read as any other.
      expect(metrics).toMatch(/gen_ai_client_token_usage_sum\{[^}]*"input"\} 100/)
    },
  )

  test('is refused by the provider, not by us, when one byte of the body is another', async ({ edge, upstream }) => {
    checkSignatures(upstream, scheme)
    const request = unsigned(HOSTS['the host of the provider']())
    const headers = await scheme.sign(request)
    const changed = Buffer.from(request.body.toString().replace('hello', 'hallo'))
    expect((await post(edge, CHAT_PATH, headers, changed)).statusCode).toBe(401)
  })

  test('keeps a path that we would repair, with its query', async ({ edge, upstream }) => {
    checkSignatures(upstream, scheme)
    const path = `/v1//chat/completions/?b=%2Fx&a=1`
    const request = unsigned(HOSTS['the host of the provider'](), { path })
    const target = request.url.pathname + request.url.search
    const reply = await post(edge, target, await scheme.sign(request), request.body)
    expect(lastOf(upstream).url).toBe(target)
    expect([reply.statusCode, reply.headers['x-m2m-outcome']]).toEqual([200, 'passthrough'])
  })

  test('is sent once more in the same bytes when its connection was lost', async ({ edge, upstream }) => {
    checkSignatures(upstream, scheme)
    const request = unsigned(HOSTS['the host of the provider']())
    const headers = await scheme.sign(request)
    await post(edge, CHAT_PATH, headers, request.body)
    let isLost = false
    upstream.server.prependOnceListener('request', (_req, res) => {
      isLost = true
      res.destroy()
    })
    expect((await post(edge, CHAT_PATH, headers, request.body)).statusCode).toBe(200)
    expect(isLost).toBe(true)
    expect(lastOf(upstream).body.equals(request.body)).toBe(true)
  })
})

test.for([sigV4, rfc9421])('a body in gzip that is signed by $name stays so', async (scheme, { edge, upstream }) => {
  checkSignatures(upstream, scheme)
  const headers = { 'content-encoding': 'gzip', 'accept-encoding': 'gzip, br' }
  const request = unsigned(HOSTS['the host of the provider'](), {
    headers,
    body: gzipSync(wordyBody({ stream: true })),
  })
  const reply = await post(edge, CHAT_PATH, await scheme.sign(request), request.body)
  expect([reply.statusCode, reply.headers['x-m2m-outcome']]).toEqual([200, 'passthrough'])
  const { headers: arrived, body } = lastOf(upstream)
  expect(arrived).toMatchObject(headers)
  expect(body.equals(request.body)).toBe(true)
})

test('the same body with a key of Bedrock is rewritten', async ({ start, upstream }) => {
  const edge = await start({ providers: [{ name: 'bedrock', baseURL: upstream.url, allowInsecure: true }] })
  const headers = { ...JSON_TYPE, authorization: 'Bearer bedrock-api-key-YmVkcm9jaw==' }
  const reply = await post(edge, CHAT_PATH, headers, Buffer.from(wordyBody()))
  expect(reply.headers['x-m2m-outcome']).toBe('compressed')
  expect(lastOf(upstream).body.length).toBeLessThan(wordyBody().length)
  expect(await edge.metrics()).not.toContain('m2m_passthrough_total')
})

test('a signed URL passes as it came', async ({ edge, upstream }) => {
  const request = unsigned(HOSTS['the host of the provider']())
  const { path, headers } = await presigned(request)
  const reply = await post(edge, path, headers, request.body)
  expect(path).toContain('X-Amz-Signature=')
  expect(reply.headers['x-m2m-outcome']).toBe('passthrough')
  expect(lastOf(upstream)).toMatchObject({ url: path, headers: { host: 'llm.example.com' } })
  expect(lastOf(upstream).body.equals(request.body)).toBe(true)
})

test('headers of ours pass where they are signed, and end here where they are not', async ({ edge, upstream }) => {
  checkSignatures(upstream, sigV4)
  const signedHere = { 'x-m2m-session': 's', 'x-forwarded-for': '10.0.0.9', forwarded: 'for=10.0.0.9' }
  const request = unsigned(HOSTS['the host of the provider'](), { headers: signedHere })
  const headers = { ...(await sigV4.sign(request)), 'x-forwarded-proto': 'http', 'x-m2m-bypass': 'false' }
  expect((await post(edge, CHAT_PATH, headers, request.body)).statusCode).toBe(200)
  const { headers: arrived } = lastOf(upstream)
  expect(arrived).toMatchObject(signedHere)
  expect(arrived).not.toHaveProperty('x-forwarded-proto')
  expect(arrived).not.toHaveProperty('x-m2m-bypass')
})

test('a signature that does not name the host leaves it to us', async ({ edge, upstream }) => {
  const headers = { ...JSON_TYPE, host: 'llm.example.com', 'content-digest': 'sha-256=:x:' }
  await post(edge, CHAT_PATH, headers, Buffer.from(wordyBody()))
  expect(lastOf(upstream).headers.host).toBe(new URL(upstream.url).host)
})

test('with spans, marks and the question for usage on, a signed request gets none of them, and its span says why', async ({
  start,
  upstream,
  onTestFinished,
}) => {
  const collector = await closeAfterTest(startUpstream(), onTestFinished)
  checkSignatures(upstream, sigV4)
  const telemetry = { otlpEndpoint: collector.url, streamUsage: 'Inject' }
  const edge = await start({ telemetry, cache: { mode: 'Auto' } })
  const request = unsigned(HOSTS['the host of the provider'](), { body: wordyBody({ stream: true }) })
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const headers = { ...(await sigV4.sign(request)), traceparent }
  expect((await post(edge, CHAT_PATH, headers, request.body)).statusCode).toBe(200)
  const arrived = lastOf(upstream)
  expect(arrived.body.equals(request.body)).toBe(true)
  expect(arrived.headers).toMatchObject({ traceparent })
  expect(arrived.headers).not.toHaveProperty('accept-encoding')
  await edge.sidecar.close()
  const spans = collector.seen.map(({ body }) => body.toString('latin1')).join('')
  expect(spans).toMatch(/m2m\.passthrough\.reason[^a-z]*signed/)
})

test.for([
  ['a digest alone', { 'content-digest': 'sha-256=:x:' }, '/inference/chat/completions'],
  ['a signature', { 'x-signature': 'x' }, '/inference/chat/completions'],
] as const)('%s under a base URL with a path follows that', async ([, sealed, expected], { start, upstream }) => {
  const edge = await start({}, `${upstream.url}/inference`)
  await post(edge, CHAT_PATH, { ...JSON_TYPE, ...sealed }, Buffer.from(wordyBody()))
  await post(edge, `/openai${expected}`, { ...JSON_TYPE, ...sealed }, Buffer.from(wordyBody()))
  expect(upstream.seen.map(({ url }) => url)).toEqual([expected, expected])
})

test.for([
  ['/openai/deployments/d/chat/completions?api-version=2026-01-01'],
  ['/openai/v1/chat/completions', '/v1/chat/completions'],
  ['//openai//v1/chat/completions/', '//v1/chat/completions/'],
  ['/openai?a=1', '/?a=1'],
])(
  'a signed call to %s keeps its path, without the name of a provider',
  async ([path = '', own], { edge, upstream }) => {
    await post(edge, path, { ...JSON_TYPE, 'x-signature': 'x' }, Buffer.from(wordyBody()))
    expect(lastOf(upstream).url).toBe(own ?? path)
  },
)

describe('other calls', () => {
  test('a signed call that we do not read passes with its host and path', async ({ edge, upstream }) => {
    checkSignatures(upstream, sigV4)
    const path = '/openai/model/anthropic.claude-v2%3A1/converse'
    const request = unsigned(HOSTS['the host of the provider'](), { path: path.slice('/openai'.length) })
    const reply = await post(edge, path, await sigV4.sign(request), request.body)
    expect([reply.statusCode, lastOf(upstream).url]).toEqual([200, request.url.pathname])
    expect(lastOf(upstream).headers.host).toBe('llm.example.com')
    expect(lastOf(upstream).body.equals(request.body)).toBe(true)
    expect(reply.headers['x-m2m-outcome']).toBe('passthrough')
    await expect.poll(() => edge.lines).toContainEqual(expect.objectContaining({ passthrough_reason: 'signed' }))
  })
})

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const token = fc.stringMatching(/^[A-Za-z0-9+/]{8,40}={0,2}$/)
const algorithm = fc.constantFrom('md5', 'sha256', 'sha512', 'sha-256', 'sha1')
const ofContent = fc.constantFrom('content', 'body', 'payload')

/** Headers by which a request is known to be signed, or to carry a digest, whoever invented them. */
const signs = fc.oneof(
  fc
    .tuple(fc.constantFrom('Signature', 'HMAC-SHA256', 'hmac', 'TC3-HMAC-SHA256', 'OSS', 'Hawk', 'X9'), word, token)
    .map(([scheme, name, value]): [string, string] => ['authorization', `${scheme} ${name}="${value}"`]),
  fc
    .tuple(word, token)
    .map(([who, value]): [string, string] => [
      'authorization',
      `${who}-auth-v1/${value}/2026-11-30T02:00:00Z/1800/host/${value}`,
    ]),
  fc
    .tuple(word, fc.constantFrom('signature', 'digest', 'hmac', 'signature-256', 'sig', 'sign'), token)
    .map(([who, end, value]): [string, string] => [`x-${who}-${end}`, value]),
  fc
    .tuple(word, ofContent, algorithm, token)
    .map(([who, what, name, value]): [string, string] => [`x-${who}-${what}-${name}`, value]),
  fc.tuple(word, token).map(([who, value]): [string, string] => [`x-hmac-${who}`, value]),
  fc
    .tuple(fc.constantFrom('content', 'repr'), token)
    .map(([what, value]): [string, string] => [`${what}-digest`, `sha-256=:${value}:`]),
)

const encodings = fc.constantFrom<[string | undefined, (text: string) => Buffer]>(
  [undefined, Buffer.from],
  ['gzip', gzipSync],
)

test('whatever signs it, a request passes with the same bytes', async ({ edge, upstream }) => {
  await assertAsyncProperty(
    fc.asyncProperty(signs, encodings, fc.boolean(), async ([name, value], [encoding, encode], isStream) => {
      const body = encode(wordyBody({ stream: isStream }))
      const coded: Record<string, string> = encoding === undefined ? {} : { 'content-encoding': encoding }
      const headers = { ...JSON_TYPE, ...coded, 'accept-encoding': 'br', [name]: value }
      const reply = await post(edge, CHAT_PATH, headers, body)
      const arrived = lastOf(upstream)
      expect(reply.headers['x-m2m-outcome']).toBe('passthrough')
      expect(arrived.body.equals(body)).toBe(true)
      expect(arrived.headers).toMatchObject({ ...coded, 'accept-encoding': 'br', [name]: value })
    }),
    { seed: process.env['CI'] === undefined ? undefined : 9421 },
  )
})
