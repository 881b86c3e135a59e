import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { streamText } from 'ai'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName, errorReply } from '../../../src/core/dialect/index.ts'
import { anthropicMessages } from './fixtures/anthropic-messages.ts'
import { ollamaChat } from './fixtures/ollama-chat.ts'
import { openaiChat } from './fixtures/openai-chat.ts'
import { openaiResponses } from './fixtures/openai-responses.ts'

const MESSAGE = 'the upstream closed its connection: "reset"'
const PROBLEM = { status: 502, code: 'UPSTREAM_CLOSED', message: MESSAGE }
const MESSAGES = [{ role: 'user' as const, content: 'Hi' }]

describe('error replies', () => {
  test.each([
    [400, 'invalid_request_error', 'invalid_request_error'],
    [401, 'authentication_error', 'authentication_error'],
    [403, 'permission_error', 'permission_error'],
    [404, 'invalid_request_error', 'not_found_error'],
    [408, 'invalid_request_error', 'timeout_error'],
    [413, 'invalid_request_error', 'request_too_large'],
    [429, 'rate_limit_error', 'rate_limit_error'],
    [500, 'server_error', 'api_error'],
    [502, 'upstream_error', 'api_error'],
    [503, 'server_error', 'overloaded_error'],
    [504, 'upstream_error', 'timeout_error'],
  ])('name the type that %i has at each provider', (status, openai, anthropic) => {
    const problem = { status, code: 'CODE', message: MESSAGE }
    expect(JSON.parse(errorReply('openai', problem))).toEqual({
      error: { message: MESSAGE, type: openai, param: null, code: 'CODE' },
    })
    expect(JSON.parse(errorReply('anthropic', problem))).toEqual({
      type: 'error',
      error: { type: anthropic, message: MESSAGE },
    })
    expect(JSON.parse(errorReply('ollama', problem))).toEqual({ error: MESSAGE })
  })

  test('are errors to the SDKs, with status, type and message', async () => {
    const fetch = answering(502, 'application/json')
    await expect(
      openai(fetch('openai')).chat.completions.create({ model: 'm', messages: MESSAGES }),
    ).rejects.toMatchObject({ status: 502, type: 'upstream_error', code: 'UPSTREAM_CLOSED', message: `502 ${MESSAGE}` })
    await expect(
      anthropic(fetch('anthropic')).messages.create({ model: 'm', max_tokens: 1, messages: MESSAGES }),
    ).rejects.toMatchObject({ status: 502, type: 'api_error' })
    await expect(ollama(fetch('ollama')).chat({ model: 'm', messages: MESSAGES })).rejects.toMatchObject({
      status_code: 502,
      message: MESSAGE,
    })
  })
})

describe('error events', () => {
  test('come to the openai client after the text before them', async () => {
    const stream = await openai(streaming('openai-chat', openaiChat.stream.slice(0, 3))).chat.completions.create({
      model: 'm',
      messages: MESSAGES,
      stream: true,
    })
    const { events, error } = await drain(stream)
    expect(events).toHaveLength(2)
    expect(error).toMatchObject({ type: 'upstream_error', code: 'UPSTREAM_CLOSED', message: MESSAGE })
  })

  test('come to the openai client of the Responses API', async () => {
    const stream = await openai(streaming('openai-responses', openaiResponses.stream.slice(0, 3))).responses.create({
      model: 'm',
      input: 'Hi',
      stream: true,
    })
    const { events, error } = await drain(stream)
    expect(events).toHaveLength(3)
    expect(error).toMatchObject({ code: 'UPSTREAM_CLOSED', message: MESSAGE })
  })

  test('come to the anthropic client', async () => {
    const stream = await anthropic(
      streaming('anthropic-messages', anthropicMessages.stream.slice(0, 4)),
    ).messages.create({
      model: 'm',
      max_tokens: 1,
      messages: MESSAGES,
      stream: true,
    })
    const { events, error } = await drain(stream)
    expect(events).toHaveLength(3)
    expect(error).toMatchObject({ type: 'api_error' })
    expect(String(error)).toContain('the upstream closed')
  })

  test('come to the ollama client', async () => {
    const stream = await ollama(streaming('ollama-chat', ollamaChat.stream.slice(0, 2))).chat({
      model: 'm',
      messages: MESSAGES,
      stream: true,
    })
    const { events, error } = await drain(stream)
    expect(events).toHaveLength(2)
    expect(error).toMatchObject({ message: MESSAGE })
  })

  test.each([
    ['openai-chat', openaiChat, (fetch: typeof globalThis.fetch) => createOpenAI({ apiKey: 'k', fetch }).chat('m')],
    [
      'openai-responses',
      openaiResponses,
      (fetch: typeof globalThis.fetch) => createOpenAI({ apiKey: 'k', fetch })('m'),
    ],
    [
      'anthropic-messages',
      anthropicMessages,
      (fetch: typeof globalThis.fetch) => createAnthropic({ apiKey: 'k', fetch })('m'),
    ],
  ] as const)('come to the Vercel AI SDK as errors of %s', async (name, fixture, model) => {
    const errors: unknown[] = []
    const result = streamText({
      model: model(streaming(name, fixture.stream.slice(0, 1))),
      prompt: 'Hi',
      maxOutputTokens: 100,
      maxRetries: 0,
      onError: ({ error }) => {
        errors.push(error)
      },
    })
    await result.consumeStream()
    expect(errors).toHaveLength(1)
    expect(describeError(errors[0])).toContain('the upstream closed its connection')
  })
})

function openai(fetch: typeof globalThis.fetch): OpenAI {
  return new OpenAI({ apiKey: 'k', maxRetries: 0, fetch })
}

function anthropic(fetch: typeof globalThis.fetch): Anthropic {
  return new Anthropic({ apiKey: 'k', maxRetries: 0, fetch })
}

function ollama(fetch: typeof globalThis.fetch): Ollama {
  return new Ollama({ host: 'http://localhost:11434', fetch })
}

function answering(status: number, type: string) {
  return (provider: 'openai' | 'anthropic' | 'ollama'): typeof fetch =>
    () =>
      Promise.resolve(new Response(errorReply(provider, PROBLEM), { status, headers: { 'content-type': type } }))
}

/** A stream with these events, which then breaks. */
function streaming(name: DialectName, events: readonly string[]): typeof fetch {
  const dialect = dialectByName(name)
  const type = dialect.stream === 'sse' ? 'text/event-stream' : 'application/x-ndjson'
  const body = events.join('') + dialect.errorEvent(PROBLEM)
  return () => Promise.resolve(new Response(body, { headers: { 'content-type': type } }))
}

async function drain(stream: AsyncIterable<unknown>): Promise<{ events: unknown[]; error: unknown }> {
  const events: unknown[] = []
  try {
    for await (const event of stream) events.push(event)
  } catch (error) {
    return { events, error }
  }
  return { events, error: undefined }
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error)
}
