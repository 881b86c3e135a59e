import { describe, expect, test } from 'vitest'
import { BlockCache, compressRequest, passthroughReport } from '../../../../src/core/compress/index.ts'
import type { TokenCounter } from '../../../../src/core/tokenizer/index.ts'
import { exactCounter, unitCounter } from '../../../support/counters.ts'
import { spacedOrders } from '../../../support/tool-results.ts'
import { chatWith, enforce } from '../requests.ts'

/** Asks for a result of that size. @returns whether it was not cached */
function isMade(cache: BlockCache, key: string, bytes = 0): boolean {
  const value = { status: 'changed', text: 'x'.repeat(bytes / 2), tokens: 1, applied: [] } as const
  const known = cache.known(key)
  if (known === undefined) cache.remember(key, value)
  else expect(known).toEqual(value)
  return known === undefined
}

describe('the block cache', () => {
  test('makes a result once', () => {
    const cache = new BlockCache(10_000)
    expect([isMade(cache, 'a'), isMade(cache, 'a'), isMade(cache, 'b')]).toEqual([true, false, true])
  })

  test('removes the least recently used, and stays within its limit', () => {
    const cache = new BlockCache(4_000)
    for (const key of ['a', 'b', 'c']) isMade(cache, key, 1_000)
    expect(cache.bytes).toBeLessThanOrEqual(4_000)
    isMade(cache, 'a', 1_000)
    isMade(cache, 'd', 1_000)
    for (const key of ['a', 'c', 'd']) expect(isMade(cache, key, 1_000)).toBe(false)
    expect(isMade(cache, 'b', 1_000)).toBe(true)
    for (let i = 0; i < 1_000; i++) isMade(cache, `key ${i}`, i)
    expect(cache.bytes).toBeLessThanOrEqual(4_000)
  })

  test('holds neither a value larger than its limit nor a failure', () => {
    const cache = new BlockCache(4_000)
    isMade(cache, 'a', 1_000)
    isMade(cache, 'huge', 4_000)
    cache.remember('failed', { status: 'failopen' })
    expect(cache.known('failed')).toBeUndefined()
    expect(isMade(cache, 'a', 1_000)).toBe(false)
    expect(isMade(cache, 'huge', 4_000)).toBe(true)
    expect(cache.bytes).toBeLessThanOrEqual(4_000)
  })

  test('counts the literal of a result among its bytes', () => {
    const result = { status: 'changed', text: 'x', tokens: 1, applied: [] } as const
    const cache = new BlockCache(10_000)
    cache.remember('without', result)
    const without = cache.bytes
    cache.remember('with', { ...result, literal: new Uint8Array(1_000) })
    expect(cache.bytes - without).toBeGreaterThanOrEqual(without + 1_000)
  })

  test('gives each counter its own identity', () => {
    const cache = new BlockCache(0)
    expect(cache.idOf(exactCounter)).toBe(cache.idOf(exactCounter))
    expect(cache.idOf(exactCounter)).not.toBe(cache.idOf({ ...exactCounter }))
  })
})

describe('a history that is sent again', () => {
  const texts = [spacedOrders(1), 'plain text that is long enough to be looked up: '.repeat(9), spacedOrders(2)]

  /** A counter that records the long texts it has counted. */
  function recording(): { seen: string[]; counter: TokenCounter } {
    const seen: string[] = []
    const count = (text: string): number => {
      if (text.length > 200) seen.push(text)
      return text.length
    }
    return { seen, counter: { ...unitCounter, content: count, judges: [{ name: 'o200k_base', count }] } }
  }

  test('is neither counted nor compressed again', () => {
    const cache = new BlockCache(1e6)
    const { seen, counter } = recording()
    const first = compressRequest(chatWith(texts), { ...enforce, profile: 'Balanced' }, counter, { cache })
    expect(seen.length).toBeGreaterThan(3)
    seen.length = 0
    const again = compressRequest(chatWith(texts), { ...enforce, profile: 'Balanced' }, counter, { cache })
    expect(seen).toEqual([])
    expect(again.body).toEqual(first.body)
    compressRequest(chatWith([...texts, spacedOrders(3)]), { ...enforce, profile: 'Balanced' }, counter, { cache })
    expect(seen.filter((text) => texts.includes(text))).toEqual([])
    expect(seen).toContain(spacedOrders(3))
  })

  test('is counted anew for another counter, and compressed anew under another profile', () => {
    const cache = new BlockCache(1e6)
    const settings = { ...enforce, minTokens: 1 }
    const exact = compressRequest(chatWith(texts), settings, exactCounter, { cache })
    const units = compressRequest(chatWith(texts), settings, unitCounter, { cache })
    expect(units.report.tokens).toEqual(compressRequest(chatWith(texts), settings, unitCounter).report.tokens)
    expect(units.report.tokens).not.toEqual(exact.report.tokens)
  })

  test('is counted once where nothing is compressed', () => {
    const cache = new BlockCache(1e6)
    const { seen, counter } = recording()
    const options = { counter, cache, profile: 'Safe', outcome: 'holdout', bytes: 1 } as const
    const reports = [0, 1].map(() => passthroughReport({ ...options, read: chatWith(texts) }))
    expect(seen).toHaveLength(3)
    expect(reports[1]?.tokens).toEqual(reports[0]?.tokens)
  })

  test('is tried again after a failure', () => {
    const cache = new BlockCache(1e6)
    let isBroken = true
    const count = (text: string): number => {
      if (isBroken && text === texts[0]) throw new Error('cannot count')
      return text.length
    }
    const counter: TokenCounter = { ...unitCounter, accuracy: 'approx', judges: [{ name: 'o200k_base', count }] }
    expect(compressRequest(chatWith(texts), enforce, counter, { cache }).report.blocks.failopen).toBe(1)
    isBroken = false
    expect(compressRequest(chatWith(texts), enforce, counter, { cache }).report.blocks.failopen).toBe(0)
  })
})
