/** What a comparison has found, for a person. */

import { table } from '../table.ts'
import type { Loss } from './budget.ts'
import { type Comparison, METRICS } from './comparison.ts'

/** @param first how many differences of each kind are shown */
export function printComparison(variant: string, { exchanges, differences, losses }: Comparison, first: number): void {
  const calls = differences.map(({ exchange }) => exchange).filter((name) => name !== METRICS)
  const counted = calls.length < differences.length ? '; the metrics differ' : ''
  const ended = losses.length === 0 ? '' : `; ${losses.length} results are sent longer`
  console.log(`${variant}: ${new Set(calls).size} of ${exchanges} calls differ${counted}${ended}`)
  const kinds = Object.entries(Object.groupBy(differences, ({ what }) => what.replace(/\{.*/, '')))
  for (const [what, list = []] of kinds) {
    console.log(`\n  ${list.length} x ${what}`)
    for (const { exchange, base, current } of list.slice(0, first)) {
      console.log(`    ${exchange}\n      base ${base}\n      this ${current}`)
    }
  }
}

/** Each result once, though it is sent again in later turns. */
export function printLosses(losses: readonly Loss[]): void {
  if (losses.length === 0) return
  const distinct = [...new Map(losses.map((loss) => [`${loss.hash} ${loss.tokens.base}`, loss])).values()]
  const sum = (of: (loss: Loss) => number): number => distinct.reduce((total, loss) => total + of(loss), 0)
  const lost = sum(({ tokens }) => tokens.current - tokens.base)
  const original = sum(({ tokens }) => tokens.original)
  console.log(`\n${distinct.length} results are sent longer than by the base: the work budget, or a mistake`)
  console.log(
    table(
      ['result', 'characters', 'tokens', 'base', 'this', 'lost'],
      distinct.map(({ hash, characters, tokens }) =>
        [hash, characters, tokens.original, tokens.base, tokens.current, tokens.current - tokens.base].map(String),
      ),
    ),
  )
  console.log(`  ${lost} tokens lost, of ${original} in these results`)
}
