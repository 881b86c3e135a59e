/** Time limits: each is its own, and none is there that nobody set. */

import type { Server, ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import {
  chatBody,
  type Edge,
  rawClient,
  requestText,
  startEdge,
  startTcpUpstream,
  startUpstream,
  type Upstream,
} from '../../support/edge.ts'
import { within } from '../../support/within.ts'

const SSE = { 'content-type': 'text/event-stream' }
const EVENT = 'data: {"id":"c","model":"gpt-4o","choices":[]}\n\n'
const NONE = { connect: 'none', firstByte: 'none', idle: 'none', total: 'none' }

let edge: Edge
let upstream: Pick<Upstream, 'close' | 'url'> & { server?: Server }
closeAfterEach(() => [edge, upstream])

async function call(reply: (res: ServerResponse) => void, timeouts: Record<string, string>): Promise<Response> {
  upstream = await startUpstream((res) => reply(res))
  edge = await startEdge(upstream.url, { timeouts: { ...NONE, ...timeouts } })
  return fetch(`${edge.url}/v1/chat/completions`, { method: 'POST', body: chatBody({ stream: true }) })
}

async function codeOf(reply: Response): Promise<string> {
  return ((await reply.json()) as { error: { code: string } }).error.code
}

function upstreamClosed(): Promise<unknown> {
  return expect
    .poll(() => new Promise((resolve) => upstream.server?.getConnections((_error, count) => resolve(count))))
    .toBe(0)
}

test('no connection in time is a 504 of its own', async () => {
  // TCP connects, TLS never does.
  const silent = await startTcpUpstream(() => {})
  upstream = silent
  edge = await startEdge(silent.url.replace('http:', 'https:'), { timeouts: { ...NONE, connect: '100ms' } })
  const call = fetch(`${edge.url}/v1/chat/completions`, { method: 'POST', body: chatBody() })
  // Undici's own limit is 10 s.
  const reply = await within('the refusal', call, 8_000)
  expect([reply.status, await codeOf(reply)]).toEqual([504, 'UPSTREAM_CONNECT_TIMEOUT'])
})

test('no reply in time is a 504', async () => {
  const reply = await call(() => {}, { firstByte: '100ms' })
  expect([reply.status, await codeOf(reply)]).toEqual([504, 'UPSTREAM_FIRST_BYTE_TIMEOUT'])
  await upstreamClosed()
})

test('a head without a first event in time is the first byte’s limit, not the idle one', async () => {
  const reply = await call((res) => res.writeHead(200, SSE).flushHeaders(), { firstByte: '100ms', idle: '20ms' })
  expect(await reply.text()).toMatch(/UPSTREAM_FIRST_BYTE_TIMEOUT/)
  await upstreamClosed()
})

test('silence in a stream is the idle limit', async () => {
  const reply = await call((res) => res.writeHead(200, SSE).write(EVENT), { firstByte: '10s', idle: '100ms' })
  expect(await reply.text()).toMatch(/^data: \{"id".*\n\ndata: .*UPSTREAM_IDLE_TIMEOUT/)
  await upstreamClosed()
})

test('a stream that goes on and on is the total limit', async () => {
  const reply = await call(
    (res) => {
      res.writeHead(200, SSE)
      const timer = setInterval(() => res.write(EVENT), 10)
      res.on('close', () => clearInterval(timer))
    },
    { total: '200ms' },
  )
  expect(await reply.text()).toMatch(/UPSTREAM_TOTAL_TIMEOUT/)
  await upstreamClosed()
})

test('no limit is no limit', async () => {
  const reply = await call((res) => {
    setTimeout(() => {
      res.writeHead(200, SSE).write(EVENT)
      setTimeout(() => res.end('data: [DONE]\n\n'), 200)
    }, 200)
  }, {})
  expect(await reply.text()).toBe(`${EVENT}data: [DONE]\n\n`)
})

test('a reader that pauses is no silent upstream', async () => {
  upstream = await startUpstream((res) => {
    res.writeHead(200, SSE)
    const event = `data: ${'x'.repeat(100_000)}\n\n`
    for (let i = 0; i < 200; i++) res.write(event)
    res.end('data: [DONE]\n\n')
  })
  edge = await startEdge(upstream.url, { timeouts: { ...NONE, idle: '1s' } })
  const body = chatBody({ stream: true })
  const client = rawClient(edge.port, requestText('POST', '/v1/chat/completions', ['connection: close'], body))
  await within('the first bytes', client.until(/data/))
  client.socket.pause()
  // Longer than the limit; the limit longer than TCP takes to probe a window that was closed.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  client.socket.resume()
  expect((await within('the end', client.closed)).slice(-200)).toMatch(/DONE/)
})
