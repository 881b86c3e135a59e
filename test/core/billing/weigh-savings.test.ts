import { describe, expect, test } from 'vitest'
import { pricesOf, weighSavings } from '../../../src/core/billing/index.ts'
import type { Report } from '../../../src/core/compress/index.ts'
import { resolveModel } from '../../../src/core/model/index.ts'

const sonnet = resolveModel('claude-sonnet-5')!.prices!
const gpt4o = resolveModel('gpt-4o')!.prices!
const gpt56 = resolveModel('gpt-5.6')!.prices!

type Counted = Pick<Report, 'tokens' | 'changes' | 'outcome'>

/** 2,000 tokens, sent as 1,600: blocks at 400..600 -> 100 and at 1,500..1,800 -> 0..100 that save 100 and 300. */
function report(outcome: Report['outcome'] = 'compressed'): Counted {
  return {
    outcome,
    tokens: { original: 2000, sent: 1600, saved: 400, accuracy: 'exact' },
    changes: [
      { path: 'messages[2].content', techniques: ['a'], tokens: { before: 400, original: 200, saved: 100 } },
      { path: 'messages[4].content', techniques: ['a'], tokens: { before: 1500, original: 400, saved: 300 } },
    ],
  }
}

describe('a saved token is worth', () => {
  test('its full price where nothing is cached', () => {
    const worth = weighSavings(report(), { input: 1600, cacheRead: 0, cacheCreation: 0 }, sonnet)
    expect(worth).toEqual({ tokens: 400, usd: expect.closeTo((400 * 2) / 1e6, 12) })
  })

  test('the price of reading it from the cache, inside the prefix that was read', () => {
    // The first block was sent as 400..500 of 1,600; the second from 1,400 on.
    const worth = weighSavings(report(), { input: 1600, cacheRead: 1000, cacheCreation: 0 }, sonnet)
    expect(worth.tokens).toBeCloseTo(100 * 0.1 + 300, 9)
    expect(worth.usd).toBeCloseTo((310 * 2) / 1e6, 12)
  })

  test('the price of writing it, in the part written after that prefix', () => {
    const usage = { input: 1600, cacheRead: 1000, cacheCreation: 600 }
    expect(weighSavings(report(), usage, sonnet).tokens).toBeCloseTo(100 * 0.1 + 300 * 1.25, 9)
    const forAnHour = { ...usage, cacheCreation1h: 600 }
    expect(weighSavings(report(), forAnHour, sonnet).tokens).toBeCloseTo(100 * 0.1 + 300 * 2, 9)
    const half = { ...usage, cacheCreation1h: 300 }
    expect(weighSavings(report(), half, sonnet).tokens).toBeCloseTo(100 * 0.1 + 300 * 1.625, 9)
  })

  test('both, in a block that crosses the limit', () => {
    // The second block was sent as 1,400..1,500.
    const worth = weighSavings(report(), { input: 1600, cacheRead: 1450, cacheCreation: 150 }, sonnet)
    expect(worth.tokens).toBeCloseTo(100 * 0.1 + 150 * 0.1 + 150 * 1.25, 9)
  })

  test('the same by shares of the request, when the provider counts in another way', () => {
    const ours = weighSavings(report(), { input: 1600, cacheRead: 1000, cacheCreation: 0 }, sonnet)
    const theirs = weighSavings(report(), { input: 2240, cacheRead: 1400, cacheCreation: 0 }, sonnet)
    expect(theirs.tokens).toBeCloseTo(ours.tokens!, 9)
  })

  test('the possible saving, where the original was sent', () => {
    // In the original the second block stands at 1,500..1,900 of 2,000.
    const worth = weighSavings(report('audit'), { input: 2000, cacheRead: 1700, cacheCreation: 0 }, sonnet)
    expect(worth.tokens).toBeCloseTo(100 * 0.1 + 150 * 0.1 + 150, 9)
  })

  test('its full price after the prefix that was read, where writing costs nothing extra', () => {
    const worth = weighSavings(report(), { input: 1600, cacheRead: 1024 }, gpt4o)
    expect(worth.tokens).toBeCloseTo(100 * 0.5 + 300, 9)
  })
})

