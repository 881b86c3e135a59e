/** A kept connection that dies under a request: sent again once, on a new connection, only when that is safe. */

import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { chatBody, type Edge, startEdge, startTcpUpstream } from '../../support/edge.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'

let edge: Edge
let upstream: Awaited<ReturnType<typeof startTcpUpstream>>
closeAfterEach(() => [edge, upstream])

/** An upstream that answers the first request of the first connection, and does `then` with everything after. */
async function open(then: (socket: Socket, connection: number) => void): Promise<{ heads: string[] }> {
  const heads: string[] = []
  upstream = await startTcpUpstream((socket, head) => {
    heads.push(head)
    if (heads.length === 1) socket.write(OK)
    else then(socket, upstream.sockets.indexOf(socket))
  })
  edge = await startEdge(upstream.url)
  expect((await post('/v1/chat/completions')).status).toBe(200)
  return { heads }
}

function post(path: string): Promise<Response> {
  return fetch(edge.url + path, { method: 'POST', body: chatBody() })
}

test('a reused connection that closes without a word is tried once more on a new one', async () => {
  const { heads } = await open((socket, connection) => (connection === 0 ? socket.resetAndDestroy() : socket.write(OK)))
  const reply = await post('/v1/chat/completions')
  expect([reply.status, await reply.text()]).toEqual([200, '{}'])
  expect(heads.length).toBe(3)
  expect(heads[2]?.split('\r\n\r\n')[1]).toBe(heads[1]?.split('\r\n\r\n')[1])
})

test('but not twice', async () => {
  const { heads } = await open((socket) => socket.destroy())
  expect((await post('/v1/chat/completions')).status).toBe(502)
  expect(heads.length).toBe(3)
})

test('nor when a byte of a reply had come', async () => {
  const { heads } = await open((socket) => socket.end('HTTP/1.1 2'))
  expect((await post('/v1/chat/completions')).status).toBe(502)
  expect(heads.length).toBe(2)
})

test('nor when the body streamed through', async () => {
  const { heads } = await open((socket) => socket.destroy())
  expect((await post('/v1/files')).status).toBe(502)
  expect(heads.length).toBe(2)
})

test('a new connection that closes without a word is the provider’s failure', async () => {
  let count = 0
  upstream = await startTcpUpstream((socket) => {
    count++
    socket.destroy()
  })
  edge = await startEdge(upstream.url)
  expect((await post('/v1/chat/completions')).status).toBe(502)
  expect(count).toBe(1)
})
