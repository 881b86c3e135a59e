/** What the user's table makes of a card: its prices, and the factors of its prompt cache. */

import { type CacheRules, type Dated, inForce, type ModelCard, type Prices } from '../card.ts'
import type { Figures } from './figures.ts'
import type { PriceOverlay } from './overlay.ts'

/**
 * The maker's own page is right where a collection disagrees with it, so what a card has from a page stays. Between two
 * collections the later one is right: a table that was read before an upgrade of M2M does not undo that upgrade. Terms
 * that a table does not state (tiers, places, lifetimes) stay as well: they are factors, and hold for other prices.
 *
 * @param dated the model's name with its date: one that the table does not list may have other prices
 */
export function withOverlay(card: ModelCard, dated: string, overlay: PriceOverlay | undefined): ModelCard {
  const figures = overlay?.prices.get(dated)
  if (overlay === undefined || figures === undefined) return card
  const { shape, source, read } = overlay
  const from: Dated = { asOf: read, source: `${shape}'s table: ${source}`, isOverlay: true }
  return {
    ...card,
    prices: replaced(card.prices, from, (today) => pricesOf(figures, from, today)),
    cache: replaced(card.cache, from, (today) => cacheOf(figures, from, today)),
  }
}

/**
 * @param from the table
 * @param make of the fact that holds today, or of none; undefined when the table states nothing of its kind
 */
function replaced<T extends Dated>(
  facts: readonly T[],
  from: Dated,
  make: (today: T | undefined) => T | undefined,
): readonly T[] {
  const today = inForce(facts, new Date(from.asOf))
  if (today !== undefined && (isPage(today) || today.asOf > from.asOf)) return facts
  const made = make(today)
  // Facts that a maker has announced for later stay.
  return made === undefined ? facts : [...facts.filter(({ since = '' }) => since > from.asOf), made]
}

/** Sources of models.yaml name a page with its address, and a package by its name. */
function isPage({ source }: Dated): boolean {
  return source.includes('https://')
}

function pricesOf({ input, output, bands }: Figures, from: Dated, today: Prices | undefined): Prices {
  const { since, ...terms } = today ?? {}
  return { ...terms, input, output, ...(bands !== undefined && { bands }), ...from }
}

/** A model whose cache rules are not known gets no marks: a table tells what cached tokens cost, not how they get there. */
function cacheOf(figures: Figures, from: Dated, today: CacheRules | undefined): CacheRules | undefined {
  const { input, cacheRead, cacheWrite, cacheWrite1h, cacheWrite12h } = figures
  if (cacheRead === undefined) return undefined
  const { since, ...rules } = today ?? { kind: 'automatic', writeFactor: 1 }
  const factor = (price: number): number => Number((price / input).toPrecision(8))
  const long = cacheWrite12h ?? cacheWrite1h
  return {
    ...rules,
    readFactor: factor(cacheRead),
    ...(cacheWrite !== undefined && { writeFactor: factor(cacheWrite) }),
    ...(long !== undefined && {
      writeFactorLong: factor(long),
      ttlSecondsLong: HOUR_SECONDS * (cacheWrite12h ? 12 : 1),
    }),
    ...from,
  }
}

const HOUR_SECONDS = 3600
