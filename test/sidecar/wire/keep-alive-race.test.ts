/** A kept connection that dies under a request: sent again once, on a new connection, only when that is safe. */

import type { Socket } from 'node:net'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

/** What came of a request's body with its head. */
function bodyIn(head: string | undefined): string | undefined {
  return head?.split('\r\n\r\n')[1]
}

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

const LANES = [
  { lane: 'an LLM call', path: CHAT_PATH },
  { lane: 'any other call', path: '/v1/embeddings' },
]

describe.for(LANES)('$lane', ({ path }) => {
  test('is tried once more on a new connection when a reused one closes without a reply', async ({
    edge,
    keepConnection,
  }) => {
    const heads = await keepConnection((socket, connection) => {
      if (connection === 0) socket.resetAndDestroy()
      else socket.write(OK)
    })
    const reply = await edge.post(path, chatBody())
    expect([reply.status, await reply.text()]).toEqual([200, '{}'])
    expect(heads.length).toBe(3)
    expect(bodyIn(heads[2])).toBe(chatBody())
    expect(bodyIn(heads[1])).toBe(chatBody())
  })

  test('is not sent a third time', async ({ edge, keepConnection }) => {
    const heads = await keepConnection((socket) => socket.destroy())
    expect((await edge.post(path, chatBody())).status).toBe(502)
    expect(heads.length).toBe(3)
  })

  for (const start of ['H', 'HTTP/1.1 2']) {
    test(`is not sent again when its reply has come as far as ${start}`, async ({ edge, keepConnection }) => {
      const heads = await keepConnection((socket) => socket.end(start))
      expect((await edge.post(path, chatBody())).status).toBe(502)
      expect(heads.length).toBe(2)
    })
  }

  test('is not sent again when its connection was new', async ({ edge, tcpUpstream }) => {
    tcpUpstream.onHead((socket) => socket.destroy())
    expect((await edge.post(path, chatBody())).status).toBe(502)
    expect(tcpUpstream.sockets).toHaveLength(1)
  })

  test('never fails for a provider that resets each connection on its second request', async ({
    edge,
    tcpUpstream,
  }) => {
    const served = new Set<Socket>()
    let requests = 0
    tcpUpstream.onHead((socket) => {
      requests++
      if (served.has(socket)) socket.resetAndDestroy()
      else served.add(socket) && socket.write(OK)
    })
    for (let i = 0; i < 8; i++) expect((await edge.post(path, chatBody())).status).toBe(200)
    // Every other call meets the kept connection, and goes out once more.
    expect(requests).toBe(8 + 4)
  })

  test('500 calls against connections that close after 50 ms of idling: no error, and none is served twice', async ({
    edge,
    tcpUpstream,
  }) => {
    let requests = 0
    tcpUpstream.onHead((socket) => {
      requests++
      socket.write(OK)
      setTimeout(() => socket.destroy(), 50)
    })
    const statuses: number[] = []
    const caller = async (gap: number): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        statuses.push((await edge.post(path, chatBody())).status)
        await new Promise((resolve) => setTimeout(resolve, gap))
      }
    }
    await Promise.all(Array.from({ length: 25 }, (_, index) => caller(45 + (index % 16))))
    expect(statuses).toEqual(Array.from({ length: 500 }, () => 200))
    expect(requests).toBe(500)
  }, 30_000)
})

describe('an upload', () => {
  test('that the caller goes on sending is sent once more from its first byte', async ({ edge, keepConnection }) => {
    const heads = await keepConnection((socket, connection) => {
      if (connection === 0) return socket.resetAndDestroy()
      if (heads.at(-1)?.includes('last')) return socket.write(OK)
      // The second half comes once the first is here for the second time.
      client.socket.write('last')
      socket.once('data', (rest) => rest.toString() === 'last' && socket.write(OK))
    })
    const client = edge.connect('POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nfirst')
    await within('the reply', client.until(/200 OK/))
    client.socket.destroy()
    expect(bodyIn(heads[1])).toBe('first')
    expect(bodyIn(heads[2])).toMatch(/^first(?:last)?$/)
  })

  test('is sent at once, not when it is whole', async ({ edge, tcpUpstream }) => {
    const client = edge.connect('POST /v1/files HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nfirst')
    await within(
      'the first half',
      new Promise<void>((resolve) => tcpUpstream.onHead((_, head) => bodyIn(head) === 'first' && resolve())),
    )
    client.socket.destroy()
  })

  test('of more than 1 MiB is not kept, and not sent again', async ({ edge, keepConnection }) => {
    const heads = await keepConnection((socket) => {
      socket.on('data', () => socket.bytesRead > 1_200_000 && socket.resetAndDestroy())
    })
    expect((await edge.post('/v1/files', 'x'.repeat(1_300_000))).status).toBe(502)
    expect(heads.length).toBe(2)
  })
})
