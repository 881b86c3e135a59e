/** The Ollama SDK: chat, generate, model list. */

import { Ollama } from 'ollama'
import { describe, expect } from 'vitest'
import { test } from '../support/chain.ts'
import { describeClient, type WireClient } from '../support/client-contract.ts'

const MODEL = 'llama3.2:3b'
const QUESTION = [{ role: 'user', content: 'Which orders are open? Søren asks.' }]
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'find_orders',
      description: 'Finds orders.',
      parameters: { type: 'object', properties: { customer: { type: 'string' } } },
    },
  },
]

/** The SDK takes no signal; its own `abort` stops streams only, a fetch of ours stops both. */
function open(base: string, signal?: AbortSignal): Ollama {
  const signalled: typeof fetch = (input, init) =>
    fetch(input, {
      ...init,
      signal: AbortSignal.any([signal, init?.signal].filter((one) => one instanceof AbortSignal)),
    })
  return new Ollama({ host: base, fetch: signalled })
}

/** The SDK does not export its `ResponseError`. */
function explain(error: unknown): { status: number | undefined; message: string } {
  const { status_code: status, message } = error as { status_code?: number; message: string }
  return { status, message }
}

const errorClasses = { 400: 'ResponseError', 404: 'ResponseError', 429: 'ResponseError', 500: 'ResponseError' }

const chat: WireClient = {
  name: 'ollama, chat',
  eventsBeforeText: 0,
  errorClasses,
  async chat(base, signal) {
    const reply = await open(base, signal).chat({ model: MODEL, messages: QUESTION })
    return reply.message.content
  },
  async *stream(base, signal) {
    const parts = await open(base, signal).chat({ model: MODEL, messages: QUESTION, stream: true })
    for await (const part of parts) if (part.message.content !== '') yield part.message.content
  },
  explain,
  tools: {
    async ask(base) {
      const reply = await open(base).chat({ model: MODEL, messages: QUESTION, tools: TOOLS })
      return called(reply.message)
    },
    async askStreamed(base) {
      const calls: ReturnType<typeof called> = []
      const parts = await open(base).chat({ model: MODEL, messages: QUESTION, tools: TOOLS, stream: true })
      for await (const part of parts) calls.push(...called(part.message))
      return calls
    },
    async answer(base, results) {
      const call = { function: { name: 'find_orders', arguments: {} } }
      const reply = await open(base).chat({
        model: MODEL,
        tools: TOOLS,
        messages: [
          ...QUESTION,
          { role: 'assistant', content: '', tool_calls: results.map(() => call) },
          ...results.map((content) => ({ role: 'tool', content, tool_name: 'find_orders' })),
        ],
      })
      return reply.message.content
    },
  },
}

function called(message: {
  tool_calls?: { function: { name: string; arguments: unknown } }[]
}): { name: string; arguments: unknown }[] {
  return (message.tool_calls ?? []).map((call) => ({ name: call.function.name, arguments: call.function.arguments }))
}

const generate: WireClient = {
  name: 'ollama, generate',
  eventsBeforeText: 0,
  errorClasses,
  async chat(base, signal) {
    return (await open(base, signal).generate({ model: MODEL, prompt: 'Which orders are open?' })).response ?? ''
  },
  async *stream(base, signal) {
    const parts = await open(base, signal).generate({ model: MODEL, prompt: 'Which orders are open?', stream: true })
    for await (const part of parts) if (part.response) yield part.response
  },
  explain,
}

describeClient(chat)
describeClient(generate)

describe('ollama, beyond the contract', () => {
  test('models, one model and the version are answered by the upstream', async ({ chain }) => {
    const ollama = open(chain.url)
    expect((await ollama.list()).models.map((model) => model.name)).toContain(MODEL)
    expect((await ollama.show({ model: MODEL })).capabilities).toContain('tools')
    expect(await ollama.version()).toEqual(await open(chain.straight.url).version())
  })

  test('thinking, done reason and token counts come out of a stream', async ({ chain }) => {
    chain.mock.enqueue({ answer: { thinking: 'Hm, well.', text: 'Too lo', finish: 'length' } })
    const parts = []
    for await (const part of await open(chain.url).chat({ model: MODEL, messages: QUESTION, stream: true }))
      parts.push(part)
    expect(parts.map((part) => part.message.thinking ?? '').join('')).toBe('Hm, well.')
    expect(parts.at(-1)).toMatchObject({
      done: true,
      done_reason: 'length',
      prompt_eval_count: chain.mock.requests.at(-1)?.tokens,
    })
  })

  test("the SDK's own abort closes the upstream", async ({ chain }) => {
    chain.mock.enqueue({ pause: { at: 1 } })
    const parts = await open(chain.url).chat({ model: MODEL, messages: QUESTION, stream: true })
    const request = await chain.mock.nextRequest()
    parts.abort()
    expect(await request.closed).toBe('aborted')
  })
})
