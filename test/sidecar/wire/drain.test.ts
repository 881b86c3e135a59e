/** Shutting down: nothing new is taken, what runs may finish, what does not is told so in its dialect. */

import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { startSidecar } from '../../../sidecar/start.ts'
import { M2MError } from '../../../src/core/errors.ts'
import {
  chatBody,
  type Edge,
  rawClient,
  requestText,
  startEdge,
  startUpstream,
  type Upstream,
} from '../../support/edge.ts'
import { within } from '../../support/within.ts'

const PATH = '/v1/chat/completions'
const EVENT = 'data: {"id":"c","model":"gpt-4o","choices":[]}\n\n'

let edge: Edge
let upstream: Upstream
const replies: ServerResponse[] = []
afterEach(async () => {
  await edge.close()
  await upstream.close()
  replies.length = 0
})

async function open(graceMs: number): Promise<void> {
  upstream = await startUpstream((res) => {
    replies.push(res.writeHead(200, { 'content-type': 'text/event-stream' }))
    res.write(EVENT)
  })
  edge = await startEdge(upstream.url, { graceMs })
}

async function openStream(): Promise<Response> {
  const reply = await fetch(edge.url + PATH, { method: 'POST', body: chatBody({ stream: true }) })
  expect(reply.status).toBe(200)
  return reply
}

test('while it drains: not ready, new calls refused in their dialect, live streams finish', async () => {
  await open(10_000)
  const live = await openStream()
  const closed = edge.sidecar.close()

  expect((await fetch(`${edge.adminUrl}/readyz`)).status).toBe(503)
  expect((await fetch(`${edge.adminUrl}/livez`)).status).toBe(200)
  const refused = rawClient(edge.port, requestText('POST', '/v1/messages', [], chatBody()))
  const text = await within('the refusal', refused.closed)
  expect(text).toMatch(/^HTTP\/1.1 503 [\s\S]*connection: close[\s\S]*"type":"error"/i)

  replies[0]?.end('data: [DONE]\n\n')
  expect(await live.text()).toBe(`${EVENT}data: [DONE]\n\n`)
  await within('the end of the drain', closed)
  await expect(fetch(`${edge.url}/health`)).rejects.toThrow()
})

test('at the end of the grace time streams end with the error event, waiting calls with a 503', async () => {
  await open(100)
  const live = await openStream()
  const waiting = rawClient(edge.port, `POST ${PATH} HTTP/1.1\r\nhost: m2m\r\ncontent-length: 9\r\n\r\n{`)
  await expect.poll(() => waiting.socket.bytesWritten).toBeGreaterThan(0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const closed = edge.sidecar.close()
  expect(await live.text()).toMatch(/^data: \{"id"[^\n]*\n\ndata: \{"error":[^\n]*DRAINING[^\n]*\n\n$/)
  expect(await within('the refusal', waiting.closed)).toMatch(/^HTTP\/1.1 503 /)
  await within('the end of the drain', closed)
})

test('an idle sidecar closes at once, and twice is once', async () => {
  await open(60_000)
  await fetch(`${edge.url}/health`)
  await within('the end', Promise.all([edge.sidecar.close(), edge.sidecar.close()]))
})

test.for(['proxy', 'admin'] as const)('a %s port in use is said so, and nothing stays open', async (which) => {
  await open(0)
  const used = Number(new URL(which === 'proxy' ? edge.url : edge.adminUrl).port)
  const at = (port: number): { host: string; port: number } => ({ host: '127.0.0.1', port })
  const start = startSidecar({
    proxy: { ...at(which === 'proxy' ? used : 0), upstreams: [], mode: 'Enforce', profile: 'Safe' },
    admin: at(which === 'admin' ? used : 0),
    policy: { path: undefined, pollMs: 60_000 },
    log: { level: 'error' },
    otlp: { endpoint: undefined, serviceName: 'm2m' },
    record: { dir: undefined, maxBytes: 0 },
    drain: { graceMs: 0 },
  })
  const error: unknown = await start.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(M2MError)
  expect(error).toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(String(used)) })
})
