import { afterEach, describe, expect, test } from 'vitest'
import { createEndpoint, type Endpoint, EVAL_DIALECTS } from '../../src/eval/endpoint/index.ts'
import { type Mock, startMock } from '../../src/mock/index.ts'

const opened: (Mock | Endpoint)[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()))
})

async function start(): Promise<Mock> {
  const mock = await startMock({ answer: { text: 'Elm' } })
  opened.push(mock)
  return mock
}

interface More {
  readonly key?: string
  readonly backoffMs?: readonly number[]
  readonly waits?: number[]
}

function endpoint(name: string, url: string, { key, backoffMs = [1, 1], waits = [] }: More = {}): Endpoint {
  const dialect = EVAL_DIALECTS.find((each) => each.name === name)!
  const made = createEndpoint({
    dialect,
    url: dialect.url(url),
    model: 'small-one',
    key,
    contextTokens: 4096,
    signal: new AbortController().signal,
    backoffMs,
    onWait: (seconds) => waits.push(seconds),
  })
  opened.push(made)
  return made
}

const PROMPT = { block: 'Tool result:\n\nname\nElm', question: 'Which name?' }

describe('every dialect', () => {
  test.each([
    ['openai', '', '/v1/chat/completions', { authorization: 'Bearer k-1' }],
    ['openai', '/v1/', '/v1/chat/completions', { authorization: 'Bearer k-1' }],
    ['openai', '/openai/v1', '/openai/v1/chat/completions', { authorization: 'Bearer k-1' }],
    ['anthropic', '', '/v1/messages', { 'x-api-key': 'k-1' }],
    ['anthropic', '/v1', '/v1/messages', { 'x-api-key': 'k-1' }],
    ['ollama', '', '/api/chat', { authorization: 'Bearer k-1' }],
  ])('%s behind "%s" is asked at %s', async (name, base, path, headers) => {
    const mock = await start()
    expect(await endpoint(name, mock.url + base, { key: 'k-1' }).ask(PROMPT, 50)).toMatchObject({
      text: 'Elm',
      tokens: expect.any(Number),
    })
    const [request] = mock.requests
    expect(request?.path).toBe(path)
    expect(request?.headers).toMatchObject(headers)
    const sent = request?.body.toString() ?? ''
    expect(sent.indexOf('Tool result')).toBeLessThan(sent.indexOf('Which name?'))
    expect(sent).toMatch(/"temperature":0\b/)
    expect(sent).toContain('"model":"small-one"')
  })

  test.each(['openai', 'anthropic', 'ollama'])('%s sends no key where there is none', async (name) => {
    const mock = await start()
    await endpoint(name, mock.url).ask(PROMPT, 50)
    expect(mock.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(mock.requests[0]?.headers).not.toHaveProperty('x-api-key')
  })
})

test('anthropic marks the block for the prompt cache, not the question', async () => {
  const mock = await start()
  await endpoint('anthropic', mock.url).ask(PROMPT, 50)
  const { messages } = mock.requests[0]!.json as { messages: { content: unknown[] }[] }
  expect(messages[0]?.content).toEqual([
    { type: 'text', text: PROMPT.block, cache_control: { type: 'ephemeral' } },
    { type: 'text', text: PROMPT.question },
  ])
})

test('a model that refuses temperature and max_tokens is asked without them from then on', async () => {
  const mock = await start()
  mock.on('/chat/completions', ({ json }) => {
    const name = ['temperature', 'max_tokens'].find((each) => Object.hasOwn(json as object, each))
    return name === undefined ? undefined : { error: { status: 400, message: `Unsupported parameter: '${name}'` } }
  })
  const asked = endpoint('openai', mock.url)
  await asked.ask(PROMPT, 50)
  await asked.ask(PROMPT, 50)
  expect(mock.requests).toHaveLength(4)
  expect(mock.requests[3]?.json).toMatchObject({ max_completion_tokens: expect.any(Number) })
})

test('waits as long as the endpoint says', async () => {
  const mock = await start()
  const waits: number[] = []
  mock.enqueue({ error: { status: 429, message: 'slow down' }, headers: { 'retry-after': '0.02' } })
  mock.enqueue({ error: { status: 429, message: 'slow down' }, headers: { 'retry-after': new Date().toUTCString() } })
  const asked = endpoint('openai', mock.url, { waits, backoffMs: [60_000, 60_000] })
  expect((await asked.ask(PROMPT, 50)).text).toBe('Elm')
  expect(waits).toEqual([1, 0])
})

test('tries again after failures of the server, cut replies and lost connections', async () => {
  const mock = await start()
  mock.enqueue(
    { error: { status: 503, message: 'busy' } },
    { cut: { at: 1, how: 'reset' } },
    { raw: { body: 'no JSON' } },
  )
  expect((await endpoint('openai', mock.url, { backoffMs: [1, 1, 1] }).ask(PROMPT, 50)).text).toBe('Elm')
  expect(mock.requests).toHaveLength(4)
})

describe('gives up with a clear message', () => {
  test.each([
    [
      401,
      'invalid x-api-key',
      /refuses the key \(401: invalid x-api-key\); M2M_EVAL_API_KEY or OPENAI_API_KEY holds it/,
      1,
    ],
    [403, 'no', /refuses the key/, 1],
    [404, 'no such model', /knows no such path or model \(404: no such model\)/, 1],
    [400, 'prompt is too long', /refuses a question \(400: prompt is too long\)/, 1],
    [500, 'oops', /the endpoint fails \(500: oops\)/, 3],
    [429, 'quota', /the endpoint fails \(429: quota\)/, 3],
  ])('at status %i', async (status, message, expected, requests) => {
    const mock = await start()
    mock.on('/chat/completions', { error: { status, message } })
    await expect(endpoint('openai', mock.url, { key: 'k-1' }).ask(PROMPT, 50)).rejects.toThrow(expected)
    expect(mock.requests).toHaveLength(requests)
  })

  test('when nobody listens', async () => {
    const asked = endpoint('openai', 'http://127.0.0.1:9')
    await expect(asked.ask(PROMPT, 50)).rejects.toThrow(/cannot reach http:\/\/127\.0\.0\.1:9\/v1\/chat\/completions: /)
  })

  test('when it is another API', async () => {
    const mock = await start()
    mock.on('/chat/completions', { raw: { body: '{"generated": "Elm"}' } })
    await expect(endpoint('openai', mock.url).ask(PROMPT, 50)).rejects.toThrow(/not of the API openai/)
  })

  test('when it asks to wait for hours', async () => {
    const mock = await start()
    mock.on('/chat/completions', { error: { status: 429, message: 'quota' }, headers: { 'retry-after': '86400' } })
    await expect(endpoint('openai', mock.url).ask(PROMPT, 50)).rejects.toThrow(/429: quota/)
    expect(mock.requests).toHaveLength(1)
  })
})
