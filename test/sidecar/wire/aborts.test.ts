/** A caller that goes away: its upstream connection closes at once, at any moment of the call. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody, SSE } from '../../support/chat-call.ts'
import { requestText } from '../../support/raw-client.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

describe('a caller that goes away closes the upstream connection', () => {
  const cases: { when: string; stream: boolean; reply: (res: ServerResponse) => void; seen: RegExp | undefined }[] = [
    { when: 'before the first byte', stream: true, reply: () => {}, seen: undefined },
    {
      when: 'in the middle of a stream',
      stream: true,
      reply: (res) => res.writeHead(200, SSE).write('data: {"x":"a"}\n\n'),
      seen: /"a"/,
    },
    { when: 'while it waits for a whole reply', stream: false, reply: () => {}, seen: undefined },
    {
      when: 'in the middle of a whole reply',
      stream: false,
      reply: (res) => res.writeHead(200, { 'content-length': '100' }).write('{"id":'),
      seen: /"id"/,
    },
  ]
  test.for(cases)('$when', async ({ stream, reply, seen }, { edge, upstream }) => {
    const arrived = Promise.withResolvers<ServerResponse>()
    upstream.replyWith((res) => {
      reply(res)
      arrived.resolve(res)
    })
    const client = edge.connect(requestText('POST', CHAT_PATH, [], chatBody({ stream })))
    const replying = await within('the request', arrived.promise)
    if (seen !== undefined) await within('the reply', client.until(seen))
    const closed = once(replying, 'close')
    client.socket.destroy()
    await within('the upstream’s close', closed)
    await expect.poll(edge.calls).toMatchObject([{ status: 499, error: 'CALLER_GONE' }])
  })
})

test('an upload that its caller abandons is abandoned upstream too', async ({ startEdge, tcpUpstream }) => {
  const begun = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  tcpUpstream.onHead((socket) => {
    begun.resolve()
    socket.once('close', () => closed.resolve())
  })
  const edge = await startEdge(tcpUpstream.url)
  const client = edge.connect('POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nbegun')
  await within('the upload', begun.promise)
  client.socket.destroy()
  await within('the upstream’s close', closed.promise)
})

test('a body that its caller abandons half-way reaches no provider', async ({ edge, upstream }) => {
  const client = edge.connect(`POST ${CHAT_PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{`)
  await once(client.socket, 'connect')
  client.socket.end()
  await expect.poll(edge.calls).toMatchObject([{ error: 'CALLER_GONE' }])
  expect(upstream.seen).toEqual([])
})
