/** `^` for the same cell as above, in the columns where that pays. */

import { guessTokens } from '../lines/cost.ts'
import { type Field, quoted, readFields, writeField } from './record.ts'

const SAME = '^'

/** What the sign costs where it is dearest, so that a column with it pays on every family. */
const SAME_TOKENS = 3

/** What the words in the head cost, and the reader's effort. */
const MIN_SAVED = 8

type Rows = readonly (readonly string[])[]

/** How the cells of a table stand in their lines. */
export interface RowStyle {
  readonly separator: string
  /** Is the last cell the rest of its line? It is quoted only where it would be read as something else. */
  readonly isLastOpen: boolean
}

/** The rows as records; `hasSame` says whether `^` stands in any. */
export function writeRows(rows: Rows, style: RowStyle): { records: readonly string[]; hasSame: boolean } {
  const columns = columnsThatPay(rows)
  const hasSame = columns.size > 0
  const records = rows.map((row, at) => {
    const above = rows[at - 1]
    const fields = row.map((cell, nth) => {
      if (above !== undefined && columns.has(nth) && above[nth] === cell) return SAME
      if (hasSame && cell === SAME) return quoted(cell)
      return style.isLastOpen && nth + 1 === row.length && !BEGINS_OTHERWISE.test(cell)
        ? cell
        : writeField(cell, style.separator)
    })
    const record = fields.join(style.separator)
    return record === '' ? '""' : record
  })
  return { records, hasSame }
}

/** At the end of a line, such a cell would not be seen, or read as a quoted one. */
const BEGINS_OTHERWISE = /^(?:$|[" ])/

interface Reading {
  readonly hasSame: boolean
  readonly style: RowStyle
  /** The number of cells in a row; it counts only where the last one is open. */
  readonly width: number
}

/** The rows of such records; undefined when one has another number of cells than the first. */
export function readRows(records: readonly string[], { hasSame, style, width }: Reading): Rows | undefined {
  const rows: string[][] = []
  for (const record of records) {
    const fields = readFields(record, style.separator, style.isLastOpen ? width : 0)
    const above = rows.at(-1)
    if (fields === undefined || (above !== undefined && fields.length !== above.length)) return undefined
    rows.push(fields.map((field, nth) => (hasSame && isSame(field) ? (above?.[nth] ?? SAME) : field.text)))
  }
  return rows
}

function isSame({ text, isQuoted }: Field): boolean {
  return text === SAME && !isQuoted
}

function columnsThatPay(rows: Rows): ReadonlySet<number> {
  const saved: number[] = []
  for (const [at, row] of rows.entries()) {
    for (const [nth, cell] of row.entries()) {
      if (rows[at - 1]?.[nth] !== cell) continue
      const tokens = guessTokens(cell)
      saved[nth] = (saved[nth] ?? 0) + tokens - SAME_TOKENS
    }
  }
  return new Set(saved.flatMap((tokens, nth) => (tokens >= MIN_SAVED ? [nth] : [])))
}
