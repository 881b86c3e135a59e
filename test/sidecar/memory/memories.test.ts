import { hash } from 'node:crypto'
import { pino } from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import { createMemories, type Memories, memoryLimits } from '../../../sidecar/memory/index.ts'
import { createLabel } from '../../../sidecar/telemetry/labels.ts'
import type { SentForm } from '../../../src/core/pins/index.ts'
import { createVocabularies } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'
import { heldBytes } from '../../support/held-bytes.ts'

const MB = 1024 * 1024
const LIMIT_MB = 16

/** Names of the shapes that calls have: a digest of 32 bytes, the name of a session. */
const digest = (n: number | string): string => hash('sha256', String(n), 'binary')
const sessionOf = (n: number | string): string => hash('sha256', `session ${n}`).slice(0, 16)

function memoriesOf(mb: number): Memories {
  const vocabularies = createVocabularies(readTokenTable)
  return createMemories({ mb, stateDir: undefined, vocabularies, log: pino({ level: 'silent' }) })
}

const pin = (n: number): SentForm => ({ key: { high: n % 16_384, low: Math.imul(n, 0x9e3779b1) >>> 0 }, pin: [n % 9] })

/** What a call leaves behind in every use. */
function remember({ forCalls, sessions, forTelemetry }: Memories, n: number): void {
  const session = sessionOf(n)
  forCalls.blockCache.rememberTokens(`0.1|openai-chat|1|content|${digest(n)}`, n)
  forCalls.blockCache.remember(`0.1|openai-chat|1|alone|Safe|${digest(n)}`, {
    status: 'changed',
    text: Buffer.alloc(200, 97 + (n % 26)).toString('latin1'),
    tokens: n,
    applied: [],
  })
  forCalls.pinStore.remember([pin(n)])
  forCalls.replyMemory.remember(
    'account',
    { id: `resp_${n}`, calls: [{ id: `c${n}`, tool: 'run', isDirect: true }] },
    session,
  )
  forCalls.breakDetector.detect(answeredCall(session, n))
  rememberConversation(forCalls.cacheHistory, n)
  forCalls.markBreaker.refused(JSON.stringify(['openai', `gpt-${n}`]), 0)
  forCalls.usageBreaker.refused(JSON.stringify(['openai', `gpt-${n}`]), 0)
  forCalls.failedHeals.add(`${n % 16_384}.${Math.imul(n, 0x9e3779b1) >>> 0}`)
  forCalls.mismatchWarnings.isFirst(session)
  sessions.record(sessionCall(session, n))
  sessions.takeEnded()
  forTelemetry.series?.record('m2m.added_latency', 0.001, [`provider-${n}`])
}

function answeredCall(session: string, n: number): Parameters<Memories['forCalls']['breakDetector']['detect']>[0] {
  const print = { marks: Uint32Array.from({ length: 40 }, (_, at) => at * n), toolParts: 0, sharedParts: 1 }
  const call = { session, policy: 'p', provider: { name: 'openai' }, model: 'gpt-4o', tokens: 100, rates: undefined }
  return { ...call, prefix: { print, parts: [] }, usage: undefined, cacheMiss: undefined }
}

function rememberConversation(history: Memories['forCalls']['cacheHistory'], n: number): void {
  const shared = hash('sha256', `shared ${n % 900}`).slice(0, 32)
  const fingerprint = { shared, conversation: hash('sha256', `conversation ${n}`).slice(0, 32), isStart: true }
  history.record(fingerprint, { now: n, ttlMs: 300_000 })
  const name = (what: string): string => hash('sha256', `${what} ${n}`).slice(0, 24)
  const print = { whole: name('whole'), question: name('question'), opening: name('opening'), sums: Int32Array.of(n) }
  history.follow(fingerprint, { ...print, blocks: 1 })
}

function sessionCall(session: string, n: number): Parameters<Memories['sessions']['record']>[0] {
  const failedResults = Array.from({ length: n % 20 }, (_, at) => n + at)
  const call = { group: 'treated', revision: 'r', isAnswered: true, tokens: undefined, costUsd: undefined } as const
  return { ...call, session, failedResults, finishReasons: [] }
}

