/** Prints a model's prices with their factors, and the rules of its prompt cache, the newest first. */

import type { CacheRules, Factors, ModelCard, Prices } from '../../core/model/index.ts'
import { grouped } from './table.ts'

export function priceLines(prices: ModelCard['prices']): string[][] {
  if (prices.length === 0) return [['prices', 'not known']]
  return prices.flatMap((each) => [
    ['prices', `USD per million tokens: input ${each.input}, output ${each.output}${from(each)}`],
    ...termLines(each),
    ['', `${each.asOf}, ${each.source}`],
  ])
}

function termLines({ bands = [], tiers, speeds, places, offPeak }: Prices): string[][] {
  return [
    ...bands.map(({ fromTokens, input, output }) => [
      'long prompts',
      `from ${grouped(fromTokens)} tokens on: input x ${input}, output x ${output}, on all tokens of the call`,
    ]),
    ...factorLine('tiers', tiers),
    ...factorLine('speeds', speeds),
    ...factorLine('places', places),
    ...(offPeak === undefined ? [] : [['off-peak', `all x ${offPeak.factor} at ${hoursOf(offPeak.hours)}`]]),
  ]
}

function factorLine(what: string, factors: Factors | undefined): string[][] {
  if (factors === undefined) return []
  return [[what, `all x ${names(factors)}`]]
}

function names(factors: Factors): string {
  return Object.entries(factors)
    .map(([name, factor]) => `${factor} for ${name}`)
    .join(', ')
}

function hoursOf(hours: readonly (readonly [number, number])[]): string {
  return `${hours.map(([start, end]) => `${start}-${end} h`).join(', ')} UTC, and on Saturdays and Sundays`
}

export function cacheLines(cache: ModelCard['cache']): string[][] {
  if (cache.length === 0) return [['cache', 'not known']]
  return cache.flatMap((rules) => [
    ['cache', `${rules.kind}: ${[...extent(rules), ...cachePrices(rules)].join(', ')}${from(rules)}`],
    ['', `${rules.asOf}, ${rules.source}`],
  ])
}

function extent({ minTokens, ttlSeconds }: CacheRules): string[] {
  return [
    ...(minTokens === undefined ? [] : [`prefixes from ${grouped(minTokens)} tokens on`]),
    ...(ttlSeconds === undefined ? [] : [`kept for ${ttlSeconds / 60} minutes`]),
  ]
}

function cachePrices({ readFactor, writeFactor, ttlSecondsLong, writeFactorLong }: CacheRules): string[] {
  const long = ttlSecondsLong === undefined ? [] : [`x ${writeFactorLong} for ${ttlSecondsLong / 3600} h`]
  return [`read at x ${readFactor} of input`, `written at x ${writeFactor}`, ...long]
}

function from({ since }: Prices | CacheRules): string {
  return since === undefined ? '' : ` (since ${since})`
}
