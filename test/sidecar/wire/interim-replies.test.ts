/** Interim replies (1xx) in front of a reply: skipped, asked for or not, and never without end. */

import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nlink: </b>\r\n\r\n'

/** Answers each request with these bytes, in these pieces. */
const test = wireTest.extend(
  'callTo',
  ({ startEdge, tcpUpstream }) =>
    async (pieces: readonly string[], timeouts = {}) => {
      tcpUpstream.onHead(async (socket) => {
        for (const piece of pieces) {
          socket.write(piece)
          if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve))
        }
      })
      const edge = await startEdge(tcpUpstream.url, { timeouts })
      return edge.post(CHAT_PATH, chatBody())
    },
)

describe('a reply is passed on after', () => {
  test.for([
    ['100', CONTINUE],
    ['100 without a reason', 'HTTP/1.1 100\r\n\r\n'],
    ['100 of HTTP/1.0', 'HTTP/1.0 100 Continue\r\n\r\n'],
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103 with headers', HINTS],
    ['one that nobody knows', 'HTTP/1.1 199 Miscellaneous\r\n\r\n'],
    ['several of them', CONTINUE + HINTS + CONTINUE],
  ] as const)('%s', async ([, interim], { callTo }) => {
    const reply = await callTo([interim + OK])
    expect([reply.status, await reply.text()]).toEqual([200, '{}'])
    expect(reply.headers.get('link')).toBeNull()
  })

  test('several of them, byte by byte', async ({ callTo }) => {
    const reply = await callTo([...(CONTINUE + HINTS + OK)])
    expect([reply.status, await reply.text()]).toEqual([200, '{}'])
  })

  test('one at the end of a packet', async ({ callTo }) => {
    expect((await callTo([CONTINUE, OK])).status).toBe(200)
  })
})

test('interim replies without end are an error', async ({ callTo }) => {
  const reply = await within('the error', callTo(Array.from({ length: 100 }, () => CONTINUE.repeat(400))))
  expect([reply.status, await reply.text()]).toEqual([
    502,
    expect.stringContaining('interim replies (1xx) without end'),
  ])
})

test('an interim reply without end is an error', async ({ callTo }) => {
  const reply = await callTo([
    'HTTP/1.1 100 Continue\r\n',
    ...Array.from({ length: 50 }, (_, i) => `x-${i}: ${'y'.repeat(8_000)}\r\n`),
  ])
  expect([reply.status, await reply.text()]).toEqual([
    502,
    expect.stringContaining('interim replies (1xx) without end'),
  ])
})

test('interim replies are not the first byte of a reply', async ({ startEdge, tcpUpstream }) => {
  tcpUpstream.onHead((socket) => {
    const timer = setInterval(() => socket.write(CONTINUE), 10)
    socket.on('close', () => clearInterval(timer))
  })
  const edge = await startEdge(tcpUpstream.url, { timeouts: { firstByte: '200ms' } })
  const reply = await within('the time-out', edge.post(CHAT_PATH, chatBody()))
  expect([reply.status, await reply.text()]).toEqual([504, expect.stringContaining('UPSTREAM_FIRST_BYTE_TIMEOUT')])
})

test('a switch of protocols that nobody asked for is an error that says so', async ({ callTo }) => {
  const head = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
  for (const answer of [head, 'HTTP/1.1 101 Switching Protocols\r\n\r\n']) {
    const reply = await callTo([answer])
    expect([reply.status, await reply.text()]).toEqual([502, expect.stringContaining('switched protocols (101)')])
  }
})
