/** What a new price table changes for a user: by the cards before and after it. */

import { type CacheRules, inForce, type ModelCard } from '../card.ts'
import { cardOf } from '../resolve.ts'
import { type Figures, PRICE_NAMES } from './figures.ts'
import type { PriceOverlay } from './overlay.ts'

export interface PriceChange {
  readonly name: string
  /** In USD per million tokens; absent: the model had no price. */
  readonly from?: Figures
  /** Absent: the model has no price any more. */
  readonly to?: Figures
}

export interface PriceChanges {
  readonly added: readonly PriceChange[]
  readonly changed: readonly PriceChange[]
  readonly removed: readonly PriceChange[]
  /** What stays although the table says otherwise: from the card's figures, to those of the table. */
  readonly kept: readonly PriceChange[]
}

/** @param before the table in use, if there is one */
export function priceChanges(before: PriceOverlay | undefined, after: PriceOverlay): PriceChanges {
  const names = [...new Set([...(before?.prices.keys() ?? []), ...after.prices.keys()])].sort()
  const at = new Date(after.read)
  const all = names.map((name) => ({
    name,
    from: figuresOf(cardOf(name, before), at),
    to: figuresOf(cardOf(name, after), at),
    table: after.prices.get(name),
  }))
  return {
    added: all.flatMap(({ name, from, to }) => (from === undefined && to !== undefined ? [{ name, to }] : [])),
    changed: all.flatMap(({ name, from, to }) => (from && to && differs(from, to) ? [{ name, from, to }] : [])),
    removed: all.flatMap(({ name, from, to }) => (from !== undefined && to === undefined ? [{ name, from }] : [])),
    kept: all.flatMap(({ name, to, table }) =>
      to && table && contradicts(to, table) ? [{ name, from: to, to: table }] : [],
    ),
  }
}

function figuresOf(card: ModelCard | undefined, at: Date): Figures | undefined {
  const prices = inForce(card?.prices, at)
  if (prices === undefined) return undefined
  const { input, output, bands } = prices
  return { input, output, ...cacheFigures(input, inForce(card?.cache, at)), ...(bands !== undefined && { bands }) }
}

function cacheFigures(input: number, rules: CacheRules | undefined): Partial<Figures> {
  if (rules === undefined) return {}
  const { readFactor, writeFactor, ttlSecondsLong, writeFactorLong } = rules
  const price = (factor: number): number => Number((factor * input).toPrecision(4))
  return {
    cacheRead: price(readFactor),
    ...(writeFactor !== 1 && { cacheWrite: price(writeFactor) }),
    ...(writeFactorLong !== undefined && {
      [ttlSecondsLong === 3600 ? 'cacheWrite1h' : 'cacheWrite12h']: price(writeFactorLong),
    }),
  }
}

function differs(a: Figures, b: Figures): boolean {
  return (
    contradicts(a, b) ||
    [...PRICE_NAMES, 'bands' as const].some((name) => (a[name] === undefined) !== (b[name] === undefined))
  )
}

/** A figure that only one of two has is no contradiction. */
function contradicts(a: Figures, b: Figures): boolean {
  return (
    PRICE_NAMES.some((name) => !isNear(a[name], b[name])) ||
    (a.bands !== undefined && b.bands !== undefined && !hasNearBands(a.bands, b.bands))
  )
}

/** Factors of models.yaml have four digits, and a table may mean "more than" where a page means "from". */
function hasNearBands(a: Figures['bands'] & {}, b: Figures['bands'] & {}): boolean {
  return (
    a.length === b.length &&
    a.every((band, i) => {
      const { fromTokens = 0, input, output } = b[i] ?? {}
      return Math.abs(band.fromTokens - fromTokens) <= 1 && isNear(band.input, input) && isNear(band.output, output)
    })
  )
}

function isNear(a: number | undefined, b: number | undefined): boolean {
  return a === undefined || b === undefined || Math.abs(a - b) <= 0.005 * Math.max(a, b)
}
