/** The widths of a table's columns. */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { Measure } from './width.ts'

/** Are so many lines of such columns no larger than a block? */
export function isBounded(lines: number, widths: readonly number[]): boolean {
  return lines * widths.reduce((sum, width) => sum + width, 0) <= MAX_BLOCK_BYTES
}

const unitsOf: Measure = (text) => text.length

/** The numbers of a list in words. */
export function numbersIn(text: string): readonly number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}

/** The length of the longest cell of each column. */
export function widest(
  rows: readonly (readonly string[])[],
  columns: number,
  measure: Measure = unitsOf,
): readonly number[] {
  const widths = new Array<number>(columns).fill(0)
  for (const row of rows) {
    for (const [nth, cell] of row.entries()) widths[nth] = Math.max(widths[nth] ?? 0, measure(cell))
  }
  return widths
}
