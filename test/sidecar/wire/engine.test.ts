/** The engine as a service, and the sidecar's own pages, on the data port. */

import { gzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import { chatBody, wordyBody } from '../../support/chat-call.ts'
import { testOfOneEdge } from '../../support/wire.ts'

// The policy's mode has no effect here: a caller of the engine asks for compression.
const test = testOfOneEdge.override('options', { spec: { compression: { mode: 'Disabled' } } })

interface Answer {
  request: unknown
  report: {
    dialect: string
    model: string
    outcome: string
    tokens: { original: number; sent: number; saved: number; accuracy: string }
    bytes: { original: number; sent: number }
  }
  error: { code: string; message: string }
}

async function answerOf(reply: Response): Promise<Answer> {
  return (await reply.json()) as Answer
}

test.for(['/v1/compress', '/_m2m/compress'])(
  '%s answers the body as it would be sent, and the report',
  async (path, { edge }) => {
    const reply = await edge.post(path, wordyBody())
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/json'])
    const text = await reply.text()
    const { report } = JSON.parse(text) as Answer
    expect(report).toMatchObject({ dialect: 'openai-chat', model: 'gpt-4o', outcome: 'compressed' })
    expect(report.tokens.saved).toBeGreaterThan(0)
    const request = text.slice('{"request":'.length, text.lastIndexOf(',"report":{"dialect"'))
    expect(Buffer.byteLength(request)).toBe(report.bytes.sent)
  },
)

test('a compressed request is restored, with its report and without', async ({ edge }) => {
  const text = await (await edge.post('/v1/compress', wordyBody())).text()
  const compressed = JSON.parse(text) as Answer
  for (const body of [text, JSON.stringify(compressed.request)]) {
    const reply = await edge.post('/v1/decompress', body)
    expect(reply.status).toBe(200)
    const { request } = await answerOf(reply)
    expect(contentOf(request)).toEqual(contentOf(JSON.parse(wordyBody())))
  }
})

/** The tool result's value: white space is not part of it. */
function contentOf(request: unknown): unknown {
  return JSON.parse((request as { messages: { content: string }[] }).messages[2]?.content as string)
}

test('a query overrides dialect and model', async ({ edge }) => {
  const { report } = await answerOf(await edge.post('/v1/compress?dialect=ollama-chat&model=llama3.2', wordyBody()))
  expect(report).toMatchObject({ dialect: 'ollama-chat', model: 'llama3.2' })
  expect(report.tokens.accuracy).not.toBe('exact')
})

test.for(['Safe', 'Balanced', 'Aggressive'])('a query may ask for the profile %s', async (profile, { edge }) => {
  const { report } = await answerOf(await edge.post(`/v1/compress?profile=${profile}`, wordyBody()))
  expect(report).toMatchObject({ profile, outcome: 'compressed' })
})

test('an encoded body is understood', async ({ edge }) => {
  const reply = await edge.post('/v1/compress', gzipSync(wordyBody()), { 'content-encoding': 'gzip' })
  expect((await answerOf(reply)).report.outcome).toBe('compressed')
})

describe('bad input is a clear message', () => {
  test.for([
    ['/v1/compress', '', 400, 'BODY_NOT_JSON'],
    ['/v1/compress', 'hello', 400, 'BODY_NOT_JSON'],
    ['/v1/compress', '{"a":1}', 400, 'DIALECT_UNKNOWN'],
    ['/v1/compress?dialect=latin', chatBody(), 400, 'DIALECT_UNKNOWN'],
    ['/v1/compress?profile=Wild', chatBody(), 400, 'USAGE'],
    ['/v1/compress?profile=toString', chatBody(), 400, 'USAGE'],
    ['/v1/decompress', 'hello', 400, 'BODY_NOT_JSON'],
    ['/v1/decompress', '{"request":7}', 400, 'DIALECT_UNKNOWN'],
    ['/v1/decompress', `{"request":${chatBody()},"report":7}`, 400, 'NOT_OUR_FORM'],
    [
      '/v1/decompress',
      `{"request":${chatBody()},"report":{"changes":[{"path":"messages[9].content","techniques":[]}]}}`,
      400,
      'NOT_OUR_FORM',
    ],
  ] as const)('%s %s', async ([path, body, status, code], { edge }) => {
    const reply = await edge.post(path, body)
    expect([reply.status, (await answerOf(reply)).error.code]).toEqual([status, code])
  })

  test('an encoding that does not decode is named', async ({ edge }) => {
    const reply = await edge.post('/v1/compress', 'plain', { 'content-encoding': 'gzip' })
    expect((await answerOf(reply)).error.code).toBe('BODY_NOT_DECODABLE')
  })

  test('a body above the transform limit is too large', async ({ edge }) => {
    const reply = await edge.post('/v1/compress', `${' '.repeat(16 * 1024 * 1024)}${chatBody()}`)
    expect([reply.status, (await answerOf(reply)).error.code]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  test('but no content type is refused: the body decides', async ({ edge }) => {
    for (const type of [';;;', 'json', 'text/html; charset=utf-7', '']) {
      expect((await edge.post('/v1/compress', chatBody(), { 'content-type': type })).status).toBe(200)
    }
  })

  test('a method without a route is a 404', async ({ edge }) => {
    const reply = await fetch(`${edge.url}/v1/compress`)
    expect([reply.status, (await answerOf(reply)).error.code]).toEqual([404, 'NO_SUCH_ROUTE'])
  })
})

test.for(['/health', '/_m2m/health', '/stats', '/_m2m/stats'])('%s answers', async (path, { edge }) => {
  const reply = await fetch(edge.url + path)
  expect(reply.status).toBe(200)
  expect(await reply.json()).toHaveProperty('uptime_seconds')
})

test('a path of ours that is not there is a 404 of ours', async ({ edge }) => {
  expect((await answerOf(await fetch(`${edge.url}/_m2m/nothing`))).error.code).toBe('NO_SUCH_ROUTE')
})

test.for(['/v1/compress/', '//v1/compress', '/v1//compress?model=gpt-4o', '/_m2m/compress/'])(
  '%s is answered by the engine, not by a provider',
  async (path, { edge }) => {
    const reply = await edge.post(path, chatBody())
    expect(reply.status).toBe(200)
    expect(await reply.json()).toHaveProperty('report')
  },
)
