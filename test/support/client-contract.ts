/** The contract of every real client with a sidecar before its model: the same answers, errors and ends. */

import { describe, expect } from 'vitest'
import { type Answer, type MockRequest, pieces, type Step } from '../../src/mock/index.ts'
import { test } from './chain.ts'
import { onlyChanged } from './only-changed.ts'
import { spacedOrders, withoutSpace } from './tool-results.ts'
import { within } from './within.ts'

/** One API of one SDK, without retries. `base` is a server's origin; clients add their path. */
export interface WireClient {
  readonly name: string
  /** How many events of a streamed reply come before its first text. */
  readonly eventsBeforeText: number
  /** The class that the SDK throws, by status. */
  readonly errorClasses: Readonly<Record<number, string>>
  chat(base: string, signal?: AbortSignal): Promise<string>
  /** The deltas of the text, as the SDK returns them. */
  stream(base: string, signal?: AbortSignal): AsyncIterable<string>
  /** The reply as the SDK's error describes it. */
  explain(error: unknown): { readonly status: number | undefined; readonly message: string }
  readonly tools?: ToolUse
}

export interface CalledTool {
  readonly name: string
  readonly arguments: unknown
}

export interface ToolUse {
  /** Offers the tool `find_orders` and returns the calls the model made. */
  ask(base: string): Promise<CalledTool[]>
  askStreamed(base: string): Promise<CalledTool[]>
  /** Sends a conversation in which the tool has answered each of `results`. */
  answer(base: string, results: readonly string[]): Promise<string>
}

const TEXT = 'Two words, then: 日本語 🙂 "quoted" \\ and a\nnew line.'
const ANSWER: Answer = { text: TEXT }
const CALLS: readonly CalledTool[] = [
  {
    name: 'find_orders',
    arguments: { customer: 'Zoë 🙂', limit: 20, note: 'a "quoted" name, long enough for several pieces' },
  },
  { name: 'find_orders', arguments: {} },
]

export function describeClient(client: WireClient): void {
  describe(client.name, () => {
    describeAnswers(client)
    describeFailures(client)
    describeAborts(client)
    if (client.tools !== undefined) describeTools(client.tools)
  })
}

function describeAnswers(client: WireClient): void {
  test('a reply has the text of the model', async ({ chain }) => {
    chain.mock.enqueue({ answer: ANSWER })
    expect(await client.chat(chain.url)).toBe(TEXT)
  })

  test('a stream has the deltas that the model sent', async ({ chain }) => {
    chain.mock.enqueue({ answer: ANSWER })
    expect(await collect(client.stream(chain.url))).toEqual(pieces(TEXT))
  })

  test('a delta arrives while the model is still thinking about the next', async ({ chain }) => {
    chain.mock.enqueue({ answer: ANSWER, pause: { at: client.eventsBeforeText + 2 } })
    const abort = new AbortController()
    const deltas = client.stream(chain.url, abort.signal)[Symbol.asyncIterator]()
    expect(await within('the first delta', deltas.next())).toMatchObject({ value: pieces(TEXT)[0] })
    expect(await within('the second delta', deltas.next())).toMatchObject({ value: pieces(TEXT)[1] })
    abort.abort()
    await expect(within('the end', drain(deltas))).resolves.not.toThrow()
  })

  test('a stream that arrives byte by byte has the same deltas', async ({ chain }) => {
    chain.mock.enqueue({ answer: ANSWER, dribble: true })
    expect(await collect(client.stream(chain.url))).toEqual(pieces(TEXT))
  })

  test.for(['gzip', 'deflate', 'br', 'zstd'] as const)(
    'a reply and a stream in %s are understood',
    async (encoding, { chain }) => {
      chain.mock.enqueue({ answer: ANSWER, encoding }, { answer: ANSWER, encoding })
      expect(await client.chat(chain.url)).toBe(TEXT)
      expect((await collect(client.stream(chain.url))).join('')).toBe(TEXT)
    },
  )

  test.for(['chat', 'stream'] as const)(
    'a %s request without tool results arrives as it was sent',
    async (kind, { chain }) => {
      const call = async (base: string): Promise<unknown> =>
        kind === 'chat' ? client.chat(base) : collect(client.stream(base))
      await call(chain.url)
      await call(chain.straight.url)
      const [received] = chain.mock.requests
      const [sent] = chain.straight.requests
      expect(received?.body.toString()).toBe(sent?.body.toString())
      expect({ method: received?.method, url: received?.url }).toEqual({ method: sent?.method, url: sent?.url })
      expect(endToEnd(received!, kind)).toEqual(endToEnd(sent!, kind))
    },
  )
}

