import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  BlockCache,
  type CompressionSettings,
  compressRequest,
  digestsOf,
  failOpen,
} from '../../../src/core/compress/index.ts'
import type { ReadBody } from '../../../src/core/dialect/index.ts'
import { Conversation, Pins, scopeOf } from '../../../src/core/pins/index.ts'
import type { TokenCounter } from '../../../src/core/tokenizer/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { approximateCounter, exactCounter, vocabularies } from '../../support/counters.ts'
import { jsonText, nearJson } from '../../support/json-text.ts'
import { noisyLog, spacedOrders } from '../../support/tool-results.ts'
import { enforce, readChat } from '../compress/requests.ts'

interface Operator {
  readonly settings: CompressionSettings
  readonly counter: TokenCounter
  readonly isBroken: boolean
  readonly hasCache: boolean
}

const normal: Operator = { settings: enforce, counter: exactCounter, isBroken: false, hasCache: false }

/** What the operator and the network may do between two turns. */
const operator: fc.Arbitrary<Operator> = fc.record({
  settings: fc.record({
    mode: fc.constantFrom('Enforce', 'Enforce', 'Audit', 'Disabled'),
    isHeldOut: fc.constantFrom(false, false, true),
    profile: fc.constantFrom('Safe', 'Balanced', 'Aggressive'),
    minTokens: fc.constantFrom(0, 32, 1000),
    userText: fc.constantFrom('Never', 'Observations'),
    isExcludedTool: fc.constantFrom(
      () => false,
      () => true,
    ),
  }),
  counter: fc.constantFrom(exactCounter, approximateCounter),
  isBroken: fc.constantFrom(false, false, false, true),
  hasCache: fc.boolean(),
})

const result = fc.oneof(
  nearJson,
  jsonText,
  fc.constantFrom(spacedOrders(1), spacedOrders(2, 8), `again\n${spacedOrders(1)}`, noisyLog(3)),
)

const answers = fc.array(result, { minLength: 1, maxLength: 3 })

interface Message {
  readonly role: string
  readonly content?: unknown
  readonly [member: string]: unknown
}

function sessionOf(turns: readonly (readonly string[])[], hasReasoning: boolean): Message[] {
  const reasoning = hasReasoning ? { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] } : {}
  return [
    { role: 'user', content: 'go' },
    ...turns.flatMap((results, turn): Message[] => {
      const idOf = (nth: number): string => `call_${turn}_${nth}`
      const calls = results.map((_, nth) => ({
        id: idOf(nth),
        type: 'function',
        function: { name: 'look', arguments: '{}' },
      }))
      return [
        { role: 'assistant', content: null, tool_calls: calls, ...reasoning },
        ...results.map((content, nth) => ({ role: 'tool', tool_call_id: idOf(nth), content })),
      ]
    }),
  ]
}

const cache = new BlockCache(1e6)

function send(pins: Pins, messages: readonly Message[], { settings, counter, isBroken, hasCache }: Operator): string {
  const read = readChat(`{"model":"gpt-4o","messages":${JSON.stringify(messages)}}`)
  const conversation = conversationOf(pins, read, settings)
  const options = {
    forms: conversation,
    digests: digestsOf(read.body, read.facts.blocks),
    cache: hasCache ? cache : undefined,
  }
  const { body } = isBroken
    ? failOpen(read, { profile: settings.profile, forms: conversation })
    : compressRequest(read, settings, counter, options)
  for (const { key, pin } of conversation.sent()) pins.set(key, pin)
  return Buffer.from(body).toString().slice(0, -']}'.length)
}

function conversationOf(pins: Pins, read: ReadBody, { mode, isHeldOut }: CompressionSettings): Conversation {
  const account = scopeOf('key')
  return Conversation.of(pins, {
    facts: read.facts,
    digests: digestsOf(read.body, read.facts.blocks),
    account: () => account,
    opening: () => account,
    isRewriting: mode === 'Enforce' && !isHeldOut,
    vocabularies,
  })
}

