/** A caller that goes away: its upstream connection closes at once, whatever was under way. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import {
  chatBody,
  type Edge,
  rawClient,
  requestText,
  startEdge,
  startTcpUpstream,
  startUpstream,
} from '../../support/edge.ts'
import { within } from '../../support/within.ts'

const SSE = { 'content-type': 'text/event-stream' }

let edge: Edge
let upstream: { url: string; close(): Promise<void> }
closeAfterEach(() => [edge, upstream])

describe('a caller that goes away closes the upstream connection', () => {
  const cases: { when: string; stream: boolean; reply: (res: ServerResponse) => void; seen: RegExp | undefined }[] = [
    { when: 'before the first byte', stream: true, reply: () => {}, seen: undefined },
    {
      when: 'in the middle of a stream',
      stream: true,
      reply: (res) => res.writeHead(200, SSE).write('data: {"x":"a"}\n\n'),
      seen: /"a"/,
    },
    { when: 'waiting for a whole reply', stream: false, reply: () => {}, seen: undefined },
    {
      when: 'in the middle of a whole reply',
      stream: false,
      reply: (res) => res.writeHead(200, { 'content-length': '100' }).write('{"id":'),
      seen: /"id"/,
    },
  ]
  test.for(cases)('$when', async ({ stream, reply, seen }) => {
    const arrived = Promise.withResolvers<ServerResponse>()
    upstream = await startUpstream((res) => {
      reply(res)
      arrived.resolve(res)
    })
    edge = await startEdge(upstream.url)
    const client = rawClient(edge.port, requestText('POST', '/v1/chat/completions', [], chatBody({ stream })))
    const replying = await within('the request', arrived.promise)
    if (seen !== undefined) await within('the reply', client.until(seen))
    const closed = once(replying, 'close')
    client.socket.destroy()
    await within('the upstream’s close', closed)
    await expect
      .poll(() => edge.lines.find((line) => line['msg'] === 'call'))
      .toMatchObject({
        status: 499,
        error: 'CALLER_GONE',
      })
  })
})

test('an upload that is given up is given up upstream', async () => {
  const closed = Promise.withResolvers<void>()
  const tcp = await startTcpUpstream((socket) => socket.once('close', () => closed.resolve()))
  upstream = tcp
  edge = await startEdge(tcp.url)
  const client = rawClient(edge.port, 'POST /v1/files HTTP/1.1\r\nhost: m2m\r\ncontent-length: 1000\r\n\r\nbegun')
  await expect.poll(() => tcp.sockets.length).toBe(1)
  await expect.poll(() => tcp.sockets[0]?.bytesRead).toBeGreaterThan(5)
  client.socket.destroy()
  await within('the upstream’s close', closed.promise)
})

test('a body that is given up half-way reaches nobody', async () => {
  const http = await startUpstream((res) => res.end())
  upstream = http
  edge = await startEdge(http.url)
  const client = rawClient(
    edge.port,
    'POST /v1/chat/completions HTTP/1.1\r\nhost: m2m\r\ncontent-length: 1000\r\n\r\n{',
  )
  await once(client.socket, 'connect')
  client.socket.end()
  await expect.poll(() => edge.lines.find((line) => line['msg'] === 'call')).toMatchObject({ error: 'CALLER_GONE' })
  expect(http.seen).toEqual([])
})