function describeFailures(client: WireClient): void {
  const classes = Object.entries(client.errorClasses).map(([status, name]) => ({ status: Number(status), name }))

  test.for(classes)('a $status from the model is a $name with its message', async ({ status, name }, { chain }) => {
    const step: Step = { error: { status, message: `the model says ${status}` }, headers: { 'retry-after': '7' } }
    chain.mock.enqueue(step, step)
    for (const call of [() => client.chat(chain.url), () => collect(client.stream(chain.url))]) {
      const error = await caught(call())
      const message = expect.stringContaining(`the model says ${status}`)
      expect(error.constructor.name).toBe(name)
      expect(client.explain(error)).toMatchObject({ status, message })
    }
    expect(chain.mock.requests).toHaveLength(2)
  })

  test('an upstream that cannot be reached is an error with the status of a gateway', async ({ chain }) => {
    chain.mock.enqueue({ cut: { at: 'headers', how: 'reset' } }, { cut: { at: 'headers', how: 'reset' } })
    const error = await caught(client.chat(chain.url))
    expect(client.explain(error).status).toBe(502)
    expect(client.explain(error).message).not.toBe('')
  })

  test.for(['reset', 'close', 'error'] as const)(
    'a stream that breaks off (%s) throws after its last delta',
    async (how, { chain }) => {
      chain.mock.enqueue({ answer: ANSWER, cut: { at: client.eventsBeforeText + 2, how } })
      const seen: string[] = []
      const error = await caught(collect(client.stream(chain.url), seen))
      expect(seen).toEqual(pieces(TEXT).slice(0, 2))
      expect(client.explain(error).message).not.toBe('')
    },
  )

  test('a stream that HTTP ends without its final event ends as it does without a sidecar', async ({ chain }) => {
    const step: Step = { answer: ANSWER, cut: { at: client.eventsBeforeText + 2, how: 'end' } }
    chain.mock.enqueue(step)
    chain.straight.enqueue(step)
    const [through, direct] = await Promise.all([chain, chain.straight].map(({ url }) => endOf(client.stream(url))))
    expect(through).toEqual(direct)
    expect(through?.deltas).toEqual(pieces(TEXT).slice(0, 2))
  })

  test.for(['reset', 'close'] as const)('a reply that breaks off (%s) throws', async (how, { chain }) => {
    chain.mock.enqueue({ answer: ANSWER, cut: { at: 1, how } })
    expect(await caught(client.chat(chain.url))).toBeInstanceOf(Error)
  })
}

function describeAborts(client: WireClient): void {
  test.for(['chat', 'stream'] as const)(
    'aborting a %s before the first byte closes the upstream',
    async (kind, { chain }) => {
      chain.mock.enqueue({ pause: { at: 'headers' } })
      const abort = new AbortController()
      const call =
        kind === 'chat' ? client.chat(chain.url, abort.signal) : collect(client.stream(chain.url, abort.signal))
      const settled = call.catch((error: unknown) => error)
      const request = await within('the request', chain.mock.nextRequest())
      abort.abort()
      expect(await within('the upstream socket closing', request.closed)).toBe('aborted')
      await within('the call settling', settled)
      expect(chain.mock.requests).toHaveLength(1)
    },
  )

  test('aborting in the middle of a stream closes the upstream', async ({ chain }) => {
    chain.mock.enqueue({ answer: ANSWER, pause: { at: client.eventsBeforeText + 1 } })
    const abort = new AbortController()
    const deltas = client.stream(chain.url, abort.signal)[Symbol.asyncIterator]()
    await within('the first delta', deltas.next())
    const request = await chain.mock.nextRequest()
    abort.abort()
    expect(await within('the upstream socket closing', request.closed)).toBe('aborted')
    await within('the end', drain(deltas))
  })

  test('aborting in the middle of a reply closes the upstream', async ({ chain }) => {
    chain.mock.enqueue({ answer: ANSWER, pause: { at: 1 } })
    const abort = new AbortController()
    const settled = client.chat(chain.url, abort.signal).catch((error: unknown) => error)
    const request = await within('the request', chain.mock.nextRequest())
    abort.abort()
    expect(await within('the upstream socket closing', request.closed)).toBe('aborted')
    await within('the call settling', settled)
  })
}

