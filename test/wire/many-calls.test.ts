/** Many calls at once, many abandoned, connections that close under them: no answer goes astray and nothing stays open. */

import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { describe, expect } from 'vitest'
import { type MockRequest, pieces, type Step } from '../../src/mock/index.ts'
import { testOfFreshChain } from '../support/chain.ts'
import { within } from '../support/within.ts'

const test = testOfFreshChain.extend(
  'openai',
  ({ chain }) => new OpenAI({ baseURL: `${chain.url}/v1`, apiKey: 'sk-test', maxRetries: 0 }),
)

/** Answers with the user's words, slowly enough for calls to overlap. */
function echo(request: MockRequest): Step {
  const { messages } = request.json as { messages: { content: string }[] }
  return { answer: { text: messages[0]!.content }, delayMs: 1 }
}

async function listen(openai: OpenAI, text: string): Promise<string[]> {
  const deltas: string[] = []
  const messages = [{ role: 'user', content: text } as const]
  for await (const chunk of await openai.chat.completions.create({ model: 'gpt-4o', messages, stream: true })) {
    const delta = chunk.choices[0]?.delta.content
    if (delta) deltas.push(delta)
  }
  return deltas
}

test('forty streams at once each have their own deltas', async ({ chain, openai }) => {
  chain.mock.on('/chat/completions', echo)
  const texts = Array.from({ length: 40 }, (_, i) => `caller ${i} `.repeat(1 + (i % 7)).trim())
  expect(await Promise.all(texts.map((text) => listen(openai, text)))).toEqual(texts.map(pieces))
})

test('fifty abandoned streams leave no upstream connection open, and the next call is answered', async ({
  chain,
  openai,
}) => {
  const messages = [{ role: 'user', content: 'hello' } as const]
  for (let i = 0; i < 50; i++) {
    chain.mock.enqueue({ pause: { at: i % 4 } })
    const abort = new AbortController()
    const call = openai.chat.completions.create({ model: 'gpt-4o', messages, stream: true }, { signal: abort.signal })
    const request = await within('the request', chain.mock.nextRequest())
    abort.abort()
    await call.catch(() => undefined)
    expect(await within('the upstream socket closing', request.closed)).toBe('aborted')
  }
  expect(chain.mock.connections.open).toBe(0)
  expect(await listen(openai, 'hello')).not.toEqual([])
})

describe('an upstream that closes idle connections at any moment', () => {
  test.override('mockOptions', { idleCloseMs: 4 })

  test('causes no error that the client sees', async ({ chain, openai }) => {
    chain.mock.on('/chat/completions', echo)
    for (let i = 0; i < 60; i++) {
      expect(await listen(openai, `call ${i}`)).toEqual(pieces(`call ${i}`))
      await sleep(2 + (i % 4))
    }
    expect(chain.mock.totals.requests).toBe(60)
  })
})
