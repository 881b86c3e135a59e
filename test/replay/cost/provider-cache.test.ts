import { describe, expect, test } from 'vitest'
import { type CacheRules, resolveModel } from '../../../src/core/model/index.ts'
import {
  createAnthropicCache,
  createBreakpointCache,
  createPrefixCache,
  type ProviderCache,
} from '../../../src/replay/cost/provider-cache.ts'
import type { SimRequest } from '../../../src/replay/cost/sim-request.ts'

/**
 * A request in short: segments are tokens, `*` marks one, `+` marks it for long, and `.` ends its message; `call` and
 * `result` are blocks of tools. Two requests have the same prefix as far as their segments are the same text, marks aside.
 */
function request(text: string, options: Partial<SimRequest> = {}): SimRequest {
  let tokens = 0
  let identity = ''
  const segments = text.split(' ').map((piece) => {
    tokens += Number.parseInt(piece.replace(/^[a-z]+/, ''), 10)
    identity += ` ${piece.replace(/[*+]/, '')}`
    return {
      prefix: idOf(identity),
      tokens,
      isMarked: /[*+]/.test(piece),
      isLong: piece.includes('+'),
      tool: (['call', 'result'] as const).find((tool) => piece.startsWith(tool)),
      endsMessage: piece.includes('.'),
    }
  })
  return { segments, tokens, isAutomatic: false, isExplicit: false, atMs: 0, ...options }
}

const ids = new Map<string, number>()
function idOf(identity: string): number {
  const id = ids.get(identity) ?? ids.size
  ids.set(identity, id)
  return id
}

/** The rules in force on the newest day, and a cache that answers with costs alone. */
const rulesOf = (model: string): CacheRules => resolveModel(model)!.cache[0]!
const costing = (cache: ProviderCache): { take(request: SimRequest): number } => ({
  take: (request) => cache.take(request).cost,
})
const anthropic = (model = 'claude-sonnet-5'): { take(request: SimRequest): number } =>
  costing(createAnthropicCache(rulesOf(model)))
const breakpoint = (model = 'gpt-5.6'): { take(request: SimRequest): number } =>
  costing(createBreakpointCache(rulesOf(model)))

