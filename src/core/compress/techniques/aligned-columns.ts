/** Tables aligned with spaces: the first row keeps its layout, the others are written with single spaces. */

import { holdsBareRecords } from '../bare/mark.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { guessTokens } from '../lines/cost.ts'
import { linesOf, withoutEnd } from '../lines/lines.ts'
import { readTableHead, TABLE_HEAD_BEGINS, tableHead } from '../lines/table-head.ts'
import { alignRow, columnsOf, squeezeRow } from '../lines/table-rows.ts'
import type { Technique } from '../technique.ts'

/** A head costs about as many tokens. */
const MIN_SAVED = 12

/** A table ends where that many rows do not follow its columns. */
const MAX_STRAY_ROWS = 2

const HAS_SAME = /(?:^| )\^(?:\s|$)/

export const alignedColumns: Technique = {
  name: 'aligned-columns',
  equivalence: 'string',

  encode(text) {
    if (TABLE_HEAD_BEGINS.test(text) || holdsBareRecords(text)) return undefined
    const lines = linesOf(text)
    let squeezed = ''
    let hasTable = false
    for (let at = 0; at < lines.length; ) {
      const table = tableAt(lines, at)
      if (table === undefined) {
        squeezed += lines[at++]
        continue
      }
      if (table.saved >= MIN_SAVED) {
        hasTable = true
        squeezed += `${tableHead(table.rows.length, table.hasSame)}\n${table.rows.join('')}`
      } else squeezed += lines.slice(at, at + table.rows.length).join('')
      at += table.rows.length
    }
    return hasTable ? squeezed : undefined
  },

  decode(text) {
    if (!TABLE_HEAD_BEGINS.test(text)) return undefined
    const lines = linesOf(text)
    let aligned = ''
    for (let at = 0; at < lines.length; ) {
      const count = rowsUnder(lines[at] as string)
      if (count === undefined) {
        aligned += lines[at++]
        continue
      }
      const rows = lines.slice(at + 1, at + 1 + count)
      const columns = columnsOf(withoutEnd(rows[0] ?? ''))
      if (columns === undefined || rows.length !== count) return undefined
      let above = ''
      for (const row of rows) {
        const bare = withoutEnd(row)
        above = alignRow(bare, columns, above)
        aligned += above + row.slice(bare.length)
      }
      if (aligned.length > MAX_BLOCK_BYTES) return undefined
      at += 1 + rows.length
    }
    return aligned
  },

  recognises: (text) => TABLE_HEAD_BEGINS.test(text),
}

/** The number of rows in a head; undefined for any other line. */
function rowsUnder(line: string): number | undefined {
  return line.endsWith('\n') ? readTableHead(line.slice(0, -1)) : undefined
}

interface Table {
  /** The rows as written. */
  readonly rows: readonly string[]
  readonly hasSame: boolean
  /** Estimate of the tokens saved. */
  readonly saved: number
}

/** The table that begins with a line, up to its last row; rows that do not follow the columns stay unchanged. */
function tableAt(lines: readonly string[], at: number): Table | undefined {
  const columns = columnsOf(withoutEnd(lines[at] as string))
  if (columns === undefined) return undefined
  const rows = [lines[at] as string]
  let saved = 0
  let last = 0
  for (let nth = 1; at + nth < lines.length && nth - last <= MAX_STRAY_ROWS; nth++) {
    const line = lines[at + nth] as string
    const bare = withoutEnd(line)
    const above = withoutEnd(lines[at + nth - 1] as string)
    const row = squeezeRow(bare, columns, above)
    if (row === undefined && alignRow(bare, columns, above) !== bare) break
    rows.push((row ?? bare) + line.slice(bare.length))
    if (row === undefined) continue
    last = nth
    saved += guessTokens(bare) - guessTokens(row)
  }
  const written = rows.slice(0, last + 1)
  return { rows: written, hasSame: written.some((row) => HAS_SAME.test(row)), saved }
}
