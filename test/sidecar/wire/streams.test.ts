/** Streams through the sidecar: whole events, byte for byte, at once; and all the ways in which they can stop. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody, chunk, DONE, SSE } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { requestText } from '../../support/raw-client.ts'
import type { Reply } from '../../support/upstream.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const STREAM = chatBody({ stream: true })

async function streamedText(edge: Edge): Promise<string> {
  return (await edge.post(CHAT_PATH, STREAM)).text()
}

/** A reply whose connection closes right behind `text`, without an end of the reply. */
function breakOff(text: string, type = SSE['content-type']): Reply {
  return (res) => {
    res.writeHead(200, { 'content-type': type })
    res.write(text, () => res.socket?.destroy())
  }
}

/** Reads a reply to its end; calls `then` when `first` has been read. */
async function readOn(reply: Response, first: string, then: () => void): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of reply.body ?? []) {
    const hadFirst = text.startsWith(first)
    text += decoder.decode(bytes, { stream: true })
    if (!hadFirst && text.startsWith(first)) then()
  }
  return text
}

const CALLS = [
  {
    dialect: 'openai-chat',
    path: '/v1/chat/completions',
    body: { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] },
    type: 'text/event-stream',
    event: chunk('hello'),
    error: /^data: \{"error":\{.*"code":"UPSTREAM_CLOSED"\}\}\n\n$/,
    end: '[DONE]',
  },
  {
    dialect: 'openai-responses',
    path: '/v1/responses',
    body: { model: 'gpt-4o', stream: true, input: 'hi' },
    type: 'text/event-stream',
    event: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"hello"}\n\n',
    error: /^event: error\ndata: \{"type":"error","code":"UPSTREAM_CLOSED".*\}\n\n$/,
    end: 'response.completed',
  },
  {
    dialect: 'anthropic-messages',
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hi' }] },
    type: 'text/event-stream',
    event: 'event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"claude"}}\n\n',
    error: /^event: error\ndata: \{"type":"error","error":\{.*\}\}\n\n$/,
    end: 'message_stop',
  },
  {
    dialect: 'ollama-chat',
    path: '/api/chat',
    body: { model: 'llama3.2', messages: [{ role: 'user', content: 'hi' }] },
    type: 'application/x-ndjson',
    event: '{"model":"llama3.2","message":{"role":"assistant","content":"hello"},"done":false}\n',
    error: /^\{"error":".*"\}\n$/,
    end: '"done":true',
  },
]

