/** Calls that get no reply of a provider: each gets the reason in its own dialect, and the sidecar stays up. */

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { requestText } from '../../support/raw-client.ts'
import { NOWHERE, test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

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

test('a refused call that has come whole leaves its connection open for the next one', async ({
  startEdge,
  upstream,
}) => {
  const edge = await startEdge(upstream.url)
  const refused = requestText('POST', '/no/such/path', ['content-type: application/json'], chatBody())
  const client = edge.connect(refused)
  const text = await within('the refusal', client.until(/NO_SUCH_PROVIDER/))
  expect(text).toMatch(/^HTTP\/1\.1 404 /)
  expect(text).not.toMatch(/connection: close/i)
  client.socket.write(requestText('POST', CHAT_PATH, ['content-type: application/json'], chatBody()))
  await within('the next reply', client.until(/HTTP\/1\.1 200 /))
})

describe.for(DIALECTS)('$path', ({ path, pick }) => {
  test('an upstream that refuses connections is a 502 that names provider and reason', async ({ startEdge }) => {
    const edge = await startEdge(`http://127.0.0.1:${await closedPort()}/secret-base`)
    const reply = await edge.post(path, chatBody())
    expect(reply.status).toBe(502)
    expect(reply.headers.get('content-type')).toBe('application/json')
    const message = pick(await reply.json())
    expect(message).toMatch(/provider (?:openai|anthropic|ollama): connection refused; is it running/)
    expect(message).not.toContain('secret')
  })

  test('an upstream whose name does not exist is a 502', async ({ startEdge }) => {
    const edge = await startEdge('http://m2m-no-such-host.invalid')
    const reply = await edge.post(path, chatBody())
    expect([reply.status, pick(await reply.json())]).toEqual([502, expect.stringMatching(/host name/)])
  })

  test('an upstream that closes without a reply is a 502', async ({ startEdge, tcpUpstream }) => {
    tcpUpstream.onHead((socket) => socket.destroy())
    const edge = await startEdge(tcpUpstream.url)
    const reply = await edge.post(path, chatBody())
    expect([reply.status, pick(await reply.json())]).toEqual([502, expect.stringMatching(/closed|reset/)])
    expect(tcpUpstream.sockets).toHaveLength(1)
  })

  test('an upstream that does not speak HTTP is a 502', async ({ startEdge, tcpUpstream }) => {
    tcpUpstream.onHead((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))
    const edge = await startEdge(tcpUpstream.url)
    const reply = await edge.post(path, chatBody())
    expect([reply.status, pick(await reply.json())]).toEqual([502, expect.stringMatching(/no status line/)])
  })
})

test.for([
  ['/nowhere', 404, 'NO_SUCH_PROVIDER'],
  ['/v1/%2e%2e/x', 400, 'PATH_REFUSED'],
  ['/v1/../x', 400, 'PATH_REFUSED'],
] as const)('the path %s is refused', async ([path, status, code], { startEdge }) => {
  const edge = await startEdge(NOWHERE)
  const client = edge.connect(requestText('GET', path, ['connection: close']))
  const text = await within('the reply', client.closed)
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(text).toContain(code)
})

test('a path that is badly encoded passes unchanged', async ({ edge, upstream }) => {
  const request = requestText('GET', '/v1/models/%zz%E0?q=%zz&q=1', ['connection: close'])
  expect(await within('the reply', edge.connect(request).closed)).toMatch(/^HTTP\/1.1 200 /)
  expect(upstream.seen[0]?.url).toBe('/v1/models/%zz%E0?q=%zz&q=1')
})

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']

test('methods and bodies that are no LLM call pass unchanged', async ({ edge, upstream }) => {
  upstream.replyWith((res) => res.setHeader('x-length', 7).end('ok'))
  for (const method of METHODS) {
    const reply = await fetch(edge.url + CHAT_PATH, { method })
    expect([reply.status, reply.headers.get('x-length')]).toEqual([200, '7'])
  }
  expect(upstream.seen.map(({ method }) => method)).toEqual(METHODS)
})

test('an offer of h2c is ignored', async ({ edge }) => {
  const offer = ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAA']
  const passed = edge.connect(requestText('POST', CHAT_PATH, offer, chatBody()))
  expect(await within('the reply', passed.until(/\{\}/))).toMatch(/^HTTP\/1.1 200 /)
  passed.socket.destroy()
})

test('a refused tunnel whose caller keeps it half open does not hold up the end', async ({ startEdge }) => {
  const edge = await startEdge(NOWHERE)
  const socket = connect({ port: Number(new URL(edge.url).port), host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined).resume()
  socket.write(`CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n${'a'.repeat(200_000)}`)
  await within('the refusal', once(socket, 'end'))
  await within('the close', edge.sidecar.close())
  socket.destroy()
})

test('pipelined requests get their replies in order', async ({ edge, upstream }) => {
  const answers: (() => void)[] = []
  upstream.replyWith((res, { body }) => {
    answers.push(() => res.end(body))
    // The first request is answered last.
    if (answers.length === 2) for (const answer of answers.toReversed()) answer()
  })
  const requests = ['first', 'second'].map((name) => requestText('POST', '/v1/files', [], name))
  const client = edge.connect(requests.join(''))
  await within('both replies', client.until(/first[\s\S]*second/))
  client.socket.destroy()
})

test('an upload that is refused at its first byte receives the reason, and its connection stays open', async ({
  startEdge,
  tcpUpstream,
}) => {
  tcpUpstream.onHead((socket) =>
    socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno'),
  )
  const edge = await startEdge(tcpUpstream.url)
  const client = edge.connect(requestText('POST', '/v1/files', [], 'x'.repeat(8_000_000)))
  await within('the refusal', client.until(/401 Unauthorized[\s\S]*no$/))
  client.socket.write(requestText('GET', '/health'))
  await within('the next reply', client.until(/healthy/))
  client.socket.destroy()
})
