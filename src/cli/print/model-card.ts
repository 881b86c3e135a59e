/** Prints a model card: as a row of a table, or as a page with every known fact. */

import { type Calibration, inForce, type ModelCard } from '../../core/model/index.ts'
import { cacheLines, priceLines } from './model-prices.ts'
import { columns, grouped } from './table.ts'

export const MODEL_COLUMNS = [
  ...['model', 'provider', 'family', 'counted'],
  ...['input', 'output', 'cache read', 'cache write', 'for longer', 'caches from', 'prices of', 'retired'],
]

/** Indexes of the numeric columns. */
export const NUMBER_COLUMNS = [4, 5, 6, 7, 8, 9]

/** The facts of today. An unknown value is printed as a dash, never as 0. */
export function modelRow(card: ModelCard): string[] {
  const { name, provider, family, billing, retired } = card
  const today = new Date()
  const prices = inForce(card.prices, today)
  const cache = inForce(card.cache, today)
  const cached = (factor: number | undefined): string => usd(factor && prices && factor * prices.input)
  return [
    ...[name, provider, family, billing.content.accuracy],
    ...[usd(prices?.input), usd(prices?.output)],
    ...[cached(cache?.readFactor), cached(cache?.writeFactor), cached(cache?.writeFactorLong)],
    cache?.minTokens === undefined ? '-' : grouped(cache.minTokens),
    ...[prices === undefined ? '-' : `${prices.asOf}${prices.isOverlay ? ' *' : ''}`, retired ?? '-'],
  ]
}

/** Products of prices and factors have no more than four digits. */
function usd(price: number | undefined): string {
  return price === undefined ? '-' : String(Number(price.toPrecision(4)))
}

/** Every known fact about one model, with its source. */
export function modelPage(card: ModelCard): string {
  return columns([
    ['model', `${card.name}, of ${card.provider}, billed as the family ${card.family}`],
    ...(card.retired === undefined ? [] : [['retired', `its maker serves it until ${card.retired}`]]),
    ...countingLines(card),
    ...priceLines(card.prices),
    ...cacheLines(card.cache),
    ...Object.entries(card.resold ?? {}).flatMap(([server, { prices, cache }]) => [
      ['at', server],
      ...priceLines(prices),
      ...cacheLines(cache),
    ]),
  ])
}

function countingLines({ billing: { vocabulary, content, tools } }: ModelCard): string[][] {
  const overhead = tools.overhead === 0 ? '' : ` + ${tools.overhead}`
  return [
    ['content', `${content.factor} x ${vocabulary}: ${content.accuracy}${calibrated(content.calibration)}`],
    ['tools', `${tools.factor} x their JSON in it${overhead}: ${tools.accuracy}${calibrated(tools.calibration)}`],
  ]
}

function calibrated(calibration: Calibration | undefined): string {
  if (calibration === undefined) return ''
  const { rows, error, asOf } = calibration
  return `, ${rows} billed calls, ${(100 * error).toFixed(1)} % error on calls held out of the fit (${asOf})`
}
