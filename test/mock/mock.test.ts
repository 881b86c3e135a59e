/** The mock's effects on the wire; the real SDKs in test/wire check the content of its replies. */

import { request as httpRequest } from 'node:http'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_ANSWER, type Mock, pieces, startMock } from '../../src/mock/index.ts'
import { within } from '../support/within.ts'

const STREAM = JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hello' }] })

let mock: Mock
beforeEach(async () => {
  mock = await startMock()
})
afterEach(() => mock.close())

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer> = STREAM,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${mock.url}${path}`, { method: 'POST', body, headers })
}

describe('a request to the mock', () => {
  test('is remembered with its bytes, its headers as written and its connection', async () => {
    const body = Uint8Array.of(0x7b, 0xff, 0x00, 0x7d)
    await post('/v1/chat/completions?a=1', body, { 'X-Odd': 'Value' })
    expect(mock.requests).toHaveLength(1)
    expect(mock.requests[0]).toMatchObject({
      number: 1,
      method: 'POST',
      url: '/v1/chat/completions?a=1',
      path: '/v1/chat/completions',
      body: Buffer.from(body),
      json: undefined,
      connection: 1,
    })
    expect(mock.requests[0]?.rawHeaders).toContain('Value')
  })

  test('is counted: requests, bytes, and tokens by the counter it was given', async () => {
    const counting = await startMock({ countTokens: (text) => text.length, keepRequests: 1 })
    const body = JSON.stringify({
      model: 'not billed',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'four' },
            { type: 'image_url', image_url: { url: 'data:not-billed' } },
          ],
        },
        { role: 'tool', tool_call_id: 'not billed', content: '{"a":1}' },
      ],
      tools: [{}],
    })
    for (let i = 0; i < 2; i++) await fetch(`${counting.url}/v1/chat/completions`, { method: 'POST', body })
    await fetch(`${counting.url}/v1/models`)
    expect(counting.totals).toEqual({
      requests: 3,
      bytes: 2 * body.length,
      tokens: 2 * ('four'.length + '{"a":1}'.length + '[{}]'.length),
    })
    expect(counting.requests.map((request) => request.number)).toEqual([3])
    await counting.close()
  })

  test('is handed out in order to those who wait for it', async () => {
    const first = mock.nextRequest()
    await post('/v1/one')
    await post('/v1/two')
    expect((await first).path).toBe('/v1/one')
    expect((await mock.nextRequest()).path).toBe('/v1/two')
  })

  test('is forgotten on reset, with the script', async () => {
    mock.enqueue({ answer: { text: 'queued' } })
    mock.on('/x', { raw: { body: 'ruled' } })
    await post('/v1/models')
    mock.reset()
    expect(mock.requests).toEqual([])
    expect(mock.totals).toEqual({ requests: 0, bytes: 0, tokens: 0 })
    expect(await (await post('/v1/chat/completions')).text()).not.toContain('queued')
    expect((await post('/x')).status).toBe(404)
  })
})

describe('a reply of the mock', () => {
  test('is polite and the same every time, whole or in pieces', async () => {
    const whole = await (await post('/v1/messages', '{"model":"claude-x","messages":[]}')).json()
    expect(whole).toMatchObject({ model: 'claude-x', content: [{ text: DEFAULT_ANSWER.text }] })
    expect(pieces(DEFAULT_ANSWER.text ?? '').join('')).toBe(DEFAULT_ANSWER.text)
  })

  test('comes from the newest rule that matches, then from the queue, then from itself', async () => {
    mock.on('/chat/completions', { raw: { body: 'older rule' } })
    mock.on(
      (request) => request.headers['x-rule'] === 'yes',
      () => ({ raw: { body: 'newer rule' } }),
    )
    mock.on('/chat/completions', () => undefined)
    mock.enqueue({ raw: { body: 'queued' } })
    expect(await (await post('/v1/chat/completions', STREAM, { 'x-rule': 'yes' })).text()).toBe('newer rule')
    expect(await (await post('/v1/chat/completions')).text()).toBe('older rule')
    expect(await (await post('/api/tags')).json()).toHaveProperty('models')
    expect(await (await post('/v1/messages')).text()).toBe('queued')
    expect(await (await post('/v1/messages')).text()).toContain('message_start')
  })

  test('is the same embedding in numbers and in base64', async () => {
    const ask = async (format: string): Promise<{ data: { embedding: never }[] }> => {
      const reply = await post('/v1/embeddings', JSON.stringify({ input: ['text'], encoding_format: format }))
      return (await reply.json()) as never
    }
    const numbers: number[] = (await ask('float')).data[0]!.embedding
    const bytes = Buffer.from((await ask('base64')).data[0]!.embedding, 'base64')
    expect([...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)]).toEqual(numbers)
  })

  test('can be encoded; a whole reply then has no wrong length', async () => {
    mock.enqueue({ encoding: 'zstd' })
    const { headers, body } = await rawPost('/v1/chat/completions', '{"model":"m","messages":[]}')
    expect(headers).toMatchObject({ 'content-encoding': 'zstd' })
    expect(JSON.parse(zstdDecompressSync(body).toString())).toHaveProperty('choices')
  })
})

describe('the mock breaks off', () => {
  const ends = [
    { how: 'reset', outcome: 'aborted', error: 'ECONNRESET' },
    { how: 'close', outcome: 'aborted', error: 'ECONNRESET' },
    { how: 'end', outcome: 'answered', error: undefined },
    { how: 'error', outcome: 'answered', error: undefined },
  ] as const

  test.for(ends)('after two events: $how', async ({ how, outcome, error }) => {
    mock.enqueue({ cut: { at: 2, how } })
    const reply = await rawPost('/v1/chat/completions', STREAM)
    const events = reply.body
      .toString()
      .split('\n\n')
      .filter((event) => event !== '')
    expect(events).toHaveLength(how === 'error' ? 3 : 2)
    expect(reply.error).toBe(error)
    expect(await mock.requests[0]?.closed).toBe(outcome)
  })

  test('before a byte of reply', async () => {
    mock.enqueue({ cut: { at: 'headers', how: 'reset' } })
    await expect(post('/v1/chat/completions')).rejects.toThrow()
  })

  test('by silence, until the client goes', async () => {
    mock.enqueue({ pause: { at: 'headers' } })
    const abort = new AbortController()
    const call = fetch(`${mock.url}/v1/responses`, { method: 'POST', body: STREAM, signal: abort.signal }).catch(
      () => 'gone',
    )
    const request = await mock.nextRequest()
    expect(request.outcome).toBe('open')
    abort.abort()
    expect(await within('the end', request.closed)).toBe('aborted')
    expect(await call).toBe('gone')
  })

  test('by closing a connection that has been idle', async () => {
    const impatient = await startMock({ idleCloseMs: 20 })
    await (await fetch(`${impatient.url}/api/version`)).text()
    expect(impatient.connections.accepted).toBe(1)
    await expect.poll(() => impatient.connections.open).toBe(0)
    await impatient.close()
  })

  test('by waiting for a reader that does not read, without filling memory', async () => {
    const part = Buffer.alloc(1 << 20, 'x')
    let made = 0
    const endless = function* (): Generator<Buffer> {
      for (;;) {
        made += 1
        yield part
      }
    }
    mock.enqueue({ raw: { body: endless() } })
    const client = httpRequest(`${mock.url}/v1/responses`, { method: 'POST' }).end()
    client.on('error', () => undefined)
    client.on('response', (response) => response.on('error', () => undefined))
    const request = await mock.nextRequest()
    await expect.poll(() => request.hasWaited).toBe(true)
    expect(made).toBeLessThan(64)
    client.destroy()
    expect(await within('the end', request.closed)).toBe('aborted')
  })
})

interface RawReply {
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
  /** The socket's error code when the reply broke off. */
  readonly error: string | undefined
}

/** Without a client that decodes or hides anything. */
function rawPost(path: string, body: string): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const client = httpRequest(`${mock.url}${path}`, { method: 'POST' }, (response) => {
      client.off('error', reject).on('error', () => undefined)
      const chunks: Buffer[] = []
      const done = (error?: NodeJS.ErrnoException): void =>
        resolve({ headers: response.headers, body: Buffer.concat(chunks), error: error?.code })
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => done())
      response.once('error', done)
    })
    // A reset reaches the request first, even when there is a response.
    client.on('error', reject)
    client.end(body)
  })
}