function describeTools(tools: ToolUse): void {
  const toolCalls = CALLS.map((call) => ({ ...call, arguments: call.arguments as Record<string, unknown> }))

  test('parallel tool calls come out of a reply with their arguments', async ({ chain }) => {
    chain.mock.enqueue({ answer: { toolCalls } })
    expect(await tools.ask(chain.url)).toEqual(CALLS)
  })

  test('parallel tool calls come out of a stream with their arguments', async ({ chain }) => {
    chain.mock.enqueue({ answer: { text: 'I shall look.', toolCalls } })
    expect(await tools.askStreamed(chain.url)).toEqual(CALLS)
  })

  test('large tool results arrive in fewer bytes, hold the same values, and nothing else changes', async ({
    chain,
  }) => {
    const results = [spacedOrders(1), spacedOrders(2)]
    await tools.answer(chain.url, results)
    await tools.answer(chain.straight.url, results)
    const sent = chain.straight.requests[0]!.body.toString()
    const received = chain.mock.requests[0]!.body.toString()

    const texts = onlyChanged(sent, received, results)
    for (const [i, text] of texts.entries()) expect(text.length).toBeLessThan(results[i]!.length)
    expect(chain.mock.totals.tokens).toBeLessThan(chain.straight.totals.tokens)

    const restored = onlyChanged(sent, await decompress(chain.url, received), results)
    expect(restored.map(withoutSpace)).toEqual(results.map(withoutSpace))
  })

  test('tool results without a shorter encoding arrive unchanged', async ({ chain }) => {
    const results = ['done', '{"ok":true}']
    await tools.answer(chain.url, results)
    await tools.answer(chain.straight.url, results)
    expect(chain.mock.requests[0]!.body.toString()).toBe(chain.straight.requests[0]!.body.toString())
  })
}

/** The original of a body, by the engine as a service; as text, so that number lexemes can be compared. */
async function decompress(sidecarUrl: string, body: string): Promise<string> {
  const response = await fetch(`${sidecarUrl}/v1/decompress`, { method: 'POST', body })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return text.replace(/^\{"request":/, '').replace(/\}$/, '')
}

async function collect(deltas: AsyncIterable<string>, seen: string[] = []): Promise<string[]> {
  for await (const delta of deltas) seen.push(delta)
  return seen
}

/** Reads to the end: an aborted stream may throw or stop. */
async function drain(deltas: AsyncIterator<string>): Promise<void> {
  try {
    while ((await deltas.next()).done !== true);
  } catch {
    // That was its end.
  }
}

/** The deltas of a stream, and the message of the error that it ends with, if any. */
async function endOf(deltas: AsyncIterable<string>): Promise<{ deltas: string[]; error: string | undefined }> {
  const seen: string[] = []
  try {
    await within('the end', collect(deltas, seen))
    return { deltas: seen, error: undefined }
  } catch (error) {
    return { deltas: seen, error: (error as Error).message }
  }
}

async function caught(promise: Promise<unknown>): Promise<Error> {
  try {
    await within('the failure', promise)
  } catch (error) {
    return error as Error
  }
  throw new Error('the call ended well')
}

/** The end-to-end headers; the sidecar asks for streams without an encoding. */
function endToEnd(request: MockRequest, kind: 'chat' | 'stream'): unknown {
  const { host: _host, connection: _connection, 'accept-encoding': encoding, ...headers } = request.headers
  return kind === 'stream' ? headers : { ...headers, 'accept-encoding': encoding }
}