describe.for(CALLS)('$dialect', ({ path, body, type, event, error, end }) => {
  test.for(['reset', 'premature end'])(
    'a stream whose upstream dies (%s) ends with the error event',
    async (how, { edge, upstream }) => {
      const replies: ServerResponse[] = []
      upstream.replyWith((res) => {
        replies.push(res)
        res.writeHead(200, { 'content-type': type }).write(event + event)
      })
      const reply = await edge.post(path, JSON.stringify(body))
      const text = await readOn(reply, event + event, () => {
        const socket = replies[0]?.socket
        if (how === 'reset') socket?.resetAndDestroy()
        else socket?.end()
      })
      expect(text.startsWith(event + event)).toBe(true)
      expect(text.slice(2 * event.length)).toMatch(error)
      expect(text).not.toContain(end)
    },
  )

  test('a torn event is not passed on before the error event', async ({ edge, upstream }) => {
    upstream.replyWith(breakOff(event + event.slice(0, 20), type))
    const reply = await (await edge.post(path, JSON.stringify(body))).text()
    expect(reply.startsWith(event)).toBe(true)
    expect(reply.slice(event.length)).toMatch(error)
  })

  // RFC 9112, 6.3: without a length, the close of the connection is the end of the message.
  test('a stream that its connection’s close ends passes as it came', async ({ startEdge, tcpUpstream }) => {
    const sent = event + event.slice(0, 20)
    tcpUpstream.onHead((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n${sent}`)
    })
    const edge = await startEdge(tcpUpstream.url)
    expect(await (await edge.post(path, JSON.stringify(body))).text()).toBe(sent)
    await expect.poll(edge.calls).toMatchObject([{ stream_end: 'unfinished' }])
  })
})

test('events that come in one read go out in one chunk, with the head', async ({ startEdge, tcpUpstream }) => {
  const events = Array.from({ length: 20 }, (_, index) => chunk(`word ${index}`))
  const chunks = [...events, DONE].map((event) => `${event.length.toString(16)}\r\n${event}\r\n`)
  tcpUpstream.onHead((socket) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
    socket.write(`${head}${chunks.join('')}0\r\n\r\n`)
  })
  const edge = await startEdge(tcpUpstream.url)
  const client = edge.connect(requestText('POST', CHAT_PATH, ['connection: close'], STREAM))
  const [, ...body] = (await within('the close', client.closed)).split('\r\n\r\n')
  const sent = events.join('') + DONE
  expect(body.join('\r\n\r\n')).toBe(`${sent.length.toString(16)}\r\n${sent}\r\n0\r\n\r\n`)
})

test('a stream that breaks off is counted and logged as the upstream’s failure', async ({ edge, upstream }) => {
  upstream.replyWith(breakOff(chunk('a')))
  await streamedText(edge)
  await expect.poll(edge.calls).toMatchObject([{ error: 'UPSTREAM_CLOSED' }])
  expect((await edge.stats()).errors_total).toBe(1)
})

test('the caller’s connection closes after the error event', async ({ edge, upstream }) => {
  upstream.replyWith(breakOff(chunk('a')))
  const client = edge.connect(requestText('POST', CHAT_PATH, [], STREAM))
  expect(await within('the close', client.closed)).toMatch(/UPSTREAM_CLOSED[\s\S]*\r\n0\r\n\r\n$/)
})

test('an error event of the provider passes unchanged, and nothing is added to it', async ({ edge, upstream }) => {
  const sent = `${chunk('a')}data: {"error":{"message":"overloaded","code":529}}\n\n`
  upstream.replyWith((res) => res.writeHead(200, SSE).end(sent))
  expect(await streamedText(edge)).toBe(sent)
})

test('a stream without [DONE] whose model had finished is whole', async ({ edge, upstream }) => {
  const sent = chunk('a') + chunk('', 'stop').trimEnd()
  upstream.replyWith((res) => res.writeHead(200, SSE).end(sent))
  expect(await streamedText(edge)).toBe(sent)
})

test('a connection that dies after the stream’s own end does no harm', async ({ edge, upstream }) => {
  const sent = chunk('a') + DONE
  upstream.replyWith(breakOff(sent))
  expect(await streamedText(edge)).toBe(sent)
})

test('events in every form of line end come out byte for byte', async ({ edge, upstream }) => {
  const sent = `\u{feff}: hello\r\n\r\n${chunk('🙂').replaceAll('\n', '\r\n')}id: 1\rdata: {"a":1}\r\r${chunk('日本', 'stop')}data:[DONE]\n\n`
  upstream.replyWith((res) => res.writeHead(200, SSE).end(sent))
  const reply = await edge.post(CHAT_PATH, STREAM)
  expect(Buffer.from(await reply.arrayBuffer()).toString()).toBe(sent)
})

test('an event arrives whole and at once, while the next is still being written', async ({ edge, upstream }) => {
  const event = chunk('hello')
  const replies: ServerResponse[] = []
  upstream.replyWith((res) => {
    replies.push(res)
    res.writeHead(200, SSE).write(event + event.slice(0, 9))
  })
  const client = edge.connect(requestText('POST', CHAT_PATH, [], STREAM))
  const text = await within('the first event', client.until(/hello.*\n\n/))
  expect(text.endsWith(`${event}\r\n`)).toBe(true)
  replies[0]?.end(event.slice(9) + DONE)
  await within('the end', client.until(/DONE/))
  client.socket.destroy()
})

test('the head of a stream arrives before its first event', async ({ edge, upstream }) => {
  upstream.replyWith((res) => res.writeHead(200, SSE).flushHeaders())
  const client = edge.connect(requestText('POST', CHAT_PATH, [], STREAM))
  expect(await within('the head', client.until(/\r\n\r\n/))).toMatch(/^HTTP\/1.1 200 /)
  client.socket.destroy()
})

test('a streamed call asks for an uncompressed reply, another one for what the client asked', async ({
  edge,
  upstream,
}) => {
  for (const stream of [true, false]) {
    await (await edge.post(CHAT_PATH, chatBody({ stream }), { 'accept-encoding': 'gzip, br' })).text()
  }
  expect(upstream.seen.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity', 'gzip, br'])
})

test('a stream that comes compressed all the same passes unchanged', async ({ edge, upstream }) => {
  const sent = gzipSync(chunk('a', 'stop') + DONE)
  upstream.replyWith((res) => res.writeHead(200, { ...SSE, 'content-encoding': 'gzip' }).end(sent))
  const client = edge.connect(requestText('POST', CHAT_PATH, ['connection: close'], STREAM))
  const text = await within('the end', client.closed)
  expect(text).toMatch(/content-encoding: gzip/i)
  expect(text).toContain(sent.toString('latin1'))
})

test('an event of 8 MB passes byte for byte', async ({ edge, upstream }) => {
  const sent = chunk('🙂'.repeat(2_000_000), 'stop') + DONE
  upstream.replyWith((res) => res.writeHead(200, SSE).end(sent))
  const reply = await edge.post(CHAT_PATH, STREAM)
  expect((await reply.text()) === sent).toBe(true)
})

test('an event too large to be held passes as it comes, and the next one is read', async ({ edge, upstream }) => {
  const large = `data: "${'x'.repeat(64 << 20)}"\n\n`
  const sent = chunk('a') + large + chunk('', 'stop') + DONE
  upstream.replyWith((res) => res.writeHead(200, SSE).end(sent))
  const reply = await edge.post(CHAT_PATH, STREAM)
  expect((await reply.text()) === sent).toBe(true)
  await expect.poll(edge.calls).toMatchObject([{ stream_end: 'finished' }])
})

test('a stream that breaks off inside an event too large to be held is cut off', async ({ edge, upstream }) => {
  upstream.replyWith(breakOff(chunk('a') + `data: "${'x'.repeat(40 << 20)}`))
  await expect(streamedText(edge)).rejects.toThrow()
  await expect.poll(edge.calls).toMatchObject([{ stream_end: 'truncated', error: 'UPSTREAM_CLOSED' }])
})

test('a reader that does not read stops the upstream from writing', async ({ edge, upstream }) => {
  let written = 0
  let replying: ServerResponse | undefined
  upstream.replyWith((res) => {
    replying = res.writeHead(200, SSE)
    const event = chunk('x'.repeat(60_000))
    const more = (): void => {
      while (!res.destroyed && written < 400_000_000) {
        written += event.length
        if (!res.write(event)) break
      }
    }
    res.on('drain', more)
    more()
  })
  const client = edge.connect(requestText('POST', CHAT_PATH, [], STREAM))
  client.socket.once('data', () => client.socket.pause())
  let before = -1
  await expect
    .poll(
      () => {
        const isStill = written === before && written > 0
        before = written
        return isStill
      },
      { interval: 300, timeout: 15_000 },
    )
    .toBe(true)
  // Three sockets' buffers and ours: far from the 400 MB that the upstream would write.
  expect(written).toBeLessThan(50_000_000)
  client.socket.destroy()
  await within('the upstream’s end', once(replying as ServerResponse, 'close'))
})
