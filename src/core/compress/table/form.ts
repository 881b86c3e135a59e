/** The one form of all tables: a head line, the names of the columns, and a row a line. */

import { putConstants, takeConstants } from './constants.ts'
import type { Cells } from './drawing.ts'
import { type Head, writeTableHead } from './head.ts'
import { readRecord, writeRecord } from './record.ts'
import { type RowStyle, readRows, writeRows } from './same.ts'

/** The lines of the form. */
export function writeForm(layout: string, cells: Cells): readonly string[] {
  const { constants, places, cells: shown } = takeConstants(cells)
  const hasNames = shown.names !== undefined
  const style = styleOf(layout, hasNames)
  const { records, hasSame } = writeRows(shown.rows, style)
  const head = writeTableHead({ rows: cells.rows.length, hasNames, layout, constants, places, hasSame })
  return shown.names === undefined ? [head, ...records] : [head, writeRecord(shown.names, style.separator), ...records]
}

/** The cells of the lines below a head; undefined when they are not what it says. */
export function readForm(head: Head, below: readonly string[]): Cells | undefined {
  const style = styleOf(head.layout, head.hasNames)
  const names = head.hasNames ? readRecord(below[0] ?? '', style.separator) : undefined
  if (head.hasNames && names === undefined) return undefined
  const records = head.hasNames ? below.slice(1) : below
  const rows = readRows(records, { hasSame: head.hasSame, style, width: names?.length ?? 0 })
  if (rows === undefined || rows.length !== head.rows) return undefined
  if (names !== undefined && names.length !== rows[0]?.length) return undefined
  return putConstants({ ...head, cells: { names, rows } })
}

/**
 * Cells stand between single blanks, as in the output of most commands: a small model reads them as well as the table
 * itself, and better than between commas. Comma-separated values stay what they are.
 */
function styleOf(layout: string, hasNames: boolean): RowStyle {
  if (layout.startsWith('commas')) return { separator: ',', isLastOpen: false }
  return { separator: ' ', isLastOpen: hasNames }
}
