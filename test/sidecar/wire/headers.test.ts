/** Headers through the sidecar: those that pass, in their own case and order, and those that must not. */

import { expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { requestText } from '../../support/raw-client.ts'
import { test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'

const test = wireTest
  .extend('edge', ({ startEdge, tcpUpstream }) => startEdge(tcpUpstream.url))
  /** One call with these headers, answered with these bytes: the head that the upstream got, the text that the caller got. */
  .extend('exchange', ({ edge, tcpUpstream }) => async (headers: string[], reply: string, through = edge) => {
    let head = ''
    tcpUpstream.onHead((socket, received) => {
      head = received
      socket.end(reply, 'latin1')
    })
    const request = requestText('POST', CHAT_PATH, [...headers, 'connection: close'], chatBody())
    const text = await within('the close', through.connect(request).closed)
    return { head, text }
  })

test('a request’s headers pass in their own case, order and number', async ({ exchange }) => {
  const headers = ['Authorization: Bearer sk-test', 'X-Custom: one', 'x-custom: two', 'OpenAI-Beta: a', 'Cookie: c=1']
  const { head } = await exchange(headers, OK)
  expect(head).toContain(headers.join('\r\n'))
})

test.for([
  'Host: evil.example',
  'Keep-Alive: timeout=5',
  'TE: trailers',
  'Trailer: x-sum',
  'Upgrade: h2c',
  'HTTP2-Settings: AAA',
  'Proxy-Authorization: Basic eA==',
  'Proxy-Connection: keep-alive',
  'X-M2M-Session: s',
  'x-m2m-bypass: false',
  'Forwarded: for=10.0.0.1',
  'X-Forwarded-For: 10.0.0.1',
  'X-Forwarded-Proto: https',
])('%s does not pass', async (header, { exchange, tcpUpstream }) => {
  const sent = header.startsWith('Host') ? [] : [header]
  const { head } = await exchange(sent, OK)
  const name = header.split(':')[0] as string
  if (name === 'Host') expect(head).toContain(`host: ${new URL(tcpUpstream.url).host}\r\n`)
  else expect(head.toLowerCase()).not.toContain(`\r\n${name.toLowerCase()}:`)
})

test('a header that Connection names does not pass', async ({ exchange }) => {
  const { head } = await exchange(['Connection: x-hop, close', 'X-Hop: 1', 'X-Stay: 1'], OK)
  expect(head).not.toContain('X-Hop')
  expect(head).toContain('X-Stay: 1')
})

test('a reply’s headers pass in their own case, order and number, except the connection’s and ours', async ({
  exchange,
}) => {
  const kept = [
    'Date: Mon, 01 Jan 2024 00:00:00 GMT',
    'X-Request-Id: r',
    'Set-Cookie: a=1',
    'Set-Cookie: b=2',
    'x-Odd: \xe9',
  ]
  const dropped = [
    'Keep-Alive: timeout=9',
    'Connection: x-hop, close',
    'X-Hop: 1',
    'X-M2M-Outcome: forged',
    'Proxy-Authenticate: x',
  ]
  const { text } = await exchange(
    [],
    `HTTP/1.1 201 Fine\r\n${[...kept, ...dropped].join('\r\n')}\r\nContent-Length: 2\r\n\r\n{}`,
  )
  expect(text).toMatch(/^HTTP\/1.1 201 Fine\r\n/)
  expect(text).toContain(kept.join('\r\n'))
  for (const gone of ['timeout=9', 'X-Hop', 'forged', 'Proxy-Authenticate']) expect(text).not.toContain(gone)
})

test('a reason phrase that cannot be passed on is replaced by the standard one', async ({ exchange }) => {
  const { text } = await exchange([], 'HTTP/1.1 200 \u6210\u529f\r\nContent-Length: 2\r\n\r\n{}')
  expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\{\}$/)
})

test('a reply carries the outcome of the call', async ({ exchange }) => {
  const { text } = await exchange([], OK)
  expect(text).toContain('x-m2m-outcome: passthrough\r\nx-m2m-policy: edge\r\nx-m2m-tokens-saved: 0\r\n')
})

test('a policy can switch off the headers with the outcome', async ({ exchange, startEdge, tcpUpstream }) => {
  const edge = await startEdge(tcpUpstream.url, { spec: { telemetry: { responseHeaders: false } } })
  const { text } = await exchange([], OK, edge)
  expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  expect(text.toLowerCase()).not.toContain('x-m2m')
})

test('a chunked reply with trailers keeps its body; the trailers belong to the hop', async ({ exchange }) => {
  const { text } = await exchange(
    [],
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n2\r\n{}\r\n0\r\nx-sum: 1\r\n\r\n',
  )
  expect(text).toMatch(/\r\n\r\n2\r\n\{\}\r\n0\r\n\r\n$/)
  expect(text).not.toContain('x-sum')
})

test('the log holds no key, no content and no query', async ({ edge, exchange }) => {
  const { text } = await exchange(
    ['Authorization: Bearer sk-secret-1', 'x-api-key: sk-secret-2'],
    'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}',
  )
  expect(text).toMatch(/^HTTP\/1.1 (?:200|502)/)
  await fetch(`${edge.url}/v1/models?key=sk-secret-3`, { headers: { authorization: 'Bearer sk-secret-4' } })
  await expect.poll(() => edge.lines.length).toBeGreaterThan(2)
  const log = JSON.stringify(edge.lines)
  for (const secret of ['sk-secret', 'hello']) expect(log).not.toContain(secret)
})

test('a transfer coding that would be lost on the way is refused', async ({ edge, tcpUpstream }) => {
  const head = ['POST /v1/files HTTP/1.1', 'host: localhost', 'transfer-encoding: gzip, chunked', 'connection: close']
  const client = edge.connect(`${head.join('\r\n')}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`)
  const text = await within('the close', client.closed)
  expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*HEADER_REFUSED/)
  expect(tcpUpstream.sockets).toEqual([])
})
