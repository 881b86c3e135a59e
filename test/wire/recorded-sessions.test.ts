/** Sessions of recorded agents, sent turn by turn by the OpenAI SDK: the requests that reach the model, and their cost. */

import { readFileSync } from 'node:fs'
import OpenAI from 'openai'
import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources'
import { describe, expect } from 'vitest'
import { createVocabularies } from '../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../src/tables/index.ts'
import { type Chain, test as chainTest } from '../support/chain.ts'
import { corpus } from '../support/corpus.ts'
import { withoutSpace } from '../support/tool-results.ts'

interface Session {
  readonly tools?: ChatCompletionTool[]
  readonly messages: ChatCompletionMessageParam[]
}

const FILES = ['tau-bench-airline.jsonl', 'holmesgpt-sessions.jsonl', 'swe-agent-demos.jsonl']
const SESSIONS_PER_FILE = 3

const test = chainTest.override('mockOptions', () => {
  const { count } = createVocabularies(readTokenTable).get('o200k_base')
  return { countTokens: count }
})

describe('a recorded session', () => {
  test.for(FILES)(
    'of %s costs no more at any turn, and keeps its prefix and its values',
    async (name, { chain, skip }) => {
      const { file, reason } = corpus(name)
      if (file === undefined) return skip(reason)
      for (const session of readSessions(file)) {
        chain.mock.reset()
        chain.straight.reset()
        await play(session, chain.url)
        await play(session, chain.straight.url)
        expectCheaper(chain)
        expectStablePrefix(chain)
        await expectSameValues(chain)
      }
    },
  )
})

function readSessions(file: string): Session[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, SESSIONS_PER_FILE)
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** Request n carries the messages before the n-th assistant message. */
async function play({ tools, messages }: Session, base: string): Promise<void> {
  const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
  for (const [i, message] of messages.entries()) {
    if (message.role !== 'assistant' || i === 0) continue
    await openai.chat.completions.create({ model: 'gpt-4o', ...(tools && { tools }), messages: messages.slice(0, i) })
  }
}

function expectCheaper(chain: Chain): void {
  const [received, sent] = [chain.mock.requests, chain.straight.requests]
  expect(received).toHaveLength(sent.length)
  for (const [i, request] of received.entries()) expect(request.tokens).toBeLessThanOrEqual(sent[i]!.tokens)
}

function expectStablePrefix(chain: Chain): void {
  const bodies = chain.mock.requests.map((request) => request.body.toString())
  for (let turn = 1; turn < bodies.length; turn++) {
    const prefix = bodies[turn - 1]!.slice(0, -']}'.length)
    expect(bodies[turn]!.startsWith(prefix), `turn ${turn + 1} changed what turn ${turn} had sent`).toBe(true)
  }
}

/** Only tool results change, and those that are JSON are restored with their lexemes. */
async function expectSameValues(chain: Chain): Promise<void> {
  const received = chain.mock.requests.at(-1)!.json as Session
  const sent = chain.straight.requests.at(-1)!.json as Session
  expect({ ...received, messages: received.messages.filter(isNotTool) }).toEqual({
    ...sent,
    messages: sent.messages.filter(isNotTool),
  })
  const body = chain.mock.requests.at(-1)!.body.toString()
  const response = await fetch(`${chain.url}/v1/decompress`, { method: 'POST', body })
  const { request: restored } = (await response.json()) as { request: Session }
  for (const [i, message] of sent.messages.entries()) {
    if (isNotTool(message) || !isJson(message.content)) continue
    expect(withoutSpace(String(restored.messages[i]?.content))).toBe(withoutSpace(message.content))
  }
}

function isNotTool(message: ChatCompletionMessageParam): boolean {
  return message.role !== 'tool'
}

function isJson(text: unknown): text is string {
  try {
    JSON.parse(String(text))
    return typeof text === 'string'
  } catch {
    return false
  }
}