describe("Anthropic's cache", () => {
  test('costs the full price when nothing is marked', () => {
    const cache = anthropic()
    expect([cache.take(request('s2000 u100')), cache.take(request('s2000 u100'))]).toEqual([2100, 2100])
  })

  test('writes up to the last mark and reads the written prefix', () => {
    const cache = anthropic()
    expect(cache.take(request('s2000* u100'))).toBeCloseTo(1.25 * 2000 + 100)
    expect(cache.take(request('s2000* v100'))).toBeCloseTo(0.1 * 2000 + 100)
    expect(cache.take(request('s2000 v100'))).toBe(2100)
  })

  test('moves the automatic mark with the conversation', () => {
    const cache = anthropic()
    expect(cache.take(request('s2000 u100', { isAutomatic: true }))).toBeCloseTo(1.25 * 2100)
    const second = request('s2000 u100 a50 v60', { isAutomatic: true })
    expect(cache.take(second)).toBeCloseTo(0.1 * 2100 + 1.25 * 110)
  })

  test('looks 20 blocks back from a mark and no further', () => {
    const blocks = (count: number): string => Array.from({ length: count }, (_, index) => `b${index + 1}`).join(' ')
    const readsAfter = (count: number): boolean => {
      const cache = anthropic()
      cache.take(request('s2000*'))
      const next = request(`s2000 ${blocks(count)}*`)
      return cache.take(next) < next.tokens
    }
    expect([readsAfter(20), readsAfter(21)]).toEqual([true, false])
  })

  test('counts a run of calls, or of results, as one position', () => {
    const run = (tool: string): string => Array.from({ length: 30 }, (_, index) => `${tool}${index + 1}`).join(' ')
    const readsBefore = (rest: string): boolean => {
      const cache = anthropic()
      cache.take(request('s2000*'))
      const next = request(`s2000 ${rest} u1*`)
      return cache.take(next) < next.tokens
    }
    const both = Array.from({ length: 10 }, (_, index) => `call${index + 1} result${index + 1}`).join(' ')
    expect([readsBefore(run('call')), readsBefore(`${run('call')} ${run('result')}`)]).toEqual([true, true])
    expect(readsBefore(run('text'))).toBe(false)
    // Calls and results that take turns are 20 positions, and the marked block is the 21st.
    expect(readsBefore(both)).toBe(false)
  })

  test('PC-33: has the minimum and the read price of each model', () => {
    for (const [model, minTokens, read] of [
      ['claude-opus-5-5', 512, 0.05],
      ['claude-fable-5-1', 512, 0.025],
      ['claude-opus-4-7', 2048, 0.1],
      ['claude-haiku-4-5', 4096, 0.1],
    ] as const) {
      const cache = anthropic(model)
      expect([cache.take(request(`s${minTokens - 1}*`)), cache.take(request(`s${minTokens - 1}*`))]).toEqual(
        Array(2).fill(minTokens - 1),
      )
      expect(cache.take(request(`s${minTokens}*`))).toBe(1.25 * minTokens)
      expect(cache.take(request(`s${minTokens}*`))).toBeCloseTo(read * minTokens)
    }
  })

  test('writes for an hour at twice the price, before what it writes for five minutes', () => {
    const cache = anthropic()
    expect(cache.take(request('s2000+ u100*'))).toBeCloseTo(2 * 2000 + 1.25 * 100)
    expect(cache.take(request('s2000+ v100*', { atMs: 3_600_000 }))).toBeCloseTo(0.1 * 2000 + 1.25 * 100)
    expect(cache.take(request('s2000+ v100*', { atMs: 3_900_001 }))).toBeCloseTo(0.1 * 2000 + 1.25 * 100)
    expect(() => anthropic().take(request('s2000* u100+'))).toThrow('refuses')
  })

  test('skips a prefix below 1,024 tokens, and takes one of 1,024', () => {
    for (const [tokens, isCached] of [
      [1023, false],
      [1024, true],
    ] as const) {
      const cache = anthropic()
      cache.take(request(`s${tokens}*`))
      expect(cache.take(request(`s${tokens}*`)) < tokens).toBe(isCached)
    }
  })

  test('forgets after five minutes without use', () => {
    const cache = anthropic()
    const at = (atMs: number): number => cache.take(request('s2000*', { atMs }))
    expect([at(0), at(300_000), at(600_000), at(900_001)]).toEqual([2500, 200, 200, 2500])
  })

  test('refuses more than four marks', () => {
    const marks = 's2000* a1* b1* c1*'
    expect(() => anthropic().take(request(marks))).not.toThrow()
    expect(() => anthropic().take(request(`${marks} d1`, { isAutomatic: true }))).toThrow('four')
  })
})

describe("OpenAI's cache before GPT-5.6", () => {
  test('reads the longest known prefix in steps of 128 tokens, and writes free of charge', () => {
    const cache = costing(createPrefixCache(rulesOf('gpt-5'), 128))
    expect(cache.take(request('s2000 u100'))).toBe(2100)
    expect(cache.take(request('s2000 v100'))).toBeCloseTo(0.1 * 1920 + 180)
    expect(cache.take(request('s1000 v100'))).toBe(1100)
    expect(cache.take(request('s1000 v100'))).toBeCloseTo(0.1 * 1024 + 76)
  })
})

