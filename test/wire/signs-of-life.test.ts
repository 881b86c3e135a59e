/** Signs of life in a silent stream, the provider's comments and our pings, as real clients read them. */

import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { expect } from 'vitest'
import { STREAM_SAMPLES, type StreamSample } from '../support/stream-samples.ts'
import { test } from '../support/wire.ts'

const PING_MS = 20
const TEXT = '🙂 日本 hello'
const MESSAGES = [{ role: 'user' as const, content: 'hi' }]

type ReadText = (base: string) => Promise<string>

/** The text of a streamed answer. */
const CLIENTS: Readonly<Partial<Record<StreamSample['dialect'], ReadText>>> = {
  async 'openai-chat'(base) {
    const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
    let text = ''
    for await (const chunk of await client.chat.completions.create({
      model: 'gpt-4o',
      messages: MESSAGES,
      stream: true,
    }))
      text += chunk.choices[0]?.delta.content ?? ''
    return text
  },
  async 'openai-responses'(base) {
    const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
    let text = ''
    for await (const event of await client.responses.create({ model: 'gpt-4o', input: 'hi', stream: true }))
      if (event.type === 'response.output_text.delta') text += event.delta
    return text
  },
  async 'anthropic-messages'(base) {
    const client = new Anthropic({ baseURL: base, apiKey: 'sk-test', maxRetries: 0 })
    let text = ''
    const asked = { model: 'claude-test', max_tokens: 9, messages: MESSAGES, stream: true } as const
    for await (const event of await client.messages.create(asked))
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text
    return text
  },
  async 'ollama-chat'(base) {
    let text = ''
    for await (const part of await new Ollama({ host: base }).chat({
      model: 'llama3.2',
      messages: MESSAGES,
      stream: true,
    }))
      text += part.message?.content ?? ''
    return text
  },
}

const READERS = STREAM_SAMPLES.flatMap((sample) => {
  const read = CLIENTS[sample.dialect]
  return read === undefined ? [] : [{ ...sample, read }]
})

/** Silences in which pings come, with comments of the provider's own. */
async function answerSlowly(res: ServerResponse, { type, event, finish, final }: StreamSample): Promise<void> {
  // Ollama's client complains of a blank line, so nothing is a sign of life there.
  const sign = type === 'text/event-stream' ? ': working\n' : ''
  res.writeHead(200, { 'content-type': type }).flushHeaders()
  for (const piece of [sign, event, sign, sign, finish + final]) {
    await pause(4 * PING_MS)
    res.write(piece)
  }
  res.end()
}

test.for(READERS)('$dialect: the answer is the same', async ({ read, ...sample }, { startEdge, upstream }) => {
  upstream.replyWith((res) => void answerSlowly(res, sample))
  const edge = await startEdge(upstream.url, { keepAlivePingMs: PING_MS })
  expect(await read(edge.url)).toBe(TEXT)
  expect(await read(upstream.url)).toBe(TEXT)
})
