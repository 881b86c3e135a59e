import { afterEach, describe, expect, test } from 'vitest'
import {
  type Figures,
  listModels,
  type PriceOverlay,
  priceChanges,
  readOverlay,
  resolveModel,
  usePriceOverlay,
  writeOverlay,
} from '../../../src/core/model/index.ts'
import { withOverlay } from '../../../src/core/model/overlay/choose.ts'

afterEach(() => usePriceOverlay(undefined))

/** Far from now, so that no built-in card is later. */
const LATER = '2099-01-02'

function overlay(prices: Readonly<Record<string, Figures>>, read = LATER): PriceOverlay {
  return { shape: 'LiteLLM', source: 'https://example.com/prices.json', read, prices: new Map(Object.entries(prices)) }
}

function use(prices: Readonly<Record<string, Figures>>, read?: string): void {
  usePriceOverlay(overlay(prices, read))
}

const SOURCE = "LiteLLM's table: https://example.com/prices.json"

describe('the user’s table', () => {
  test('has the prices and cache factors of a model that no card prices', () => {
    use({ 'grok-9': { input: 2, output: 10, cacheRead: 0.5, bands: [{ fromTokens: 200_001, input: 2, output: 1.5 }] } })
    const from = { asOf: LATER, source: SOURCE, isOverlay: true }
    expect(resolveModel('xai/grok-9')).toMatchObject({
      family: 'grok',
      prices: [{ ...from, input: 2, output: 10, bands: [{ fromTokens: 200_001, input: 2, output: 1.5 }] }],
      cache: [{ ...from, kind: 'automatic', readFactor: 0.25, writeFactor: 1 }],
    })
  })

  test('PC-33: tells no cache how it is marked: a model without cache rules gets no minimum and no lifetime', () => {
    use({ 'claude-saga-6': { input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5, cacheWrite1h: 8 } })
    const { asOf, source, isOverlay, ...rules } = resolveModel('claude-saga-6')!.cache[0]!
    expect(rules).toEqual({
      kind: 'automatic',
      readFactor: 0.1,
      writeFactor: 1.25,
      ttlSecondsLong: 3600,
      writeFactorLong: 2,
    })
  })

  test('leaves what a card has from its maker’s page', () => {
    const before = resolveModel('claude-opus-5')
    expect(before?.prices[0]?.source).toContain('https://')
    use({ 'claude-opus-5': { input: 99, output: 99, cacheRead: 99 } })
    expect(resolveModel('claude-opus-5')).toEqual(before)
  })

  test('replaces what a card has from another collection, but not its terms', () => {
    const before = resolveModel('gpt-5.6')!.prices[0]!
    expect(before.source).not.toContain('https://')
    use({ 'gpt-5.6': { input: 3, output: 9 } })
    const { isOverlay, ...after } = resolveModel('gpt-5.6')!.prices[0]!
    expect(after).toEqual({ ...before, input: 3, output: 9, asOf: LATER, source: SOURCE })
    expect(after.tiers).toBeDefined()
    expect(after.bands).toBeDefined()
  })

  test('does not undo an upgrade: a card that was read later stays', () => {
    const before = resolveModel('gpt-5.6')
    use({ 'gpt-5.6': { input: 3, output: 9 } }, '2026-01-01')
    expect(resolveModel('gpt-5.6')).toEqual(before)
  })

  test('leaves facts that are announced for a later day', () => {
    const collected = { asOf: '2026-11-29', source: 'a package' }
    const [coming, today] = [
      { ...collected, since: '2099-02-01', input: 8, output: 9 },
      { ...collected, input: 1, output: 2 },
    ]
    const card = { ...resolveModel('grok-9')!, prices: [coming, today] }
    const { prices } = withOverlay(card, 'grok-9', overlay({ 'grok-9': { input: 3, output: 4 } }))
    expect(prices).toEqual([coming, { input: 3, output: 4, asOf: LATER, source: SOURCE, isOverlay: true }])
  })

  test('prices exactly the names that it has: no other date, no tuned model', () => {
    use({ 'gpt-9': { input: 1, output: 2 }, 'gpt-9-2027-01-02': { input: 3, output: 4 } })
    const inputOf = (name: string): number | undefined => resolveModel(name)?.prices[0]?.input
    expect(inputOf('openai/gpt-9')).toBe(1)
    expect(inputOf('gpt-9-2027-01-02')).toBe(3)
    expect(inputOf('gpt-9-2027-05-05')).toBeUndefined()
    expect(inputOf('ft:gpt-9:org::id')).toBeUndefined()
  })

  test('changes no counting', () => {
    const { billing } = resolveModel('grok-9')!
    use({ 'grok-9': { input: 2, output: 10 } })
    expect(resolveModel('grok-9')!.billing).toBe(billing)
  })

  test('adds to the list the names that only it prices', () => {
    const known = listModels().map(({ name }) => name)
    use({
      'gpt-9-2027-01-02': { input: 1, output: 2 },
      'gpt-4o': { input: 1, output: 2 },
      'claude-opus-5': { input: 1, output: 2 },
    })
    expect(listModels().map(({ name }) => name)).toEqual([...known, 'gpt-9-2027-01-02'])
  })
})

