/** The sidecar's own paths are loaded when one is first asked for: their first callers notice nothing. */

import type { ServerResponse } from 'node:http'
import { expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { rawClient, requestText } from '../../support/raw-client.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const AT_ONCE = 50

type Ask = readonly [path: string, status: number, ask: (edge: Edge) => Promise<Response>]

const GET = (path: string, status = 200): Ask => [path, status, (edge) => fetch(edge.url + path)]
const ADMIN = (path: string, status = 200): Ask => [path, status, (edge) => fetch(edge.adminUrl + path)]
const POST = (path: string, body: string, status = 200): Ask => [path, status, (edge) => edge.post(path, body)]

const ASKED: readonly Ask[] = [
  GET('/health'),
  GET('/stats'),
  GET('/_m2m/openapi.json'),
  GET('/v1/compress', 404),
  POST('/v1/compress', chatBody()),
  POST('/v1/decompress', chatBody()),
  POST('/_m2m/compress', 'hello', 400),
  ADMIN('/'),
  ADMIN('/stats'),
  ADMIN('/metrics'),
  ADMIN('/livez'),
  ADMIN('/readyz'),
  ADMIN('/nowhere', 404),
]

test('fifty first requests at once have each their answer, beside calls', async ({ edge, upstream }) => {
  const asked = Array.from({ length: AT_ONCE }, (_, index) => ASKED[index % ASKED.length] as Ask)
  const calls = Array.from({ length: 5 }, () => edge.post(CHAT_PATH, chatBody()))
  const replies = await Promise.all(asked.map(async ([path, , ask]) => [path, (await ask(edge)).status]))
  expect(replies).toEqual(asked.map(([path, status]) => [path, status]))
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200))
  expect(upstream.seen).toHaveLength(calls.length)
})

test('first asked for in a drain, they answer with figures, and with refusals to calls', async ({
  startEdge,
  upstream,
}) => {
  const arrived = Promise.withResolvers<ServerResponse>()
  upstream.replyWith(arrived.resolve)
  const edge = await startEdge(upstream.url, { graceMs: 20_000 })
  const live = edge.post(CHAT_PATH, chatBody())
  const reply = await within('the live call', arrived.promise)
  const closed = edge.sidecar.close()

  const figures = Array.from({ length: AT_ONCE }, () => fetch(`${edge.url}/stats`))
  const engine = Array.from({ length: AT_ONCE }, () => edge.post('/v1/compress', chatBody()))
  expect(new Set((await Promise.all(figures)).map(({ status }) => status))).toEqual(new Set([200]))
  expect(new Set((await Promise.all(engine)).map(({ status }) => status))).toEqual(new Set([503]))
  expect((await fetch(`${edge.adminUrl}/`)).status).toBe(200)
  expect((await fetch(`${edge.adminUrl}/readyz`)).status).toBe(503)

  reply.end('{}')
  expect((await live).status).toBe(200)
  await within('the end of the drain', closed)
})

test('probes have the bytes that Fastify gave them', async ({ edge }) => {
  const port = Number(new URL(edge.adminUrl).port)
  const ask = (method: string, path: string): Promise<string> =>
    rawClient(port, requestText(method, path, ['connection: close'])).closed
  const head =
    /^HTTP\/1.1 200 OK\r\ncontent-type: text\/plain\r\ncontent-length: 6\r\nDate: [^\r]+\r\nConnection: close\r\n\r\n/
  expect(await ask('GET', '/readyz?verbose')).toMatch(new RegExp(`${head.source}ready\\n$`))
  expect(await ask('HEAD', '/livez')).toMatch(new RegExp(`${head.source}$`))
  expect(await ask('POST', '/livez')).toMatch(/^HTTP\/1.1 404 [\s\S]*the admin port has no such path or method/)
})
