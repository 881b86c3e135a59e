/** Values that hold line ends or other controls make no new header line, on either side. */

import { expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { requestText } from '../../support/raw-client.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

/** In a header's value of an upstream. */
const VALUES = [
  'a\rx-split: 1',
  'a\nx-split: 1',
  'a\r\n x-split: 1',
  'a\x00x-split: 1',
  'a\r\r\nx-split: 1',
  'a\x0bx-split: 1',
]

const LANES = [CHAT_PATH, '/v1/files']

test.for(LANES.flatMap((path) => VALUES.map((value) => [path, value] as const)))(
  'on %s an upstream’s value %j is no header of the reply',
  async ([path, value], { startEdge, tcpUpstream }) => {
    tcpUpstream.onHead((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nx-value: ${value}\r\ncontent-length: 2\r\n\r\n{}`, 'latin1'),
    )
    const edge = await startEdge(tcpUpstream.url)
    const text = await within(
      'the close',
      edge.connect(requestText('POST', path, ['connection: close'], chatBody())).closed,
    )
    expect(text).toMatch(/^HTTP\/1.1 (?:200|502) /)
    expect(text.match(/^HTTP\/1\.1 /gm)).toHaveLength(1)
    expect(text.split('\r\n\r\n')[0]).not.toMatch(/[\r\n\0]x-split/)
  },
)

test.for(LANES)(
  'on %s a caller’s names, paths and values are no header of any side',
  async (path, { edge, upstream }) => {
    const headers = [
      'x-m2m-session: a%0d%0ax-split: 1',
      'x-value: a%0d%0ax-split: 1',
      'traceparent: 00-%0d%0ax-split: 1',
    ]
    const request = requestText('POST', `${path}?a=%0d%0ax-split:%201`, [...headers, 'connection: close'], chatBody())
    const text = await within('the close', edge.connect(request).closed)
    expect(text).toMatch(/^HTTP\/1.1 200 /)
    expect(text).not.toMatch(/^x-split/m)
    expect(upstream.seen.map((seen) => seen.headers['x-split'])).toEqual([undefined])
  },
)

test('what describes the network in front is neither believed nor passed on', async ({ edge, upstream }) => {
  const headers = [
    'x-forwarded-for: 127.0.0.1',
    'x-forwarded-host: evil.example',
    'x-forwarded-proto: https',
    'forwarded: for=127.0.0.1;host=evil.example',
  ]
  await within(
    'the reply',
    edge.connect(requestText('POST', CHAT_PATH, [...headers, 'connection: close'], chatBody())).closed,
  )
  const names = Object.keys(upstream.seen[0]?.headers ?? {})
  expect(names.filter((name) => /forward/.test(name))).toEqual([])
  expect(upstream.seen[0]?.headers.host).toBe(new URL(upstream.url).host)
})
