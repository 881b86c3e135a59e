/** Kept connections: what they follow, and how they end. */

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, vi } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { startEgressProxy } from '../../support/egress-proxy.ts'
import { closeAfterTest, test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'
const MINUTE_MS = 60_000

afterEach(() => {
  vi.useRealTimers()
})

const test = wireTest.extend('listen', ({ onTestFinished }) => async (host: string, port = 0) => {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => chunk.includes('\r\n\r\n') && socket.write(OK))
  }).listen(port, host)
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets }
})

test('a busy connection is replaced after five minutes, so a provider that moves is followed', async ({
  startEdge,
  listen,
}) => {
  const old = await listen('127.0.0.1')
  const moved = await listen('127.0.0.2', old.port)
  let answer = '127.0.0.1'
  const lookup = async (): Promise<string[]> => [answer]
  const provider = { addresses: ['127.0.0.0/8'] }
  const edge = await startEdge(`http://llm.example:${old.port}`, { lookup, provider })
  vi.useFakeTimers({ toFake: ['performance'] })
  const callAfter = async (ms: number): Promise<number[]> => {
    vi.advanceTimersByTime(ms)
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    return [old.sockets.length, moved.sockets.length]
  }
  expect(await callAfter(0)).toEqual([1, 0])
  answer = '127.0.0.2'
  expect(await callAfter(4 * MINUTE_MS)).toEqual([1, 0])
  expect(await callAfter(2 * MINUTE_MS)).toEqual([1, 1])
})

test('a look-up that never answers costs the connect budget', async ({ startEdge }) => {
  const lookup = (): Promise<string[]> => new Promise(() => undefined)
  const edge = await startEdge('http://llm.example', { lookup, timeouts: { connect: '200ms' } })
  const reply = await within('the reply', edge.post(CHAT_PATH, chatBody()))
  expect([reply.status, await reply.text()]).toEqual([504, expect.stringContaining('no connection within the connect')])
})

test('a sidecar stops although a connection is being made', async ({ startEdge }) => {
  const asked = Promise.withResolvers<void>()
  const lookup = (): Promise<string[]> => {
    asked.resolve()
    return new Promise(() => undefined)
  }
  const edge = await startEdge('http://llm.example', { lookup, timeouts: { connect: 'none' } })
  const call = edge.post(CHAT_PATH, chatBody()).catch(() => undefined)
  await asked.promise
  await within('the end', edge.sidecar.close())
  await within('the call', call)
})

test('IPv6 serves, written as an address and resolved from a name', async ({ startEdge, listen, onTestFinished }) => {
  const { port, sockets } = await listen('::1')
  const direct = await startEdge(`http://[::1]:${port}`)
  expect((await direct.post(CHAT_PATH, chatBody())).status).toBe(200)
  const lookup = async (): Promise<string[]> => ['::1']
  const named = await startEdge(`http://llm.example:${port}`, { lookup, provider: { addresses: ['::1/128'] } })
  expect((await named.post(CHAT_PATH, chatBody())).status).toBe(200)
  expect(sockets).toHaveLength(2)
  const { url, asked } = await closeAfterTest(startEgressProxy({ portOf: () => 9 }), onTestFinished)
  const tunnelled = await startEdge('http://[fd00::5]:8080', { provider: { proxy: url } })
  expect((await tunnelled.post(CHAT_PATH, chatBody())).status).toBe(502)
  expect(asked[0]?.authority).toBe('[fd00::5]:8080')
})
