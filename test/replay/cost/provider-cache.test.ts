import { describe, expect, test } from 'vitest'
import {
  createAnthropicCache,
  createBreakpointCache,
  createImplicitCache,
} from '../../../src/replay/cost/provider-cache.ts'
import type { SimRequest } from '../../../src/replay/cost/sim-request.ts'

/**
 * A request in short: segments are tokens, `*` marks one and `.` ends its message. Two requests have the same prefix as
 * far as their segments are the same text, marks aside.
 */
function request(text: string, options: Partial<SimRequest> = {}): SimRequest {
  let tokens = 0
  let identity = ''
  const segments = text.split(' ').map((piece) => {
    tokens += Number.parseInt(piece.replace(/^[a-z]+/, ''), 10)
    identity += ` ${piece.replace('*', '')}`
    return { prefix: idOf(identity), tokens, isMarked: piece.includes('*'), endsMessage: piece.includes('.') }
  })
  return { segments, tokens, isAutomatic: false, isExplicit: false, atMs: 0, ...options }
}

const ids = new Map<string, number>()
function idOf(identity: string): number {
  const id = ids.get(identity) ?? ids.size
  ids.set(identity, id)
  return id
}

describe("Anthropic's cache", () => {
  test('costs the full price when nothing is marked', () => {
    const cache = createAnthropicCache()
    expect([cache.take(request('s2000 u100')), cache.take(request('s2000 u100'))]).toEqual([2100, 2100])
  })

  test('writes up to the last mark and reads the written prefix', () => {
    const cache = createAnthropicCache()
    expect(cache.take(request('s2000* u100'))).toBeCloseTo(1.25 * 2000 + 100)
    expect(cache.take(request('s2000* v100'))).toBeCloseTo(0.1 * 2000 + 100)
    expect(cache.take(request('s2000 v100'))).toBe(2100)
  })

  test('moves the automatic mark with the conversation', () => {
    const cache = createAnthropicCache()
    expect(cache.take(request('s2000 u100', { isAutomatic: true }))).toBeCloseTo(1.25 * 2100)
    const second = request('s2000 u100 a50 v60', { isAutomatic: true })
    expect(cache.take(second)).toBeCloseTo(0.1 * 2100 + 1.25 * 110)
  })

  test('looks 20 blocks back from a mark and no further', () => {
    const blocks = (count: number): string => Array.from({ length: count }, (_, index) => `b${index + 1}`).join(' ')
    const readsAfter = (count: number): boolean => {
      const cache = createAnthropicCache()
      cache.take(request('s2000*'))
      const next = request(`s2000 ${blocks(count)}*`)
      return cache.take(next) < next.tokens
    }
    expect([readsAfter(20), readsAfter(21)]).toEqual([true, false])
  })

  test('skips a prefix below 1,024 tokens, and takes one of 1,024', () => {
    for (const [tokens, isCached] of [
      [1023, false],
      [1024, true],
    ] as const) {
      const cache = createAnthropicCache()
      cache.take(request(`s${tokens}*`))
      expect(cache.take(request(`s${tokens}*`)) < tokens).toBe(isCached)
    }
  })

  test('forgets after five minutes without use', () => {
    const cache = createAnthropicCache()
    const at = (atMs: number): number => cache.take(request('s2000*', { atMs }))
    expect([at(0), at(300_000), at(600_000), at(900_001)]).toEqual([2500, 200, 200, 2500])
  })

  test('refuses more than four marks', () => {
    const marks = 's2000* a1* b1* c1*'
    expect(() => createAnthropicCache().take(request(marks))).not.toThrow()
    expect(() => createAnthropicCache().take(request(`${marks} d1`, { isAutomatic: true }))).toThrow('four')
  })
})

describe("OpenAI's cache before GPT-5.6", () => {
  test('reads the longest known prefix in steps of 128 tokens, and writes free of charge', () => {
    const cache = createImplicitCache()
    expect(cache.take(request('s2000 u100'))).toBe(2100)
    expect(cache.take(request('s2000 v100'))).toBeCloseTo(0.1 * 1920 + 180)
    expect(cache.take(request('s1000 v100'))).toBe(1100)
    expect(cache.take(request('s1000 v100'))).toBeCloseTo(0.1 * 1024 + 76)
  })
})

describe("OpenAI's cache from GPT-5.6 on", () => {
  test('writes the end of every request unless that is switched off', () => {
    expect(createBreakpointCache().take(request('s2000. u100.'))).toBeCloseTo(1.25 * 2100)
    expect(createBreakpointCache().take(request('s2000. u100.', { isExplicit: true }))).toBe(2100)
  })

  test('reads where an earlier request ended', () => {
    const cache = createBreakpointCache()
    cache.take(request('s2000. u100.'))
    expect(cache.take(request('s2000. u100. a50. v60.'))).toBeCloseTo(0.1 * 2100 + 1.25 * 110)
  })

  test('does not fall back to a shorter prefix without a mark', () => {
    const cache = createBreakpointCache()
    cache.take(request('s2000. u100.'))
    expect(cache.take(request('s2000. v100.'))).toBeCloseTo(1.25 * 2100)
  })

  test('reads a marked shared prefix that is followed by other text', () => {
    const cache = createBreakpointCache()
    cache.take(request('s2000*. u100.'))
    expect(cache.take(request('s2000*. v100.'))).toBeCloseTo(0.1 * 2000 + 1.25 * 100)
    expect(cache.take(request('s2000*. w100.', { isExplicit: true }))).toBeCloseTo(0.1 * 2000 + 100)
  })

  test('writes the latest four, the implicit one among them', () => {
    const cache = createBreakpointCache()
    cache.take(request('a2000* b1* c1* d1* e1.'))
    expect(cache.take(request('a2000* x1', { isExplicit: true }))).toBeCloseTo(1.25 * 2000 + 1)
    expect(cache.take(request('a2000 b1* x1', { isExplicit: true }))).toBeCloseTo(0.1 * 2001 + 1)
  })

  test('forgets after half an hour', () => {
    const cache = createBreakpointCache()
    const at = (atMs: number): number => cache.take(request('s2000.', { atMs }))
    expect([at(0), at(1_800_000), at(3_600_001)]).toEqual([2500, 200, 2500])
  })
})
