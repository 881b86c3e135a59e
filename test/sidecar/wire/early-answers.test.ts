/** A provider that answers before it has read the request, and closes: its answer reaches the caller, whatever breaks then. */

import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, vi } from 'vitest'
import { createSelfSigned } from '../../support/certificates.ts'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { requestText } from '../../support/raw-client.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const BODY = '{"error":{"message":"no key","type":"authentication_error"}}'
const ANSWER = `HTTP/1.1 401 Unauthorized\r\nx-request-id: r\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`

const MANY = 20

type End = (socket: Socket, answer: string) => void

const closes: End = (socket, answer) => socket.write(answer, () => socket.destroy())

/** Each leaves the rest of the request unread, so that the connection is reset. */
const ENDS: Readonly<Record<string, End>> = {
  closes,
  resets: (socket, answer) => socket.write(answer, () => socket.resetAndDestroy()),
  'ends its side and closes later': (socket, answer) =>
    socket.end(answer, () => setTimeout(() => socket.destroy(), 20)),
}

const LANES = [
  { lane: 'an LLM call', path: CHAT_PATH },
  { lane: 'any other call', path: '/v1/files' },
]

const FRAMINGS = {
  'of known length': (path: string, body: string) => requestText('POST', path, [], body),
  'in chunks': (path: string, body: string) =>
    `${requestText('POST', path, ['transfer-encoding: chunked'])}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
} as const

/** A tool result that nothing makes shorter. */
function body(bytes: number): string {
  return chatBody({ user: 'x'.repeat(bytes) })
}

function answerAfter(bytes: number, end: End, answer = ANSWER) {
  return (socket: Socket): void => {
    const begin = socket.bytesRead
    const tryAnswer = (): void => {
      if (socket.bytesRead - begin < bytes) return
      socket.off('data', tryAnswer).pause()
      end(socket, answer)
    }
    socket.on('data', tryAnswer)
    tryAnswer()
  }
}

afterEach(() => {
  vi.useRealTimers()
})

describe.for(LANES)('$lane', ({ path }) => {
  for (const [what, request] of Object.entries(FRAMINGS)) {
    for (const [how, end] of Object.entries(ENDS)) {
      for (const bytes of [0, 300_000]) {
        test(`${what}: the answer of a provider that ${how} after ${bytes} bytes, ${MANY} of ${MANY} times`, async ({
          startEdge,
          tcpUpstream,
        }) => {
          tcpUpstream.onHead(answerAfter(bytes, end))
          const edge = await startEdge(tcpUpstream.url)
          for (let i = 0; i < MANY; i++) {
            const client = edge.connect(request(path, body(1_500_000)))
            const text = await within('the answer', client.until(/authentication_error"\}\}/))
            expect(text).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n[\s\S]*x-request-id: r\r\n/)
            expect(text.endsWith(BODY)).toBe(true)
            client.socket.destroy()
          }
          // One request each: nothing was sent again.
          expect(tcpUpstream.sockets).toHaveLength(MANY)
        })
      }
    }
  }

  test(`through TLS, ${MANY} of ${MANY} times`, async ({ startEdge, onTestFinished }) => {
    const server = createTlsServer(await createSelfSigned({ names: ['localhost'] }), (socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.pause()
        socket.write(ANSWER, () => socket.destroy())
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const baseURL = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const edge = await startEdge(baseURL, {
      spec: { providers: [{ name: 'openai', baseURL, tls: { verify: false } }] },
    })
    for (let i = 0; i < MANY; i++) {
      const reply = await edge.post(path, body(1_500_000))
      expect([reply.status, await reply.text()]).toEqual([401, BODY])
    }
  })

  test('an answer without a length, ended by the reset', async ({ startEdge, tcpUpstream }) => {
    const answer = `HTTP/1.1 413 Payload Too Large\r\ncontent-type: application/json\r\n\r\n${BODY}`
    tcpUpstream.onHead(answerAfter(0, closes, answer))
    const edge = await startEdge(tcpUpstream.url)
    const reply = await edge.post(path, body(3_000_000))
    expect([reply.status, await reply.text()]).toEqual([413, BODY])
  })

  test('a caller that goes on uploading 12 MB reads the answer, and its connection serves on', async ({
    startEdge,
    tcpUpstream,
  }) => {
    tcpUpstream.onHead(answerAfter(0, closes))
    const edge = await startEdge(tcpUpstream.url)
    const client = edge.connect(requestText('POST', path, [], body(12_000_000)))
    await within('the answer', client.until(/authentication_error"\}\}/))
    client.socket.write(requestText('GET', '/health'))
    await within('the next reply', client.until(/healthy/))
    client.socket.destroy()
  })

  test('the same on a connection that is old enough to be closed', async ({ startEdge, tcpUpstream }) => {
    tcpUpstream.onHead((socket, head) => {
      if (head.startsWith('GET')) {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
        return
      }
      socket.pause()
      socket.write(ANSWER)
    })
    const edge = await startEdge(tcpUpstream.url)
    await (await fetch(`${edge.url}/v1/models`)).text()
    vi.useFakeTimers({ toFake: ['performance'] })
    vi.advanceTimersByTime(250_000)
    const client = edge.connect(requestText('POST', path, [], body(12_000_000)))
    await within('the answer', client.until(/authentication_error"\}\}/))
    client.socket.write(requestText('GET', '/health'))
    await within('the next reply', client.until(/healthy/))
    client.socket.destroy()
    expect(tcpUpstream.sockets).toHaveLength(1)
  })

  test('a connection on which a request was not read whole serves no other', async ({ startEdge, tcpUpstream }) => {
    // It answers and stops reading; 12 MB do not fit into the network's buffers.
    tcpUpstream.onHead((socket) => {
      socket.pause()
      socket.write(ANSWER)
    })
    const edge = await startEdge(tcpUpstream.url)
    for (let i = 0; i < 2; i++) expect((await edge.post(path, body(12_000_000))).status).toBe(401)
    expect(tcpUpstream.sockets).toHaveLength(2)
  })
})

test('a stream that a reset ends is no whole stream', async ({ startEdge, tcpUpstream }) => {
  const event = 'data: {"id":"c","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
  tcpUpstream.onHead((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${event}`, () => {
      setTimeout(() => socket.resetAndDestroy(), 20)
    })
  })
  const edge = await startEdge(tcpUpstream.url)
  const reply = await edge.post(CHAT_PATH, chatBody({ stream: true }))
  expect(await reply.text()).toMatch(/^data: \{"id":"c".*\n\ndata: .*UPSTREAM_CLOSED/)
})
