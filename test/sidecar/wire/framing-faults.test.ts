/** Replies that are no valid HTTP/1.1: each fault has its own name, and spoils neither the sidecar nor the next call. */

import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const OK = 'HTTP/1.1 200 OK\r\n'
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`

const HEADS: readonly (readonly [string, string | Buffer, RegExp])[] = [
  ['two content-lengths', `${OK}content-length: 2\r\ncontent-length: 3\r\n\r\n{} `, /more than one content-length/],
  [
    'one content-length, twice',
    `${OK}content-length: 2\r\ncontent-length: 2\r\n\r\n{}`,
    /more than one content-length/,
  ],
  ['a list of content-lengths', `${OK}content-length: 2, 2\r\n\r\n{}`, /more than one content-length/],
  [
    'length, then chunks',
    `${OK}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    /both a content-length/,
  ],
  [
    'chunks, then length',
    `${OK}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n`,
    /both a content-length/,
  ],
  ['a negative length', `${OK}content-length: -2\r\n\r\n{}`, /content-length is no number/],
  ['an endless length', `${OK}content-length: 99999999999999999999999\r\n\r\n{}`, /content-length is no number/],
  [
    'an encoding of the transfer',
    `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    /transfer-encoding that nobody/,
  ],
  ['words for a status', 'HTTP/1.1 fine OK\r\n\r\n', /status is no number/],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', /status is no number/],
  ['a status below 100', 'HTTP/1.1 000 OK\r\ncontent-length: 0\r\n\r\n', /status is no number/],
  ['another version', 'HTTP/3.0 200 OK\r\ncontent-length: 0\r\n\r\n', /version that is not HTTP\/1/],
  ['no head at all, as in HTTP/0.9', '<html>hello</html>', /no status line/],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', /no status line/],
  ['lines that end in LF', 'HTTP/1.1 200 OK\ncontent-length: 2\n\n{}', /does not end in CR LF/],
  ['one line that ends in LF', `${OK}content-length: 2\nx: y\r\n\r\n{}`, /does not end in CR LF/],
  ['lines that end in CR', 'HTTP/1.1 200 OK\rcontent-length: 2\r\r{}', /does not end in CR LF/],
  ['a space before a colon', `${OK}x : y\r\ncontent-length: 2\r\n\r\n{}`, /header that is not valid/],
  ['a folded header', `${OK}x: y\r\n z\r\ncontent-length: 2\r\n\r\n{}`, /header that is not valid/],
  ['a NUL in a header', `${OK}x: y\0z\r\ncontent-length: 2\r\n\r\n{}`, /header that is not valid/],
  ['headers of 70 KB', `${OK}x: ${'y'.repeat(70_000)}\r\ncontent-length: 2\r\n\r\n{}`, /headers are too large/],
  ['TLS', Buffer.from('15030300020246', 'hex'), /answers with TLS: its base URL has to begin with https/],
  ['HTTP/2', Buffer.from('000006040000000000000300000064', 'hex'), /answers with HTTP\/2/],
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le', /closed the connection in the middle of its reply's head/],
  ['nothing', '', /closed the connection without a reply/],
]

describe('in the head of a reply', () => {
  test.for(HEADS)('%s', async ([, answer, reason], { startEdge, tcpUpstream }) => {
    let calls = 0
    tcpUpstream.onHead((socket) => socket.end(calls++ === 0 ? answer : `${OK}content-length: 2\r\n\r\n{}`))
    const edge = await startEdge(tcpUpstream.url)
    const reply = await within('the error', edge.post(CHAT_PATH, chatBody()))
    const { error } = (await reply.json()) as { error: { message: string } }
    expect([reply.status, error.message]).toEqual([502, expect.stringMatching(reason)])
    expect(error.message).toMatch(/^M2M: provider openai: it/)
    // The next call finds a connection of its own.
    const next = await edge.post(CHAT_PATH, chatBody())
    expect([next.status, await next.text()]).toEqual([200, '{}'])
  })
})

const BODIES: readonly (readonly [string, string, RegExp])[] = [
  ['a body that is too short', `${OK}content-length: 20\r\n\r\n{}`, /as long as its content-length/],
  [
    'one on a closing connection',
    `${OK}connection: close\r\ncontent-length: 20\r\n\r\n{}`,
    /as long as its content-length/,
  ],
  ['no last chunk', `${CHUNKED}2\r\n{}\r\n`, /before the last chunk/],
  ['half a chunk', `${CHUNKED}20\r\n{}`, /before the last chunk/],
  ['letters for a chunk size', `${CHUNKED}2\r\n{}\r\nzz\r\n`, /chunk with a size that is not valid/],
  ['a chunk size of 100 bits', `${CHUNKED}2\r\n{}\r\n${'f'.repeat(25)}\r\n`, /chunk with a size that is not valid/],
  ['a chunk longer than its size', `${CHUNKED}2\r\n{} \r\n0\r\n\r\n`, /chunk that is longer than its size/],
]

describe('in the body of a reply', () => {
  test.for(BODIES)('%s: the reply is cut off', async ([, answer, reason], { startEdge, tcpUpstream }) => {
    tcpUpstream.onHead((socket) => socket.end(answer))
    const edge = await startEdge(tcpUpstream.url)
    await expect(edge.post(CHAT_PATH, chatBody()).then((reply) => reply.text())).rejects.toThrow()
    const failed = (): unknown => edge.lines.find(({ msg }) => msg === 'call failed')
    await expect.poll(() => JSON.stringify(failed())).toMatch(reason)
  })

  const chunked = BODIES.filter(([, answer]) => answer.startsWith(CHUNKED))
  test.for(chunked)('%s: a stream ends with an error event', async ([, answer, reason], { startEdge, tcpUpstream }) => {
    const head = CHUNKED.replace('transfer', 'content-type: text/event-stream\r\ntransfer')
    const body = answer
      .slice(CHUNKED.length)
      .replace('2\r\n{}', 'a\r\ndata: {}\n\n')
      .replace('20\r\n{}', '20\r\ndata: {}\n\n')
    tcpUpstream.onHead((socket) => socket.end(head + body))
    const edge = await startEdge(tcpUpstream.url)
    const reply = await edge.post(CHAT_PATH, chatBody({ stream: true }))
    expect(await reply.text()).toMatch(/^data: \{\}\n\ndata: \{"error".*\n\n$/)
    await expect.poll(edge.calls).toMatchObject([{ error: expect.stringMatching(/^UPSTREAM_/) }])
    expect(JSON.stringify(edge.lines)).toMatch(reason)
  })
})

test.for([
  ['a second reply', `${OK}content-length: 4\r\n\r\nevil`],
  ['a reply to nobody', 'HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n'],
  ['bytes beyond its length', 'more'],
] as const)('%s after a reply is nobody’s reply', async ([, extra], { startEdge, tcpUpstream }) => {
  tcpUpstream.onHead((socket, head) => {
    const name = /"user":"(\w+)"/.exec(head)?.[1] ?? ''
    socket.write(`${OK}content-length: ${name.length}\r\n\r\n${name}${extra}`)
  })
  const edge = await startEdge(tcpUpstream.url)
  for (const name of ['first', 'second', 'third']) {
    const reply = await edge.post(CHAT_PATH, chatBody({ user: name }))
    expect([reply.status, await reply.text()]).toEqual([200, name])
  }
})

describe('a head without end', () => {
  test.for([
    ['of headers', OK, (i: number) => `x-${i}: ${'y'.repeat(8_000)}\r\n`],
    ['of one header', `${OK}x: `, () => 'y'.repeat(8_000)],
    ['of its reason', 'HTTP/1.1 200 ', () => 'y'.repeat(8_000)],
    ['of empty lines', '', () => '\r\n'.repeat(4_000)],
  ] as const)('%s is an error', async ([, start, piece], { startEdge, tcpUpstream }) => {
    tcpUpstream.onHead(async (socket) => {
      socket.write(start)
      for (let i = 0; i < 2_000 && !socket.destroyed; i++) {
        if (!socket.write(piece(i)))
          await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
        else await new Promise((resolve) => setImmediate(resolve))
      }
    })
    const edge = await startEdge(tcpUpstream.url)
    const reply = await within('the error', edge.post(CHAT_PATH, chatBody()))
    expect([reply.status, await reply.text()]).toEqual([502, expect.stringMatching(/headers are too large/)])
    await expect.poll(() => tcpUpstream.sockets[0]?.destroyed).toBe(true)
  })
})

test.for([
  ['chunk extensions', 'a\r\ndata: {}\n\n\r\n1;', () => 'e'.repeat(8_000)],
  ['trailers', 'a\r\ndata: {}\n\n\r\n0\r\n', (i: number) => `x-${i}: ${'y'.repeat(8_000)}\r\n`],
] as const)('%s without end are an error', async ([, start, piece], { startEdge, tcpUpstream }) => {
  tcpUpstream.onHead(async (socket) => {
    socket.write(CHUNKED.replace('transfer', 'content-type: text/event-stream\r\ntransfer') + start)
    for (let i = 0; !socket.destroyed; i++) {
      if (!socket.write(piece(i))) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
      else await new Promise((resolve) => setImmediate(resolve))
    }
  })
  const edge = await startEdge(tcpUpstream.url)
  const reply = await edge.post(CHAT_PATH, chatBody({ stream: true }))
  expect(await within('the end', reply.text())).toMatch(/^data: \{\}\n\ndata: .*UPSTREAM_REPLY_INVALID/)
})
