/** A kept connection that dies under a request: sent again once, on a new connection, only when that is safe. */

import type { Socket } from 'node:net'
import { expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'

const test = wireTest
  .extend('edge', ({ startEdge, tcpUpstream }) => startEdge(tcpUpstream.url))
  /**
   * Answers the first request, so that its connection is kept, and handles those after it with `then`.
   *
   * @returns the heads of all requests
   */
  .extend(
    'keepConnection',
    ({ edge, tcpUpstream }) =>
      async (then: (socket: Socket, connection: number) => void): Promise<string[]> => {
        const heads: string[] = []
        tcpUpstream.onHead((socket, head) => {
          heads.push(head)
          if (heads.length === 1) socket.write(OK)
          else then(socket, tcpUpstream.sockets.indexOf(socket))
        })
        expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
        return heads
      },
  )

test('a reused connection that closes without a reply is tried once more on a new one', async ({
  edge,
  keepConnection,
}) => {
  const heads = await keepConnection((socket, connection) => {
    if (connection === 0) socket.resetAndDestroy()
    else socket.write(OK)
  })
  const reply = await edge.post(CHAT_PATH, chatBody())
  expect([reply.status, await reply.text()]).toEqual([200, '{}'])
  expect(heads.length).toBe(3)
  expect(heads[2]?.split('\r\n\r\n')[1]).toBe(heads[1]?.split('\r\n\r\n')[1])
})

test('a request is not sent a third time', async ({ edge, keepConnection }) => {
  const heads = await keepConnection((socket) => socket.destroy())
  expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(502)
  expect(heads.length).toBe(3)
})

test('a request is not sent again when a byte of its reply has come', async ({ edge, keepConnection }) => {
  const heads = await keepConnection((socket) => socket.end('HTTP/1.1 2'))
  expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(502)
  expect(heads.length).toBe(2)
})

test('a request is not sent again when its body streamed through', async ({ edge, keepConnection }) => {
  const heads = await keepConnection((socket) => socket.destroy())
  expect((await edge.post('/v1/files', chatBody())).status).toBe(502)
  expect(heads.length).toBe(2)
})

test('a new connection that closes without a reply is the provider’s failure', async ({ edge, tcpUpstream }) => {
  tcpUpstream.onHead((socket) => socket.destroy())
  expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(502)
  expect(tcpUpstream.sockets).toHaveLength(1)
})
