/**
 * Rows of a table whose columns begin where those of its first row begin: `api    2/2   Running` is written `api 2/2
 * Running`. An empty cell, or one with a space in it, is quoted; the last cell never is.
 */

import { guessTokens } from './cost.ts'

/** Cells are separated by at least two spaces. */
const GAP = / {2,}/g
const HAS_GAP = /\S {2,}\S/

/** The starts of a row's columns, the first one at the row's indentation; undefined when it has fewer than three. */
export function columnsOf(row: string): readonly number[] | undefined {
  if (!row.includes('  ') || row.includes('\t') || /^\s*$/.test(row)) return undefined
  const columns = [0]
  for (const gap of row.matchAll(GAP)) {
    const end = gap.index + gap[0].length
    if (gap.index > 0 && end < row.length) columns.push(end)
  }
  return columns.length < 3 ? undefined : columns
}

/** A cell with the same text as the cell above it. */
const SAME = '^'

/** A row without its alignment; undefined when the row could not be restored. */
export function squeezeRow(row: string, columns: readonly number[], above: string): string | undefined {
  const used = columns.filter((start) => start < row.length)
  if (used.length < 2 || used.some((start) => start > 0 && row[start - 1] !== ' ')) return undefined
  const cells = used.map((_, nth) => {
    const isLast = nth + 1 === used.length
    const cell = isLast ? row.slice(used[nth]) : cellOf(row, columns, nth)
    const isSame = guessTokens(cell.trim()) > 1 && cell === cellOf(above, columns, nth)
    return isSame ? SAME : isLast ? cell : quoted(cell)
  })
  const squeezed = cells.join(' ')
  return alignRow(squeezed, columns, above) === row ? squeezed : undefined
}

function cellOf(row: string, columns: readonly number[], nth: number): string {
  return row.slice(columns[nth], columns[nth + 1]).trimEnd()
}

function quoted(cell: string): string {
  const text = cell.trimStart()
  return text === '' || text.includes(' ') ? `${cell.slice(0, cell.length - text.length)}"${text}"` : cell
}

const INDENT = /^ */
/** A quoted cell, or one word, with the space behind it. */
const CELL = /^(?:"([^"]*)"|([^" ][^ ]*)) /

/** A row with its cells in their columns again; a row that still has gaps stays unchanged. */
export function alignRow(row: string, columns: readonly number[], above: string): string {
  if (HAS_GAP.test(row)) return row
  let aligned = (INDENT.exec(row) as RegExpExecArray)[0]
  let rest = row.slice(aligned.length)
  let nth = 0
  for (const column of columns.slice(1)) {
    const cell = CELL.exec(rest)
    if (cell === null) break
    const text = cell[2] === SAME ? cellOf(above, columns, nth) : ((cell[1] ?? cell[2]) as string)
    rest = rest.slice(cell[0].length)
    aligned = (aligned + text).padEnd(column)
    if (aligned.at(-1) !== ' ') aligned += ' '
    nth++
  }
  return aligned + (rest === SAME ? cellOf(above, columns, nth) : rest)
}