describe('what a new table changes', () => {
  test('is told by the prices before and after it', () => {
    const before = overlay({
      'gpt-9': { input: 1, output: 2 },
      'gpt-8': { input: 1, output: 2 },
      'gpt-7': { input: 1, output: 2 },
    })
    const after = overlay({
      'gpt-9': { input: 1.5, output: 2, cacheRead: 0.15 },
      'gpt-8': { input: 1, output: 2 },
      'grok-9': { input: 5, output: 6 },
      'claude-opus-5': { input: 6, output: 25 },
    })
    const { added, changed, removed, kept } = priceChanges(before, after)
    expect(added).toEqual([{ name: 'grok-9', to: { input: 5, output: 6 } }])
    expect(changed).toEqual([
      { name: 'gpt-9', from: { input: 1, output: 2 }, to: { input: 1.5, output: 2, cacheRead: 0.15 } },
    ])
    expect(removed).toEqual([{ name: 'gpt-7', from: { input: 1, output: 2 } }])
    expect(kept).toEqual([
      { name: 'claude-opus-5', from: expect.objectContaining({ input: 5 }), to: { input: 6, output: 25 } },
    ])
  })

  test('is nothing where a table says the same as the cards, with other roundings', () => {
    const same = overlay({
      'gpt-4o': { input: 2.5, output: 10, cacheRead: 1.25 },
      'kimi-k2.5': { input: 0.6, output: 3, cacheRead: 0.1 },
    })
    expect(priceChanges(undefined, same)).toEqual({ added: [], changed: [], removed: [], kept: [] })
  })

  test('includes the prices of long prompts', () => {
    const band = { fromTokens: 300_001, input: 3, output: 1.5 }
    const { changed } = priceChanges(undefined, overlay({ 'gpt-5.6': { input: 4, output: 20, bands: [band] } }))
    expect(changed).toEqual([
      { name: 'gpt-5.6', from: expect.anything(), to: expect.objectContaining({ bands: [band] }) },
    ])
  })
})

describe('a table is kept', () => {
  const kept = writeOverlay(
    overlay({ 'gpt-9': { input: 1, output: 2, cacheRead: 0.1, bands: [{ fromTokens: 2, input: 2, output: 1.5 }] } }),
  )

  test('and read again as it was', () => {
    expect(writeOverlay(readOverlay(kept))).toBe(kept)
  })

  test.each([
    ['cut', kept.slice(0, -20)],
    ['doubled', kept + kept],
    ['empty', ''],
    ['overwritten with zeros', '\0'.repeat(100)],
    ['of more models than there are', kept.replace(/(\{"name".*\})/, Array(10_001).fill('$1').join(','))],
    ['of another format', kept.replace('"format":1', '"format":2')],
    ['without a day', kept.replace(LATER, 'yesterday')],
    ['of an unknown shape', kept.replace('LiteLLM', 'mine')],
    ['with a negative price', kept.replace('"input":1', '"input":-1')],
    ['with a price of 0', kept.replace('"input":1', '"input":0')],
    ['with a price in another unit', kept.replace('"input":1', '"input":1000000')],
    ['with a price as text', kept.replace('"input":1', '"input":"1"')],
    ['without a price', kept.replace('"input":1,', '')],
    ['with an unknown member', kept.replace('"input":1', '"input":1,"__proto__":1')],
    ['with a damaged band', kept.replace('"fromTokens":2', '"fromTokens":null')],
    ['without a name', kept.replace('"name"', '"nam"')],
    ['with a list in the place of a model', kept.replace(/\{"name".*\}/, '[]')],
  ])('and none of it is used when it is %s', (_, text) => {
    expect(text).not.toBe(kept)
    expect(() => readOverlay(text)).toThrow(expect.objectContaining({ code: 'PRICE_TABLE_INVALID' }))
  })
})
