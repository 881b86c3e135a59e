/** Streams through the sidecar: whole events, byte for byte, as they come; and every way in which they can stop. */

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
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
  type Upstream,
} from '../../support/edge.ts'
import { within } from '../../support/within.ts'

const SSE = { 'content-type': 'text/event-stream' }

let edge: Edge
let upstream: Pick<Upstream, 'close' | 'url'>
closeAfterEach(() => [edge, upstream])

async function open(reply: (res: ServerResponse) => void): Promise<Upstream> {
  const server = await startUpstream((res) => reply(res))
  upstream = server
  edge = await startEdge(server.url)
  return server
}

function post(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${edge.url}${path}`, { method: 'POST', body: JSON.stringify(body), ...(signal && { signal }) })
}

function chunk(content: string, finish: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c', model: 'gpt-4o', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`
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
  test.for(['reset', 'premature end'])('a stream whose upstream dies (%s) ends with the error event', async (how) => {
    await open((res) => {
      res.writeHead(200, { 'content-type': type })
      res.write(`${event}${event}`)
      setTimeout(() => (how === 'reset' ? res.socket?.resetAndDestroy() : res.socket?.end()), 20)
    })
    const reply = await (await post(path, body)).text()
    expect(reply.startsWith(event + event)).toBe(true)
    expect(reply.slice(2 * event.length)).toMatch(error)
    expect(reply).not.toContain(end)
  })

  test('a torn event is not passed on before the error event', async () => {
    await open((res) => {
      res.writeHead(200, { 'content-type': type })
      res.write(event + event.slice(0, 20))
      setTimeout(() => res.socket?.destroy(), 20)
    })
    const reply = await (await post(path, body)).text()
    expect(reply.startsWith(event)).toBe(true)
    expect(reply.slice(event.length)).toMatch(error)
  })

  test('a stream of connection: close that just stops is not a whole one', async () => {
    upstream = await startTcpUpstream((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\nconnection: close\r\n\r\n${event}${event.slice(0, 20)}`)
    })
    edge = await startEdge(upstream.url)
    const reply = await (await post(path, body)).text()
    expect(reply.startsWith(event)).toBe(true)
    expect(reply.slice(event.length)).toMatch(error)
  })
})

test('the failure is counted and logged as the upstream’s', async () => {
  await open((res) => {
    res.writeHead(200, SSE)
    res.write(chunk('a'))
    setTimeout(() => res.socket?.destroy(), 20)
  })
  await (await post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })))).text()
  await expect.poll(() => edge.lines.find((line) => line['msg'] === 'call')).toMatchObject({ error: 'UPSTREAM_CLOSED' })
  const stats = (await (await fetch(`${edge.url}/stats`)).json()) as { errors_total: number }
  expect(stats.errors_total).toBe(1)
})

test('the caller’s connection closes after the error event', async () => {
  await open((res) => {
    res.writeHead(200, SSE)
    res.write(chunk('a'))
    setTimeout(() => res.socket?.destroy(), 20)
  })
  const client = rawClient(edge.port, requestText('POST', '/v1/chat/completions', [], chatBody({ stream: true })))
  expect(await within('the close', client.closed)).toMatch(/UPSTREAM_CLOSED[\s\S]*\r\n0\r\n\r\n$/)
})

test('an error event of the provider passes as it is, and nothing is added to it', async () => {
  const said = `${chunk('a')}data: {"error":{"message":"overloaded","code":529}}\n\n`
  await open((res) => res.writeHead(200, SSE).end(said))
  expect(await (await post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })))).text()).toBe(said)
})

test('a stream without [DONE] whose model had finished is whole', async () => {
  const said = chunk('a') + chunk('', 'stop').trimEnd()
  await open((res) => res.writeHead(200, SSE).end(said))
  expect(await (await post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })))).text()).toBe(said)
})

test('a connection that dies after the stream’s own end does no harm', async () => {
  const said = `${chunk('a')}data: [DONE]\n\n`
  await open((res) => {
    res.writeHead(200, SSE)
    res.write(said)
    setTimeout(() => res.socket?.destroy(), 20)
  })
  expect(await (await post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })))).text()).toBe(said)
})

test('events in every form of line end come out byte for byte', async () => {
  const said = `\u{feff}: hello\r\n\r\n${chunk('🙂').replaceAll('\n', '\r\n')}id: 1\rdata: {"a":1}\r\r${chunk('日本', 'stop')}data:[DONE]\n\n`
  await open((res) => res.writeHead(200, SSE).end(said))
  const reply = await post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })))
  expect(Buffer.from(await reply.arrayBuffer()).toString()).toBe(said)
})

test('an event arrives whole and at once, while the next is still being written', async () => {
  const event = chunk('hello')
  const upstreamReply: ServerResponse[] = []
  await open((res) => {
    upstreamReply.push(res.writeHead(200, SSE))
    res.write(event + event.slice(0, 9))
  })
  const client = rawClient(edge.port, requestText('POST', '/v1/chat/completions', [], chatBody({ stream: true })))
  const text = await within('the first event', client.until(/hello.*\n\n/))
  expect(text.endsWith(`${event}\r\n`)).toBe(true)
  upstreamReply[0]?.end(`${event.slice(9)}data: [DONE]\n\n`)
  await within('the end', client.until(/DONE/))
  client.socket.destroy()
})

test('the head of a stream arrives before its first event', async () => {
  await open((res) => res.writeHead(200, SSE).flushHeaders())
  const abort = new AbortController()
  const reply = await within(
    'the head',
    post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })), abort.signal),
  )
  expect(reply.status).toBe(200)
  abort.abort()
})

test('a streamed call asks for an uncompressed reply, another one for what the client asked', async () => {
  const server = await open((res) => res.end('{}'))
  for (const stream of [true, false]) {
    const headers = { 'accept-encoding': 'gzip, br' }
    const body = chatBody({ stream })
    await (await fetch(`${edge.url}/v1/chat/completions`, { method: 'POST', headers, body })).text()
  }
  expect(server.seen.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity', 'gzip, br'])
})

test('a stream that comes compressed all the same passes as it is', async () => {
  const said = gzipSync(`${chunk('a', 'stop')}data: [DONE]\n\n`)
  await open((res) => res.writeHead(200, { ...SSE, 'content-encoding': 'gzip' }).end(said))
  const client = rawClient(
    edge.port,
    requestText('POST', '/v1/chat/completions', ['connection: close'], chatBody({ stream: true })),
  )
  const text = await within('the end', client.closed)
  expect(text).toMatch(/content-encoding: gzip/i)
  expect(text).toContain(said.toString('latin1'))
})

test('an event of 8 MB passes byte for byte', async () => {
  const said = `${chunk('🙂'.repeat(2_000_000), 'stop')}data: [DONE]\n\n`
  await open((res) => res.writeHead(200, SSE).end(said))
  const reply = await post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })))
  expect((await reply.text()) === said).toBe(true)
})

test('an event without end is refused before it fills the memory', async () => {
  await open((res) => {
    res.writeHead(200, SSE)
    res.write(chunk('a'))
    const line = Buffer.alloc(1024 * 1024, 'x')
    res.write('data: ')
    const more = (): void => {
      while (!res.destroyed && res.write(line)) {}
    }
    res.on('drain', more)
    more()
  })
  const reply = await (await post('/v1/chat/completions', JSON.parse(chatBody({ stream: true })))).text()
  expect(reply).toMatch(/UPSTREAM_EVENT_TOO_LARGE/)
  expect(reply.length).toBeLessThan(2000)
})

test('a reader that does not read stops the upstream from writing', async () => {
  let written = 0
  let replying: ServerResponse | undefined
  await open((res) => {
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
  const client = rawClient(edge.port, requestText('POST', '/v1/chat/completions', [], chatBody({ stream: true })))
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