describe("OpenAI's cache from GPT-5.6 on", () => {
  test('writes the end of every request unless that is switched off', () => {
    expect(breakpoint().take(request('s2000. u100.'))).toBeCloseTo(1.25 * 2100)
    expect(breakpoint().take(request('s2000. u100.', { isExplicit: true }))).toBe(2100)
  })

  test('reads where an earlier request ended', () => {
    const cache = breakpoint()
    cache.take(request('s2000. u100.'))
    expect(cache.take(request('s2000. u100. a50. v60.'))).toBeCloseTo(0.1 * 2100 + 1.25 * 110)
  })

  test('does not fall back to a shorter prefix without a mark', () => {
    const cache = breakpoint()
    cache.take(request('s2000. u100.'))
    expect(cache.take(request('s2000. v100.'))).toBeCloseTo(1.25 * 2100)
  })

  test('reads a marked shared prefix that is followed by other text', () => {
    const cache = breakpoint()
    cache.take(request('s2000*. u100.'))
    expect(cache.take(request('s2000*. v100.'))).toBeCloseTo(0.1 * 2000 + 1.25 * 100)
    expect(cache.take(request('s2000*. w100.', { isExplicit: true }))).toBeCloseTo(0.1 * 2000 + 100)
  })

  test('reads at the longest breakpoint that was written and is still one', () => {
    const cache = breakpoint()
    cache.take(request('s2000* a10 b20* c30 d40*', { isExplicit: true }))
    expect(cache.take(request('s2000* a10 b20* c30 e50', { isExplicit: true }))).toBeCloseTo(0.1 * 2030 + 80)
    expect(cache.take(request('s2000* x10', { isExplicit: true }))).toBeCloseTo(0.1 * 2000 + 10)
  })

  test('looks at the latest 80 breakpoints', () => {
    const messages = (count: number): string => Array.from({ length: count }, (_, index) => `m${index + 1}.`).join(' ')
    const readsAfter = (count: number): boolean => {
      const cache = breakpoint()
      cache.take(request('s2000.'))
      const next = request(`s2000. ${messages(count)}`)
      return cache.take(next) < next.tokens
    }
    expect([readsAfter(79), readsAfter(80)]).toEqual([true, false])
  })

  test('caches nothing in explicit mode without a mark', () => {
    const cache = breakpoint()
    expect([cache.take(request('s2000.')), cache.take(request('s2000.', { isExplicit: true }))]).toEqual([2500, 2000])
  })

  test('writes for twelve hours at two and a half times the price', () => {
    const cache = breakpoint('gpt-6.1-sol')
    expect(cache.take(request('s2000+. u100.'))).toBeCloseTo(2.5 * 2000 + 1.25 * 100)
    expect(cache.take(request('s2000+. v100.', { atMs: 12 * 3_600_000 }))).toBeCloseTo(0.05 * 2000 + 1.25 * 100)
  })

  test('writes the latest four, the implicit one among them', () => {
    const cache = breakpoint()
    cache.take(request('a2000* b1* c1* d1* e1.'))
    expect(cache.take(request('a2000* x1', { isExplicit: true }))).toBeCloseTo(1.25 * 2000 + 1)
    expect(cache.take(request('a2000 b1* x1', { isExplicit: true }))).toBeCloseTo(0.1 * 2001 + 1)
  })

  test('forgets after half an hour', () => {
    const cache = breakpoint()
    const at = (atMs: number): number => cache.take(request('s2000.', { atMs }))
    expect([at(0), at(1_800_000), at(3_600_001)]).toEqual([2500, 200, 2500])
  })
})

describe('caches of other makers', () => {
  test.each([
    ['deepseek-flash', 64, 0.02],
    ['deepseek-v4-pro', 64, 0.0333],
    ['grok-4.7', 1, 0.25],
    ['kimi-k3', 256, 0.1],
    ['mistral-large-4', 1, 0.1],
    ['minimax-m3', 1, 0.2],
    ['gemini-2.5-pro', 1, 0.1],
  ])('of %s read in units of %d tokens at %d, and write for free', (model, unit, readFactor) => {
    const cache = costing(createPrefixCache(rulesOf(model), unit))
    const read = Math.floor(3000 / unit) * unit
    expect(cache.take(request('s3000 u100'))).toBe(3100)
    expect(cache.take(request('s3000 v100'))).toBeCloseTo(readFactor * read + 3100 - read)
  })

  test('keep their minimum', () => {
    const cache = costing(createPrefixCache(rulesOf('gemini-3.1-pro-preview'), 1))
    expect([cache.take(request('s4095')), cache.take(request('s4095'))]).toEqual([4095, 4095])
    expect([cache.take(request('t4096')), cache.take(request('t4096'))]).toEqual([4096, expect.closeTo(409.6)])
  })
})
