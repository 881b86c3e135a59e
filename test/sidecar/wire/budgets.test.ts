/** Time limits: each has its own effect, and there is none that was not set. */

import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { CHAT_PATH, chatBody, chunk, codeOf, DONE, SSE } from '../../support/chat-call.ts'
import type { EdgeOptions } from '../../support/edge.ts'
import { requestText } from '../../support/raw-client.ts'
import type { Reply, Upstream } from '../../support/upstream.ts'
import { test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const EVENT = chunk('hello')
const NONE = { connect: 'none', firstByte: 'none', idle: 'none', total: 'none' }

/** A streamed call with these limits and no others; waits for the head of its reply. */
const test = wireTest.extend(
  'call',
  ({ startEdge, upstream }) =>
    async (reply: Reply, limits: EdgeOptions['timeouts']) => {
      upstream.replyWith(reply)
      const edge = await startEdge(upstream.url, { timeouts: { ...NONE, ...limits } })
      return edge.post(CHAT_PATH, chatBody({ stream: true }))
    },
)

function connectionsClosed({ server }: Upstream): Promise<unknown> {
  return expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0)
}

test('no connection in time is a 504 with a code of its own', async ({ startEdge, tcpUpstream }) => {
  // TCP connects, TLS never does.
  const url = tcpUpstream.url.replace('http:', 'https:')
  const edge = await startEdge(url, { timeouts: { ...NONE, connect: '100ms' } })
  // Undici's own limit is 10 s.
  const reply = await within('the refusal', edge.post(CHAT_PATH, chatBody()), 8_000)
  expect([reply.status, await codeOf(reply)]).toEqual([504, 'UPSTREAM_CONNECT_TIMEOUT'])
})

test('no reply in time is a 504', async ({ call, upstream }) => {
  const reply = await call(() => {}, { firstByte: '100ms' })
  expect([reply.status, await codeOf(reply)]).toEqual([504, 'UPSTREAM_FIRST_BYTE_TIMEOUT'])
  await connectionsClosed(upstream)
})

test('a head without a first event in time breaks the first byte’s limit, not the idle one', async ({
  call,
  upstream,
}) => {
  const reply = await call((res) => res.writeHead(200, SSE).flushHeaders(), { firstByte: '100ms', idle: '20ms' })
  expect(await reply.text()).toMatch(/UPSTREAM_FIRST_BYTE_TIMEOUT/)
  await connectionsClosed(upstream)
})

test('silence in a stream breaks the idle limit', async ({ call, upstream }) => {
  const reply = await call((res) => res.writeHead(200, SSE).write(EVENT), { firstByte: '10s', idle: '100ms' })
  expect(await reply.text()).toMatch(/^data: \{"id".*\n\ndata: .*UPSTREAM_IDLE_TIMEOUT/)
  await connectionsClosed(upstream)
})

test('a stream that goes on and on breaks the total limit', async ({ call, upstream }) => {
  const reply = await call(
    (res) => {
      res.writeHead(200, SSE)
      const timer = setInterval(() => res.write(EVENT), 10)
      res.on('close', () => clearInterval(timer))
    },
    { total: '200ms' },
  )
  expect(await reply.text()).toMatch(/UPSTREAM_TOTAL_TIMEOUT/)
  await connectionsClosed(upstream)
})

test('a slow stream without limits comes to its own end', async ({ call }) => {
  const reply = await call((res) => {
    setTimeout(() => {
      res.writeHead(200, SSE).write(EVENT)
      setTimeout(() => res.end(DONE), 200)
    }, 200)
  }, {})
  expect(await reply.text()).toBe(EVENT + DONE)
})

test('a reader that pauses does not break the idle limit', async ({ startEdge, upstream }) => {
  upstream.replyWith((res) => {
    res.writeHead(200, SSE)
    const event = `data: ${'x'.repeat(100_000)}\n\n`
    for (let i = 0; i < 200; i++) res.write(event)
    res.end(DONE)
  })
  const edge = await startEdge(upstream.url, { timeouts: { ...NONE, idle: '2s' } })
  const client = edge.connect(requestText('POST', CHAT_PATH, ['connection: close'], chatBody({ stream: true })))
  await within('the first bytes', client.until(/data/))
  client.socket.pause()
  // Longer than the limit, which is itself longer than TCP takes to probe a closed window.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  client.socket.resume()
  expect((await within('the end', client.closed)).slice(-200)).toMatch(/DONE/)
})

// Linux alone lists the timers of its sockets. 02 is that of keep-alive probes.
test.skipIf(process.platform !== 'linux')(
  'the host of a silent provider is probed',
  async ({ startEdge, tcpUpstream }) => {
    const port = Number(new URL(tcpUpstream.url).port).toString(16).toUpperCase().padStart(4, '0')
    const arrived = new Promise<void>((resolve) => tcpUpstream.onHead(() => resolve()))
    const edge = await startEdge(tcpUpstream.url)
    const client = edge.connect(requestText('POST', CHAT_PATH, [], chatBody()))
    await within('the request', arrived)
    const isProbed = new RegExp(`^ *\\d+: \\S+ \\S+:${port} 01 \\S+ 02:`, 'm')
    await expect.poll(() => readFileSync('/proc/net/tcp', 'latin1')).toMatch(isProbed)
    client.socket.destroy()
  },
)
