/** Tells rows whose cells are aligned by blanks, to the left or to the right: nearly all are blank in the same columns. */

import { shareOfLogged } from './log.ts'
import type { Sample } from './sample.ts'

const MIN_ROWS = 3

/** Of all lines: titles and notes may stand between the rows. */
const MIN_SHARE = 0.5

/** Rows and columns that are looked at. */
const MAX_ROWS = 16
const MAX_COLUMNS = 120

/** The share of rows that are blank in a gutter. */
const MIN_BLANK = 0.9

/** Two gutters that nearly all rows share, or one that is two blanks wide. */
export function isAligned(sample: Sample): boolean {
  const { lines } = sample
  const rows = lines.filter(hasGap)
  if (rows.length < Math.max(MIN_ROWS, MIN_SHARE * lines.length) || shareOfLogged(sample) >= 0.5) return false
  const widths = gutterWidths(rows.slice(0, MAX_ROWS))
  return widths.length > 1 || (widths[0] ?? 0) > 1
}

/** Is there more than one blank, or a tab, behind the indentation? */
function hasGap(line: string): boolean {
  let start = 0
  while (line.charCodeAt(start) <= 0x20) start++
  return line.includes('  ', start) || line.includes('\t', start)
}

/** The widths of the gutters between columns with text. */
function gutterWidths(rows: readonly string[]): number[] {
  const most = (1 - MIN_BLANK) * rows.length
  const widths: number[] = []
  let last = -1
  for (const [column, filled] of filledRows(rows).entries()) {
    if (filled <= most) continue
    if (last >= 0 && column > last + 1) widths.push(column - last - 1)
    last = column
  }
  return widths
}

/** For each column, the number of rows that are not blank there. */
function filledRows(rows: readonly string[]): Uint8Array {
  const filled = new Uint8Array(MAX_COLUMNS)
  for (const row of rows) {
    const end = Math.min(row.length, MAX_COLUMNS)
    for (let column = 0; column < end; column++) {
      if (row.charCodeAt(column) > 0x20) filled[column] = (filled[column] ?? 0) + 1
    }
  }
  return filled
}
