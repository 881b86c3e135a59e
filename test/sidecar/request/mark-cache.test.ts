/** The calls that are marked, by their destination, and the failures of marking. */

import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { compress } from '../../../sidecar/request/compress.ts'
import { type Marked, markCache } from '../../../sidecar/request/mark-cache.ts'
import type { Target } from '../../../sidecar/request/match.ts'
import type { Received } from '../../../sidecar/request/read-request.ts'
import { createHistory, type History } from '../../../src/core/cache/index.ts'
import { type DialectName, dialectByName } from '../../../src/core/dialect/index.ts'
import { compilePolicy, type PolicySpec } from '../../../src/core/policy/index.ts'
import { createRefusalBreaker } from '../../../src/core/refusal-breaker.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { compressDeps } from '../../support/compress-deps.ts'

const LONG = 'You look after orders and answer briefly. '.repeat(900)

const CLAUDE = {
  model: 'claude-sonnet-5',
  system: [{ type: 'text', text: LONG }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'hello' }] },
    { role: 'assistant', content: 'well' },
    { role: 'user', content: [{ type: 'text', text: 'yes?' }] },
  ],
}

const GPT = {
  model: 'gpt-5',
  messages: [
    { role: 'system', content: LONG },
    { role: 'user', content: 'hello' },
  ],
}

interface Case {
  readonly dialect?: DialectName
  readonly provider?: NonNullable<PolicySpec['providers']>[number]
  readonly headers?: Record<string, string>
  readonly isGzip?: boolean
  readonly history?: History
}

/** One call through the two stages. */
function send(request: object, options: Case = {}): Marked & { text: string } {
  const { dialect = 'anthropic-messages', provider = { name: 'anthropic' }, isGzip = false } = options
  const policy = compilePolicy({ providers: [provider], cache: { mode: 'Auto' } }, { name: 'p', engineVersion: '1' })
  const deps = {
    ...compressDeps(),
    cacheHistory: options.history ?? createHistory(),
    markBreaker: createRefusalBreaker(),
  }
  const content = Buffer.from(JSON.stringify(request))
  const received: Received = { kind: 'whole', body: isGzip ? gzipSync(content) : content, content, receivedAt: 0 }
  const target: Target = { provider: policy.providers[0]!, path: '/', written: '/', dialect: dialectByName(dialect) }
  const headers = options.headers ?? {}
  const arrived = { policy, headers, target, seal: undefined, received, log: pino({ level: 'silent' }) }
  const marked = markCache(deps, arrived, atOnce(compress(deps, arrived)))
  return { ...marked, text: String(marked.body) }
}

describe('Claude', () => {
  test.each([
    ['by its name, wherever it stands', { name: 'anthropic', baseURL: 'http://localhost:1', allowInsecure: true }],
    ['by its host', { name: 'mine', dialect: 'anthropic', baseURL: 'https://api.anthropic.com' }],
  ] as const)("gets the top-level mark at its maker's own API: %s", (_, provider) => {
    expect(JSON.parse(send(CLAUDE, { provider }).text).cache_control).toEqual({ type: 'ephemeral' })
  })

  test('gets marks on blocks at any other host', () => {
    const provider = { name: 'vertex', dialect: 'anthropic', baseURL: 'https://vertex.example' } as const
    const body = JSON.parse(send(CLAUDE, { provider }).text)
    expect(body.cache_control).toBeUndefined()
    expect(body.messages[2].content[0].cache_control).toEqual({ type: 'ephemeral' })
  })

  test('gets nothing through the API of OpenAI; an unknown model gets nothing at all', () => {
    const chat = { model: 'claude-sonnet-5', messages: GPT.messages }
    const openai = { dialect: 'openai-chat', provider: { name: 'openai' } } as const
    for (const kept of [send(chat, openai), send({ ...CLAUDE, model: 'nobody-1' })]) {
      expect(kept.cache).toEqual({ action: 'none', reason: 'no-rules' })
    }
  })
})

describe('GPT', () => {
  test('gets a key at OpenAI, and nothing at other hosts with the same API', () => {
    const openai = send(GPT, { dialect: 'openai-chat', provider: { name: 'openai' } })
    expect(JSON.parse(openai.text).prompt_cache_key).toMatch(/^m2m-/)
    const groq = send(GPT, { dialect: 'openai-chat', provider: { name: 'groq' } })
    expect(groq.cache).toEqual({ action: 'none', reason: 'no-rules' })
    expect(groq.text).toBe(JSON.stringify(GPT))
  })

  test('does not share a key between accounts', () => {
    const keyOf = (authorization: string): string =>
      JSON.parse(send(GPT, { dialect: 'openai-chat', provider: { name: 'openai' }, headers: { authorization } }).text)
        .prompt_cache_key
    expect(keyOf('Bearer a')).toBe(keyOf('Bearer a'))
    expect(keyOf('Bearer a')).not.toBe(keyOf('Bearer b'))
  })
})

test('an encoded body is sent plain when it is marked, and unchanged when it is not', () => {
  const marked = send(CLAUDE, { isGzip: true })
  expect([marked.isDecoded, JSON.parse(marked.text).cache_control]).toEqual([true, { type: 'ephemeral' }])
  const short = send({ ...CLAUDE, system: 'be kind' }, { isGzip: true })
  expect([short.isDecoded, short.body]).toEqual([false, gzipSync(JSON.stringify({ ...CLAUDE, system: 'be kind' }))])
})

test('when marking fails, the request is sent without marks', () => {
  const broken = {
    ...createHistory(),
    record: () => {
      throw new Error('broken')
    },
  }
  const { text, cache } = send(CLAUDE, { history: broken })
  expect([text, cache]).toEqual([JSON.stringify(CLAUDE), { action: 'none', reason: 'failed' }])
})
