/** The line of dashes under the names of a table, in words: as long as the names, as the columns, or as counted. */

import type { Cells } from './drawing.ts'
import { widest } from './widths.ts'

const RULE = /^ruled(?: ([-=]))?(?: (full|\d+(?: \d+)*))?$/

/** `ruled` for dashes as long as the names, `ruled 4` for at least that many, `ruled full` as the columns, or all lengths. */
export function writeRule(rule: readonly string[], { names = [], rows }: Cells): string {
  const sign = rule[0]?.startsWith('=') ? ' =' : ''
  const lengths = rule.map((dashes) => dashes.length)
  const isAs = (expected: readonly number[]): boolean => lengths.every((length, nth) => length === expected[nth])
  if (isAs(atLeast(1, names))) return `ruled${sign}`
  const shortest = Math.min(...lengths)
  if (isAs(atLeast(shortest, names))) return `ruled${sign} ${shortest}`
  return `ruled${sign} ${isAs(widest([names, ...rows], names.length)) ? 'full' : lengths.join(' ')}`
}

/** The dashes for such words; undefined when they are for another number of columns. */
export function ruleOf(
  words: string,
  names: readonly string[],
  widths: readonly number[],
): readonly string[] | undefined {
  const [, sign = '-', how = '1'] = RULE.exec(words) ?? []
  const given = how.split(' ').map(Number)
  const [least = 1] = given
  const lengths = how === 'full' ? widths : given.length === 1 ? atLeast(least, names) : given
  if (lengths.length !== names.length || lengths.some((length) => length > MAX_DASHES)) return undefined
  return lengths.map((length) => sign.repeat(length))
}

/** A line that a form asks for is bounded. */
const MAX_DASHES = 1000

function atLeast(least: number, names: readonly string[]): readonly number[] {
  return names.map((name) => Math.max(least, name.length))
}
