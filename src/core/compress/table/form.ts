/** The one form of all tables: a head line, the names of the columns, and a record a line. */

import { putConstants, takeConstants } from './constants.ts'
import type { Cells } from './drawing.ts'
import { type Head, writeTableHead } from './head.ts'
import { readRecord, writeRecord } from './record.ts'
import { readRows, writeRows } from './same.ts'

/** The lines of the form. */
export function writeForm(layout: string, cells: Cells): readonly string[] {
  const { constants, places, cells: shown } = takeConstants(cells)
  const { records, hasSame } = writeRows(shown.rows)
  const hasNames = shown.names !== undefined
  const head = writeTableHead({ rows: cells.rows.length, hasNames, layout, constants, places, hasSame })
  return shown.names === undefined ? [head, ...records] : [head, writeRecord(shown.names), ...records]
}

/** The cells of the lines below a head; undefined when they are not what it says. */
export function readForm(head: Head, below: readonly string[]): Cells | undefined {
  const names = head.hasNames ? readRecord(below[0] ?? '') : undefined
  const rows = readRows(head.hasNames ? below.slice(1) : below, head.hasSame)
  if (rows === undefined || rows.length !== head.rows || (head.hasNames && names === undefined)) return undefined
  if (names !== undefined && names.length !== rows[0]?.length) return undefined
  return putConstants({ ...head, cells: { names, rows } })
}