describe('over a session that a provider caches turn by turn', () => {
  // Messages of the session: tokens before and after compression; each turn sends two more.
  const messages = Array.from({ length: 40 }, (_, i) => ({
    original: 50 + ((i * 97) % 700),
    saved: i % 3 === 2 ? 30 + i : 0,
  }))

  test('saved tokens are worth the reduction of the session cost', () => {
    let weighed = 0
    let costsLess = 0
    for (let turn = 2; turn <= messages.length; turn += 2) {
      const now = sizes(turn)
      const before = sizes(turn - 2)
      const usage = { input: now.sent, cacheRead: before.sent, cacheCreation: now.sent - before.sent }
      weighed += weighSavings(reportOf(turn), usage, sonnet).tokens!
      costsLess += 0.1 * (before.original - before.sent)
      costsLess += 1.25 * (now.original - before.original - (now.sent - before.sent))
    }
    expect(weighed).toBeCloseTo(costsLess, 6)
  })

  function sizes(count: number): { original: number; sent: number } {
    const original = messages.slice(0, count).reduce((sum, message) => sum + message.original, 0)
    return { original, sent: original - messages.slice(0, count).reduce((sum, { saved }) => sum + saved, 0) }
  }

  function reportOf(count: number): Counted {
    const { original, sent } = sizes(count)
    const changes = messages.slice(0, count).flatMap(({ original: own, saved }, i) => {
      const tokens = { before: sizes(i).original, original: own, saved }
      return saved === 0 ? [] : [{ path: `messages[${i}].content`, techniques: ['a'], tokens }]
    })
    return { outcome: 'compressed', tokens: { original, sent, saved: original - sent, accuracy: 'exact' }, changes }
  }
})

describe('unknown is absent, with a reason', () => {
  test.each([
    ['no usage', undefined, sonnet],
    ['no usage', { output: 3 }, sonnet],
    ['no usage', { input: 0, cacheRead: 0 }, sonnet],
    ['no cache split', { input: 1600 }, sonnet],
    ['no cache split', { input: 1600, cacheCreation: 0 }, sonnet],
    // Where writes are billed, the reply must report them.
    ['no cache split', { input: 1600, cacheRead: 1024 }, gpt56],
    ['no price', { input: 1600, cacheRead: 1024, cacheCreation: 0 }, undefined],
    ['no price', { input: 1600, cacheRead: 1024, cacheCreation: 0 }, { ...gpt4o, cacheRead: undefined }],
  ] as const)('%s: %j', (unknown, usage, prices) => {
    expect(weighSavings(report(), usage, prices as typeof sonnet)).toEqual({ unknown })
  })

  test('not counted', () => {
    expect(weighSavings({ ...report(), tokens: undefined }, { input: 9, cacheRead: 0 }, gpt4o)).toEqual({
      unknown: 'not counted',
    })
  })

  test('no dollars without a price, though without a cache every token counts in full', () => {
    const usage = { input: 1600, cacheRead: 0, cacheCreation: 0 }
    expect(weighSavings(report(), usage, undefined)).toEqual({ tokens: 400, unknown: 'no price' })
  })

  test('no dollars for a request so long that its tokens cost more', () => {
    const usage = { input: 300_000, cacheRead: 0, cacheCreation: 0 }
    expect(weighSavings(report(), usage, gpt56)).toEqual({ tokens: 400, unknown: 'no price' })
  })
})

describe('the prices of a call', () => {
  const openai = { name: 'openai', host: '127.0.0.1' }
  test.each([
    ['of the model that answered', openai, ['gpt-4o-2024-05-13', 'gpt-4o'], 5],
    ['of the requested one, when the reply names none', openai, [undefined, 'gpt-4o'], 2.5],
    ['of the requested one, when the price of the other is not known', openai, ['gpt-4o-x', 'gpt-4o'], 2.5],
    ['of its maker under another name', { name: 'eu', host: 'api.anthropic.com' }, ['claude-sonnet-5'], 2],
    ['unknown, when the maker does not serve it', { name: 'bedrock' }, ['claude-sonnet-5'], undefined],
    ['unknown, at an address of no maker', { name: 'x', host: '__proto__' }, ['claude-sonnet-5'], undefined],
    ['unknown, for a model of no known price', openai, ['gpt-oss-20b', 'acme-7'], undefined],
    ['unknown, without a provider', undefined, ['gpt-4o'], undefined],
  ] as const)('are those %s', (_, server, names, input) => {
    expect(pricesOf(server, names)?.input).toBe(input)
  })
})
