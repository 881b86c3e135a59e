/** Prints a model card: as a row of a table, or as a page with every known fact. */

import type { Calibration, ModelCard, Prices } from '../../core/model/index.ts'
import { columns, grouped } from './table.ts'

export const MODEL_COLUMNS = [
  ...['model', 'provider', 'family', 'counted'],
  ...['input', 'output', 'cache read', 'cache write', 'for 1 h', 'caches from', 'prices of'],
]

/** Indexes of the numeric columns. */
export const NUMBER_COLUMNS = [4, 5, 6, 7, 8, 9]

/** An unknown value is printed as a dash, never as 0. */
export function modelRow({ name, provider, family, billing, prices, cache }: ModelCard): string[] {
  return [
    ...[name, provider, family],
    billing.content.accuracy,
    ...PRICES.map(([, member]) => usd(prices?.[member])),
    cache === undefined ? '-' : grouped(cache.minTokens),
    prices?.asOf ?? '-',
  ]
}

const PRICES = [
  ['input', 'input'],
  ['output', 'output'],
  ['cache read', 'cacheRead'],
  ['cache write', 'cacheWrite'],
  ['cache write for 1 h', 'cacheWrite1h'],
] as const satisfies readonly (readonly [string, keyof Prices])[]

function usd(price: number | undefined): string {
  return price === undefined ? '-' : String(price)
}

/** Every known fact about one model, with its source. */
export function modelPage(card: ModelCard): string {
  return columns([
    ['model', `${card.name}, of ${card.provider}, billed as the family ${card.family}`],
    ...countingLines(card),
    ...priceLines(card.prices),
    ...cacheLines(card.cache),
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

function priceLines(prices: Prices | undefined): string[][] {
  if (prices === undefined) return [['prices', 'not known']]
  const known = PRICES.filter(([, member]) => prices[member] !== undefined)
  const { upToTokens, asOf, source } = prices
  const limit = upToTokens === undefined ? '' : `, for requests of up to ${grouped(upToTokens)} input tokens`
  return [
    [
      'prices',
      `USD per million tokens: ${known.map(([name, member]) => `${name} ${prices[member]}`).join(', ')}${limit}`,
    ],
    ['', `${asOf}, ${source}`],
  ]
}

function cacheLines(cache: ModelCard['cache']): string[][] {
  if (cache === undefined) return [['cache', 'not known']]
  const { kind, minTokens, ttlSeconds, asOf, source } = cache
  return [
    ['cache', `${kind}: prefixes from ${grouped(minTokens)} tokens on, kept for ${ttlSeconds / 60} minutes`],
    ['', `${asOf}, ${source}`],
  ]
}
