/** Calls that get no reply of a provider: each is told why, in its own dialect, and the sidecar stays up. */

import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import {
  chatBody,
  type Edge,
  rawClient,
  requestText,
  startEdge,
  startTcpUpstream,
  startUpstream,
} from '../../support/edge.ts'
import { within } from '../../support/within.ts'

let edge: Edge
let upstream: { close(): Promise<void> } | undefined
afterEach(async () => {
  await edge.close()
  await upstream?.close()
  upstream = undefined
})

const DIALECTS = [
  { path: '/v1/chat/completions', pick: (reply: unknown) => (reply as { error: { message: string } }).error.message },
  {
    path: '/v1/messages',
    pick: (reply: unknown) => (reply as { type: 'error'; error: { message: string } }).error.message,
  },
  { path: '/api/chat', pick: (reply: unknown) => (reply as { error: string }).error },
]

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe.for(DIALECTS)('$path', ({ path, pick }) => {
  test('an upstream that refuses connections is a 502 that names provider and reason', async () => {
    edge = await startEdge(`http://127.0.0.1:${await closedPort()}/secret-base`)
    const reply = await fetch(edge.url + path, { method: 'POST', body: chatBody() })
    expect(reply.status).toBe(502)
    expect(reply.headers.get('content-type')).toBe('application/json')
    const message = pick(await reply.json())
    expect(message).toMatch(/provider (?:openai|anthropic|ollama): connection refused/)
    expect(message).not.toContain('secret')
  })

  test('an upstream whose name does not exist is a 502', async () => {
    edge = await startEdge('http://m2m-no-such-host.invalid')
    const reply = await fetch(edge.url + path, { method: 'POST', body: chatBody() })
    expect([reply.status, pick(await reply.json())]).toEqual([502, expect.stringMatching(/host name/)])
  })

  test('an upstream that closes without a word is a 502', async () => {
    const tcp = await startTcpUpstream((socket) => socket.destroy())
    upstream = tcp
    edge = await startEdge(tcp.url)
    const reply = await fetch(edge.url + path, { method: 'POST', body: chatBody() })
    expect([reply.status, pick(await reply.json())]).toEqual([502, expect.stringMatching(/closed|reset/)])
    expect(tcp.sockets.length).toBe(1)
  })

  test('an upstream that does not speak HTTP is a 502', async () => {
    const tcp = await startTcpUpstream((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))
    upstream = tcp
    edge = await startEdge(tcp.url)
    const reply = await fetch(edge.url + path, { method: 'POST', body: chatBody() })
    expect([reply.status, pick(await reply.json())]).toEqual([502, expect.stringMatching(/not HTTP/)])
  })
})

test.for([
  ['/nowhere', 404, 'NO_SUCH_PROVIDER'],
  ['/v1/%2e%2e/x', 400, 'PATH_REFUSED'],
  ['/v1/../x', 400, 'PATH_REFUSED'],
  ['*', 400, 'PATH_REFUSED'],
] as const)('the path %s is refused', async ([path, status, code]) => {
  edge = await startEdge('http://127.0.0.1:9')
  const text = await within('the reply', rawClient(edge.port, requestText('GET', path, ['connection: close'])).closed)
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(text).toContain(code)
})

test('a path that is badly encoded passes as it is', async () => {
  const http = await startUpstream((res) => res.end('ok'))
  upstream = http
  edge = await startEdge(http.url)
  const request = requestText('GET', '/v1/models/%zz%E0?q=%zz&q=1', ['connection: close'])
  expect(await within('the reply', rawClient(edge.port, request).closed)).toMatch(/^HTTP\/1.1 200 /)
  expect(http.seen[0]?.url).toBe('/v1/models/%zz%E0?q=%zz&q=1')
})

test('methods and bodies that are no LLM call pass as they are', async () => {
  const http = await startUpstream((res) => res.setHeader('x-length', 7).end('ok'))
  upstream = http
  edge = await startEdge(http.url)
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
    const reply = await fetch(`${edge.url}/v1/chat/completions`, { method })
    expect([reply.status, reply.headers.get('x-length')]).toEqual([200, '7'])
  }
  expect(http.seen.map(({ method }) => method)).toEqual([
    'GET',
    'HEAD',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
  ])
})

test('a WebSocket is refused, an offer of h2c is passed over', async () => {
  const http = await startUpstream((res) => res.end('{}'))
  upstream = http
  edge = await startEdge(http.url)
  const socket = [
    'connection: upgrade, close',
    'upgrade: websocket',
    'sec-websocket-key: x',
    'sec-websocket-version: 13',
  ]
  const refused = rawClient(edge.port, requestText('GET', '/v1/realtime', socket))
  expect(await within('the refusal', refused.until(/NO_SUCH_ROUTE/))).toMatch(/^HTTP\/1.1 404 /)
  refused.socket.destroy()
  const offer = ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAA']
  const passed = rawClient(edge.port, requestText('POST', '/v1/chat/completions', offer, chatBody()))
  expect(await within('the reply', passed.until(/\{\}/))).toMatch(/^HTTP\/1.1 200 /)
  passed.socket.destroy()
})

test('a tunnel is refused', async () => {
  edge = await startEdge('http://127.0.0.1:9')
  const text = await within(
    'the close',
    rawClient(edge.port, 'CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n').closed,
  )
  expect(text).toMatch(/^HTTP\/1.1 501 /)
})

test.for([
  ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
  ['a length beside chunks', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a line end in a header', 'x-a: b\rc\r\n\r\n'],
  ['a space before the colon', 'x-a : b\r\n\r\n'],
])('a request with %s is refused and reaches nobody', async ([, rest]) => {
  const http = await startUpstream((res) => res.end('{}'))
  upstream = http
  edge = await startEdge(http.url)
  const client = rawClient(edge.port, `POST /v1/chat/completions HTTP/1.1\r\nhost: m2m\r\n${rest}`)
  expect(await within('the close', client.closed)).toMatch(/^HTTP\/1.1 400 /)
  expect(http.seen).toEqual([])
})

test('requests sent one behind another get their replies in order', async () => {
  const http = await startUpstream((res, { body }) => setTimeout(() => res.end(body), body.includes('slow') ? 60 : 0))
  upstream = http
  edge = await startEdge(http.url)
  const requests = ['slow', 'fast'].map((name) => requestText('POST', '/v1/files', [], name))
  const client = rawClient(edge.port, requests.join(''))
  expect(await within('both replies', client.until(/slow[\s\S]*fast/))).toMatch(/slow[\s\S]*fast/)
  client.socket.destroy()
})

test('an upload that is refused at its first byte gets to read why, and its connection lives on', async () => {
  const tcp = await startTcpUpstream((socket) =>
    socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno'),
  )
  upstream = tcp
  edge = await startEdge(tcp.url)
  const client = rawClient(edge.port, requestText('POST', '/v1/files', [], 'x'.repeat(8_000_000)))
  await within('the refusal', client.until(/401 Unauthorized[\s\S]*no$/))
  client.socket.write(requestText('GET', '/health'))
  await within('the next reply', client.until(/healthy/))
  client.socket.destroy()
})
