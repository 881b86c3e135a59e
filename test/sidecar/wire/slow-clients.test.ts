/** Clients that are slow, silent or many: each comes to a clear end, and the others are served meanwhile. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const SHORT = { headMs: 500, requestMs: 1000, checkMs: 100 }

/** Sends `text` a byte at a time until all is sent or the other side has closed. */
async function dribble(socket: Socket, text: string): Promise<void> {
  for (const byte of text) {
    if (socket.destroyed || socket.readableEnded) return
    socket.write(byte)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function expectService(edge: Edge): Promise<void> {
  expect((await within('a call', edge.post(CHAT_PATH, chatBody()))).status).toBe(200)
}

test('2,000 sockets that send nothing end, without a word, and others are served', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { limits: { ...SHORT, headMs: 5000, requestMs: 5000 } })
  const port = Number(new URL(edge.url).port)
  const sockets: Socket[] = []
  const ends: Promise<unknown>[] = []
  // In parts: a server's backlog holds 511.
  while (sockets.length < 2000) {
    const part = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
    ends.push(...part.map((socket) => once(socket.on('error', () => undefined).resume(), 'close')))
    await within('the connections', Promise.all(part.map((socket) => once(socket, 'connect'))))
    sockets.push(...part)
  }
  await expectService(edge)
  await within('their ends', Promise.all(ends), 20_000)
  expect(sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0)).toBe(0)
  await expectService(edge)
  expect(edge.lines.filter(({ error }) => error !== undefined)).toEqual([])
})

test('heads that come a byte at a time end with 408 in their dialect, and others are served', async ({
  startEdge,
  upstream,
}) => {
  const edge = await startEdge(upstream.url, { limits: SHORT })
  const clients = Array.from({ length: 50 }, () => edge.connect(''))
  const sending = clients.map(({ socket }) =>
    dribble(socket, `POST /v1/messages HTTP/1.1\r\n${'x-slow: 1\r\n'.repeat(1000)}`),
  )
  await expectService(edge)
  for (const text of await within('their ends', Promise.all(clients.map(({ closed }) => closed)), 20_000)) {
    expect(text).toMatch(/^HTTP\/1.1 408 [\s\S]*"type":"error"[\s\S]*within 0.5 s/)
  }
  await Promise.all(sending)
  expect(edge.lines.filter(({ error }) => error === 'REQUEST_TIMEOUT')).toHaveLength(50)
  expect(upstream.seen).toHaveLength(1)
})

test('a head that stops after a whole request ends with 408 in its own dialect', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { limits: SHORT })
  const body = chatBody()
  const client = edge.connect(`POST ${CHAT_PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n`)
  await dribble(client.socket, body)
  await within('the first reply', client.until(/HTTP\/1.1 200 [\s\S]*\}$/))
  await dribble(client.socket, 'POST /v1/messages HTTP/1.1\r\nx: y')
  expect(await within('the end', client.closed)).toMatch(/HTTP\/1.1 408 [\s\S]*"type":"error"/)
  expect(edge.lines).toContainEqual(expect.objectContaining({ path: '/v1/messages', error: 'REQUEST_TIMEOUT' }))
})

describe.for([CHAT_PATH, '/v1/files'])('a body for %s', (path) => {
  test('that comes a byte at a time is sent as it is', async ({ edge, upstream }) => {
    const body = chatBody({ user: 'x'.repeat(600) })
    const client = edge.connect(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`,
    )
    await dribble(client.socket, body)
    expect(await within('the reply', client.closed)).toMatch(/^HTTP\/1.1 200 /)
    expect(upstream.seen.map((seen) => seen.body.toString())).toEqual([body])
  })

  test('that never ends gets 408, and others are served', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { limits: SHORT })
    const client = edge.connect(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\n`)
    const sending = dribble(client.socket, 'a'.repeat(5000))
    await expectService(edge)
    expect(await within('the end', client.closed)).toMatch(/^HTTP\/1.1 408 [\s\S]*REQUEST_TIMEOUT/)
    await sending
    expect(upstream.seen).toHaveLength(1)
  })
})

test('connections beyond the limit close as they come, with one warning', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { limits: { maxConnections: 3 } })
  const held = Array.from({ length: 3 }, () => edge.connect('GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n'))
  await within('the replies', Promise.all(held.map((client) => client.until(/\{\}/))))
  for (const _ of [1, 2]) expect(await within('the close', edge.connect('').closed)).toBe('')
  expect(edge.lines.filter(({ connections }) => connections === 3)).toHaveLength(1)
  for (const { socket } of held) socket.destroy()
  await expect
    .poll(() =>
      edge.post(CHAT_PATH, chatBody()).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200)
})