describe('PC-1: what a conversation was first sent', () => {
  test.each([true, false])('is what it is sent, whatever an operator does (with reasoning: %s)', (hasReasoning) => {
    const turns = fc.array(fc.tuple(answers, operator), { minLength: 1, maxLength: 6 })
    assertProperty(
      fc.property(turns, (session) => {
        const pins = new Pins()
        const messages = sessionOf(
          session.map(([results]) => results),
          hasReasoning,
        )
        let before = ''
        let until = 1
        for (const [results, action] of session) {
          until += 1 + results.length
          const sent = send(pins, messages.slice(0, until), action)
          expect(sent.startsWith(before)).toBe(true)
          before = sent
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('PC-3: the other form of a history', () => {
  test('is not remembered for results that were unpinned while the provider answered', () => {
    const pins = new Pins()
    const messages = sessionOf([[spacedOrders(1)], [spacedOrders(2)], [spacedOrders(3)]], true)
    const read = readChat(`{"model":"gpt-4o","messages":${JSON.stringify(messages)}}`)
    const first = conversationOf(pins, read, enforce)
    for (const { key, pin } of first.sent()) pins.set(key, pin)
    const second = first.other(undefined)!
    compressRequest(read, enforce, exactCounter, { forms: second })
    expect([...second.sent()]).toHaveLength(3)
    pins.unpin()
    expect([...second.sent()]).toHaveLength(1)
  })
})

test('a conversation does not hold the bytes of its request while the reply is awaited', async () => {
  const collectGarbage = garbageCollector()
  const begin = (): { other: Conversation | undefined; bytes: WeakRef<object> } => {
    const messages = sessionOf([[spacedOrders(1)], [spacedOrders(2)]], true)
    const read = readChat(`{"model":"gpt-4o","messages":${JSON.stringify(messages)}}`)
    return { other: conversationOf(new Pins(), read, enforce).other(undefined), bytes: new WeakRef(read) }
  }
  const { other, bytes } = begin()
  await vi.waitUntil(() => {
    collectGarbage()
    return bytes.deref() === undefined
  })
  expect(other).toBeDefined()
})

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

describe('PC-2: a history that nobody knows', () => {
  const turns = [[spacedOrders(1)], [spacedOrders(2)], [spacedOrders(3)]]

  test('goes out as it came where it holds reasoning, and new results are rewritten', () => {
    const messages = sessionOf(turns, true)
    const sent = send(new Pins(), messages, normal)
    expect(sent).toContain(JSON.stringify(spacedOrders(1)))
    expect(sent).toContain(JSON.stringify(spacedOrders(2)))
    expect(sent).not.toContain(JSON.stringify(spacedOrders(3)))
  })

  test('keeps the deterministic form where it holds none', () => {
    const messages = sessionOf(turns, false)
    const sent = send(new Pins(), messages, normal)
    for (const [text] of turns) expect(sent).not.toContain(JSON.stringify(text))
  })
})

describe('what is remembered of a request', () => {
  test('is nothing new when a client sends it again', () => {
    const pins = new Pins()
    const messages = sessionOf([[spacedOrders(1), noisyLog(3)], [spacedOrders(2)]], true)
    send(pins, messages, normal)
    const read = readChat(`{"model":"gpt-4o","messages":${JSON.stringify(messages)}}`)
    const again = conversationOf(pins, read, enforce)
    compressRequest(read, enforce, exactCounter, { forms: again })
    expect([...again.sent()]).toEqual([])
  })

  // Work that grows with results times opening takes hours here.
  test('is told apart by the opening of a conversation, which is read once for all results without a call id', () => {
    const results = Array.from({ length: 1000 }, (_, nth) => ({ role: 'tool', content: `result ${nth}` }))
    const read = readChat(
      `{"model":"gpt-4o","messages":${JSON.stringify([{ role: 'user', content: 'go' }, ...results])}}`,
    )
    let readings = 0
    const opening = (): ReturnType<typeof scopeOf> => {
      readings++
      return scopeOf('go')
    }
    const options = {
      account: () => scopeOf('key'),
      digests: digestsOf(read.body, read.facts.blocks),
      isRewriting: true,
      vocabularies,
    }
    Conversation.of(new Pins(), { ...options, facts: read.facts, opening })
    expect(readings).toBe(1)
  })
})
