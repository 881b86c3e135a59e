/** Headers through the sidecar: what passes, in its own case and order, and what must not. */

import { expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { chatBody, type Edge, rawClient, requestText, startEdge, startTcpUpstream } from '../../support/edge.ts'
import { within } from '../../support/within.ts'

let edge: Edge
let upstream: { url: string; close(): Promise<void> }
closeAfterEach(() => [edge, upstream])

/** @returns the head that the upstream got and the whole text that the caller got */
async function exchange(headers: string[], reply: string, spec?: object): Promise<{ head: string; text: string }> {
  let head = ''
  upstream = await startTcpUpstream((socket, got) => {
    head = got
    socket.end(reply, 'latin1')
  })
  edge = await startEdge(upstream.url, spec === undefined ? {} : { spec })
  const request = requestText('POST', '/v1/chat/completions', [...headers, 'connection: close'], chatBody())
  return { text: await within('the close', rawClient(edge.port, request).closed), head }
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'

test('a request’s headers pass in their own case, order and number', async () => {
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
])('%s does not pass', async (header) => {
  const sent = header.startsWith('Host') ? [] : [header]
  const { head } = await exchange(sent, OK)
  const name = header.split(':')[0] as string
  if (name === 'Host') expect(head).toContain(`host: ${new URL(upstream.url).host}\r\n`)
  else expect(head.toLowerCase()).not.toContain(`\r\n${name.toLowerCase()}:`)
})

test('a header that Connection names does not pass', async () => {
  const { head } = await exchange(['Connection: x-hop, close', 'X-Hop: 1', 'X-Stay: 1'], OK)
  expect(head).not.toContain('X-Hop')
  expect(head).toContain('X-Stay: 1')
})

test('a reply’s headers pass in their own case, order and number, but for those of the connection and of ours', async () => {
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

test('a reason phrase that cannot be passed on gives way to the standard one', async () => {
  const { text } = await exchange([], 'HTTP/1.1 200 \u6210\u529f\r\nContent-Length: 2\r\n\r\n{}')
  expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*\{\}$/)
})

test('a reply tells what became of the call', async () => {
  const { text } = await exchange([], OK)
  expect(text).toContain('x-m2m-outcome: passthrough\r\nx-m2m-policy: edge\r\nx-m2m-tokens-saved: 0\r\n')
})

test('a policy may keep that to itself', async () => {
  const { text } = await exchange([], OK, { telemetry: { responseHeaders: false } })
  expect(text.toLowerCase()).not.toContain('x-m2m')
})

test('a chunked reply with trailers keeps its body; the trailers belong to the hop', async () => {
  const { text } = await exchange(
    [],
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n2\r\n{}\r\n0\r\nx-sum: 1\r\n\r\n',
  )
  expect(text).toMatch(/\r\n\r\n2\r\n\{\}\r\n0\r\n\r\n$/)
  expect(text).not.toContain('x-sum')
})

test('neither a key nor content nor a query stands in the log, whatever happens', async () => {
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

test('a transfer coding that the upstream would not be told of is refused', async () => {
  let hasConnection = false
  upstream = await startTcpUpstream(() => {
    hasConnection = true
  })
  edge = await startEdge(upstream.url)
  const head = ['POST /v1/files HTTP/1.1', 'host: m2m', 'transfer-encoding: gzip, chunked', 'connection: close']
  const text = await within(
    'the close',
    rawClient(edge.port, `${head.join('\r\n')}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`).closed,
  )
  expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*HEADER_REFUSED/)
  expect(hasConnection).toBe(false)
})