const sumOf = (memories: Memories): number => memories.figures().reduce((sum, { usedBytes }) => sum + usedBytes, 0)

describe('the shares of the limit', () => {
  test.each([4, 5, 33, 144, 65_536])('add up to %d MB at most', (mb) => {
    const sum = Object.values(memoryLimits(mb)).reduce((all, bytes) => all + bytes, 0)
    expect(sum).toBeLessThanOrEqual(mb * MB)
    expect(sum).toBeGreaterThan(mb * MB - 100)
  })

  test('are named once each by the figures', () => {
    const figures = memoriesOf(LIMIT_MB).figures()
    expect(Object.fromEntries(figures.map(({ use, limitBytes }) => [use, limitBytes]))).toEqual(memoryLimits(LIMIT_MB))
  })
})

describe('memory that is filled far beyond its limit', () => {
  const CALLS = 60_000
  let memories: Memories
  let grownBytes = 0
  let mostUsed = 0
  let emptyBytes = 0

  beforeAll(() => {
    // Once, so that what is compiled and made on first use is not counted.
    for (let n = 0; n < 100; n++) remember(memoriesOf(LIMIT_MB), n)
    emptyBytes = heldBytes()
    memories = memoriesOf(LIMIT_MB)
    for (let n = 0; n < CALLS; n++) {
      remember(memories, n)
      if (n % 1000 === 0) mostUsed = Math.max(mostUsed, sumOf(memories))
    }
    grownBytes = heldBytes() - emptyBytes
  }, 60_000)

  test('stays below it in every use, and in sum at every moment', () => {
    for (const { use, usedBytes, limitBytes } of memories.figures()) {
      expect(usedBytes, use).toBeLessThanOrEqual(limitBytes)
      // Forms have room; vocabularies are loaded by the first text that is counted.
      if (use !== 'pins' && use !== 'vocabularies') expect(usedBytes, use).toBeGreaterThan(0.8 * limitBytes)
    }
    expect(mostUsed).toBeLessThanOrEqual(LIMIT_MB * MB)
  })

  test('takes no more of the process than the figures say', () => {
    expect(grownBytes).toBeGreaterThan(0.2 * sumOf(memories))
    expect(grownBytes).toBeLessThan(sumOf(memories))
  })

  test('has forgotten the oldest, and knows the newest', () => {
    const { forCalls } = memories
    const replies = forCalls.replyMemory.for('account')
    const known = (n: number): readonly unknown[] => [
      forCalls.blockCache.knownTokens(`0.1|openai-chat|1|content|${digest(n)}`) !== undefined,
      replies.of(`c${n}`) !== undefined,
      replies.sessionOf(`resp_${n}`) !== undefined,
      forCalls.failedHeals.has(`${n % 16_384}.${Math.imul(n, 0x9e3779b1) >>> 0}`),
      forCalls.markBreaker.allows(JSON.stringify(['openai', `gpt-${n}`]), 1),
    ]
    expect(known(0)).toEqual([false, false, false, false, true])
    expect(known(CALLS - 1)).toEqual([true, true, true, true, false])
  })

  test('knows every form that was sent, as long as there is room for forms', () => {
    const { pins } = memories.forCalls.pinStore
    const unknown = Array.from({ length: CALLS }, (_, n) => pin(n)).filter(({ key }) => pins.get(key) === undefined)
    expect(unknown).toEqual([])
  })
})

test('a label beyond the share of the series counts as other', () => {
  const { forTelemetry } = memoriesOf(4)
  const label = createLabel(100_000)
  for (let n = 0; n < 2000; n++) forTelemetry.series?.record('m2m.added_latency', 1, [label(`provider-${n}`)])
  const all = [...(forTelemetry.series?.read('m2m.added_latency') ?? [])]
  expect(all.length).toBeLessThan(1000)
  expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(2000)
  expect(all.some(({ labels }) => labels[0] === 'other')).toBe(true)
})
