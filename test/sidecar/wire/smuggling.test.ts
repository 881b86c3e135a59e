/** Requests that two servers could read in two ways: the provider sees nothing, or one request with the same body. */

import { describe, expect } from 'vitest'
import { requestText } from '../../support/raw-client.ts'
import { test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

/** One is read whole, the other streams. */
const LANES = ['/v1/chat/completions', '/v1/files'] as const

/** The request that must never be seen. */
const HIDDEN = 'GET /v1/hidden HTTP/1.1\r\nhost: localhost\r\n\r\n'
const CHUNKED = `0\r\n\r\n${HIDDEN}`

const SHAPES: readonly (readonly [what: string, headers: string, body: string])[] = [
  ['two lengths', 'content-length: 5\r\ncontent-length: 6', 'hello'],
  ['two equal lengths', 'content-length: 5\r\ncontent-length: 5', 'hello'],
  ['a list of lengths', 'content-length: 5, 6', 'hello'],
  ['a list of equal lengths', 'content-length: 5, 5', 'hello'],
  ['a signed length', 'content-length: +5', 'hello'],
  ['a negative length', 'content-length: -5', 'hello'],
  ['a hexadecimal length', 'content-length: 0x5', 'hello'],
  ['a length with a fraction', 'content-length: 5.0', 'hello'],
  ['a length beyond numbers', 'content-length: 99999999999999999999', 'hello'],
  ['an empty length', 'content-length:', 'hello'],
  ['a length with words', 'content-length: 5 bytes', 'hello'],
  ['length and chunks', `content-length: ${CHUNKED.length}\r\ntransfer-encoding: chunked`, CHUNKED],
  ['chunks and length', `transfer-encoding: chunked\r\ncontent-length: ${CHUNKED.length}`, CHUNKED],
  ['two codings', `transfer-encoding: chunked\r\ntransfer-encoding: identity`, CHUNKED],
  ['chunked twice', 'transfer-encoding: chunked, chunked', CHUNKED],
  ['chunked not last', 'transfer-encoding: chunked, identity', CHUNKED],
  ['an unknown coding', 'transfer-encoding: xchunked', CHUNKED],
  ['identity', `transfer-encoding: identity\r\ncontent-length: 5`, 'hello'],
  ['a coding with a vertical tab', 'transfer-encoding: \x0bchunked', CHUNKED],
  ['a coding with a parameter', 'transfer-encoding: chunked;a=b', CHUNKED],
  ['a quoted coding', 'transfer-encoding: "chunked"', CHUNKED],
  ['a space before the colon', 'transfer-encoding : chunked', CHUNKED],
  ['a tab before the colon', 'transfer-encoding\t: chunked', CHUNKED],
  ['a folded coding', 'transfer-encoding:\r\n chunked', CHUNKED],
  ['a folded header', 'x-a: b\r\n transfer-encoding: chunked\r\ncontent-length: 5', 'hello'],
  ['a first header that begins with a space', ' x-a: b\r\ncontent-length: 5', 'hello'],
  ['a bare line feed', 'x-a: b\ntransfer-encoding: chunked', CHUNKED],
  ['a bare carriage return', 'x-a: b\rtransfer-encoding: chunked', CHUNKED],
  ['a null byte in a value', 'x-a: b\x00c\r\ncontent-length: 5', 'hello'],
  ['a null byte in a name', 'x\x00a: b\r\ncontent-length: 5', 'hello'],
  ['a name with a space', 'x a: b\r\ncontent-length: 5', 'hello'],
  ['an empty name', ': b\r\ncontent-length: 5', 'hello'],
  ['a control character in a value', 'x-a: \x01\r\ncontent-length: 5', 'hello'],
  ['a chunk size with a sign', 'transfer-encoding: chunked', `+0\r\n\r\n${HIDDEN}`],
  ['a chunk size of no number', 'transfer-encoding: chunked', `x\r\n\r\n${HIDDEN}`],
  ['a chunk size beyond numbers', 'transfer-encoding: chunked', `fffffffffffffffff\r\n${HIDDEN}`],
  ['a chunk longer than it says', 'transfer-encoding: chunked', `2\r\nhello\r\n0\r\n\r\n${HIDDEN}`],
  ['a chunk with bare line feeds', 'transfer-encoding: chunked', `5\nhello\n0\n\n${HIDDEN}`],
  ['a chunk extension with a line feed', 'transfer-encoding: chunked', `5;a\nb\r\nhello\r\n0\r\n\r\n${HIDDEN}`],
]

describe.for(LANES)('on %s', (path) => {
  test.for(SHAPES)('%s reaches no provider', async ([, headers, body], { edge, upstream }) => {
    const request = `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n\r\n${body}`
    const text = await within('the close', edge.connect(Buffer.from(request, 'latin1')).closed)
    expect(text).toMatch(/^HTTP\/1.1 400 [\s\S]*\r\ncontent-type: application\/json/i)
    expect(text.match(/^HTTP\/1\.1 /gm)).toHaveLength(1)
    expect(upstream.seen).toEqual([])
  })

  test('a length of zero ends the body: what follows is a request of its own', async ({ edge, upstream }) => {
    const request = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`
    const client = edge.connect(request + requestText('GET', '/v1/models', ['connection: close']))
    await within('the close', client.closed)
    // Each has a socket of its own: the second may overtake the first.
    expect(upstream.seen.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      'GET /v1/models',
      `POST ${path}`,
    ])
  })
})

test('members that come twice are sent twice, as they came', async ({ edge, upstream }) => {
  const body = '{"model":"gpt-4o","model":"gpt-4o-mini","messages":[{"role":"user","content":"hello"}]}'
  expect((await edge.post('/v1/chat/completions', body)).status).toBe(200)
  expect(upstream.seen[0]?.body.toString()).toBe(body)
})
