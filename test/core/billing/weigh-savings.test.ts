import { describe, expect, test } from 'vitest'
import { weighSavings } from '../../../src/core/billing/index.ts'
import type { Report } from '../../../src/core/compress/index.ts'
import { tariff } from './tariffs.ts'

const sonnet = tariff('claude-sonnet-5')
const haiku = tariff('claude-haiku-5-5')
const gpt4o = tariff('gpt-4o')
const gpt56 = tariff('gpt-5.6')

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

describe('PC-35: in a cache that writes for free, a saved token of the prefix is worth its read price', () => {
  test.each([
    ['deepseek-flash', 0.02, 0.3],
    ['deepseek-v4-pro', 0.0333, 1.32],
    ['grok-4.6', 0.25, 2],
    ['kimi-k3.1-pro-highspeed', 0.05, 4],
    ['gemini-3.7-flash', 0.1, 0.75],
    ['mistral-large-4', 0.1, 0.7],
  ])('%s: %d of %d USD', (model, factor, price) => {
    const worth = weighSavings(report(), { input: 1600, output: 9, cacheRead: 1600 }, tariff(model))
    expect(worth.tokens).toBeCloseTo(400 * factor, 9)
    expect(worth.usd).toBeCloseTo((400 * factor * price) / 1e6, 12)
  })

  test('GPT-6.2 and Fable 5.2: their read factor is known, their prices are not', () => {
    const usage = { input: 1600, output: 9, cacheRead: 1600, cacheCreation: 0 }
    for (const [model, factor] of [
      ['gpt-6.2-sol', 0.1],
      ['claude-fable-5-2', 0.025],
    ] as const) {
      const worth = weighSavings(report(), usage, tariff(model))
      expect(worth).toEqual({ tokens: expect.closeTo(400 * factor, 9), unknown: 'no price' })
    }
  })
})

describe('PC-36: a rewrite that moves a request under a band saves the difference of both prices', () => {
  const counted = (outcome: Report['outcome']): Counted => ({
    outcome,
    tokens: { original: 101_000, sent: 99_000, saved: 2000, accuracy: 'exact' },
    changes: [{ path: 'm', techniques: ['a'], tokens: { before: 90_000, original: 5000, saved: 2000 } }],
  })
  const long = (101_000 * 0.5 + 1000 * 2.5) / 1e6
  const short = (99_000 * 0.1 + 1000 * 0.5) / 1e6

  test('Haiku 5.5, 101,000 to 99,000 tokens', () => {
    const usage = { input: 99_000, output: 1000, cacheRead: 0, cacheCreation: 0 }
    const { tokens, usd } = weighSavings(counted('compressed'), usage, haiku)
    expect(tokens).toBe(2000)
    expect(usd).toBeCloseTo(long - short, 9)
  })

  test('the same in Audit, where the long request was sent', () => {
    const usage = { input: 101_000, output: 1000, cacheRead: 0, cacheCreation: 0 }
    expect(weighSavings(counted('audit'), usage, haiku).usd).toBeCloseTo(long - short, 9)
  })

  test('and above the band a token costs what it costs there', () => {
    const usage = { input: 150_000, output: 1000, cacheRead: 0, cacheCreation: 0 }
    expect(weighSavings(counted('compressed'), usage, haiku).usd).toBeCloseTo((2000 * 0.5) / 1e6, 12)
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
    ['no price', { input: 1600, cacheRead: 1024, cacheCreation: 0 }, { ...gpt4o, cache: undefined }],
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

  test('PC-36: no dollars for a tier without a known price, though tokens are known', () => {
    const usage = { input: 1600, output: 9, cacheRead: 1600 }
    const unknown = { ...gpt4o, factor: undefined, unknownTerm: 'tier' as const }
    expect(weighSavings(report(), usage, unknown)).toEqual({ tokens: 200, unknown: 'no price' })
  })

  test('no dollars without the output of a call whose band has changed', () => {
    const usage = { input: 99_900, cacheRead: 0, cacheCreation: 0 }
    expect(weighSavings(report(), usage, haiku)).toEqual({ tokens: 400, unknown: 'no price' })
  })
})
