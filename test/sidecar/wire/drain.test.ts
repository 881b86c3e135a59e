/** Shutting down: new calls are refused, live calls may finish, and those that do not end in their dialect. */

import type { ServerResponse } from 'node:http'
import { expect } from 'vitest'
import { startSidecar } from '../../../sidecar/start.ts'
import { M2MError } from '../../../src/core/errors.ts'
import { CHAT_PATH, chatBody, chunk, DONE, SSE } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { requestText } from '../../support/raw-client.ts'
import { testConfig } from '../../support/test-config.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const EVENT = chunk('hello')

function beginStream(res: ServerResponse): void {
  res.writeHead(200, SSE).write(EVENT)
}

/** A stream that has begun. */
async function openStream(edge: Edge): Promise<Response> {
  const reply = await edge.post(CHAT_PATH, chatBody({ stream: true }))
  expect(reply.status).toBe(200)
  return reply
}

test('a sidecar that drains is not ready, refuses new calls in their dialect, and lets live streams finish', async ({
  startEdge,
  upstream,
}) => {
  const replies: ServerResponse[] = []
  upstream.replyWith((res) => {
    beginStream(res)
    replies.push(res)
  })
  const edge = await startEdge(upstream.url, { graceMs: 20_000 })
  const live = await openStream(edge)
  const closed = edge.sidecar.close()

  expect((await fetch(`${edge.adminUrl}/readyz`)).status).toBe(503)
  expect((await fetch(`${edge.adminUrl}/livez`)).status).toBe(200)
  const refused = edge.connect(requestText('POST', '/v1/messages', [], chatBody()))
  const text = await within('the refusal', refused.closed)
  expect(text).toMatch(/^HTTP\/1.1 503 [\s\S]*connection: close[\s\S]*"type":"error"/i)

  replies[0]?.end(DONE)
  expect(await live.text()).toBe(EVENT + DONE)
  await within('the end of the drain', closed)
  await expect(fetch(`${edge.url}/health`)).rejects.toThrow()
})

test('at the end of the grace time streams end with the error event, waiting calls with a 503', async ({
  startEdge,
  upstream,
}) => {
  upstream.replyWith(beginStream)
  const edge = await startEdge(upstream.url, { graceMs: 100 })
  const live = await openStream(edge)
  const waiting = edge.connect(requestText('POST', CHAT_PATH, ['expect: 100-continue', 'content-length: 9']))
  // The invitation says that the sidecar has the call and waits for its body.
  await within('the invitation', waiting.until(/^HTTP\/1.1 100 Continue\r\n\r\n/))
  const closed = edge.sidecar.close()
  expect(await live.text()).toMatch(/^data: \{"id"[^\n]*\n\ndata: \{"error":[^\n]*DRAINING[^\n]*\n\n$/)
  expect(await within('the refusal', waiting.closed)).toMatch(/\r\n\r\nHTTP\/1.1 503 [\s\S]*DRAINING/)
  await within('the end of the drain', closed)
})

const COMPRESS = ['expect: 100-continue', `content-length: ${chatBody().length}`]

test('a drain lets a call of the engine finish, and refuses the next one', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { graceMs: 20_000 })
  const live = edge.connect(requestText('POST', '/v1/compress', COMPRESS))
  await within('the invitation', live.until(/^HTTP\/1.1 100 Continue\r\n\r\n/))
  const closed = edge.sidecar.close()
  const refused = edge.connect(requestText('POST', '/v1/compress', [], chatBody()))
  expect(await within('the refusal', refused.closed)).toMatch(/^HTTP\/1.1 503 [\s\S]*connection: close[\s\S]*DRAINING/i)
  live.socket.write(chatBody())
  expect(await within('the reply', live.until(/"report"/))).toMatch(/\r\n\r\nHTTP\/1.1 200 /)
  live.socket.end()
  await within('the end of the drain', closed)
})

test('at the end of the grace time a call of the engine ends with a 503', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { graceMs: 100 })
  const live = edge.connect(requestText('POST', '/v1/compress', COMPRESS))
  await within('the invitation', live.until(/^HTTP\/1.1 100 Continue\r\n\r\n/))
  const closed = edge.sidecar.close()
  expect(await within('the refusal', live.closed)).toMatch(/\r\n\r\nHTTP\/1.1 503 [\s\S]*DRAINING/)
  await within('the end of the drain', closed)
})

test('of 50 live streams those that can finish do; the others end with the error event of their dialect', async ({
  startEdge,
  upstream,
}) => {
  const replies = new Set<ServerResponse>()
  upstream.replyWith((res) => {
    beginStream(res)
    replies.add(res)
  })
  const edge = await startEdge(upstream.url, { graceMs: 2000 })
  const streams = await Promise.all(Array.from({ length: 50 }, () => openStream(edge)))
  const closed = edge.sidecar.close()
  expect((await fetch(`${edge.adminUrl}/readyz`)).status).toBe(503)
  const texts = streams.map((stream) => stream.text())
  for (const reply of [...replies].slice(0, 25)) reply.end(DONE)
  const ended = await within('their ends', Promise.all(texts))
  expect(ended.filter((text) => text === EVENT + DONE)).toHaveLength(25)
  expect(
    ended.filter((text) => /^data: \{"id"[^\n]*\n\ndata: \{"error":[^\n]*DRAINING[^\n]*\n\n$/.test(text)),
  ).toHaveLength(25)
  await within('the end of the drain', closed)
})

test('an idle sidecar closes at once, and closing it twice is closing it once', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { graceMs: 60_000 })
  await fetch(`${edge.url}/health`)
  await within('the end', Promise.all([edge.sidecar.close(), edge.sidecar.close()]))
})

test.for(['proxy', 'admin'] as const)(
  'a %s port in use is reported, and nothing stays open',
  async (which, { edge }) => {
    const used = Number(new URL(which === 'proxy' ? edge.url : edge.adminUrl).port)
    const start = startSidecar(testConfig({ [which]: { port: used } }))
    const error: unknown = await start.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(M2MError)
    const message = new RegExp(
      `^port ${used} .* in use; choose another with --${which === 'proxy' ? 'port' : 'admin-port'} or M2M_`,
    )
    expect(error).toMatchObject({ code: 'PORT_IN_USE', message: expect.stringMatching(message) })
  },
)
