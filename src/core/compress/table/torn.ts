/** Tells a table from a part of one: of a table with rows that do not fit, a part would be counted as all of it. */

import type { Found, Region } from './drawing.ts'
import { DRAWINGS } from './drawings.ts'

/** Where a table stands. */
interface Place {
  readonly region: Region
  /** The first line behind it. */
  readonly next: number
  tableAt(region: Region): Found | undefined
}

/**
 * Does the table go on in the line above it, where it has no names, or in the line below it? A table with names of its
 * own may follow at once.
 */
export function isTorn({ layout, cells }: NonNullable<Found['table']>, { region, next, tableAt }: Place): boolean {
  const { lines, at, end } = region
  const gap = DRAWINGS.find(({ owns }) => owns(layout))?.gap
  if (gap === undefined) return false
  const isLikeRow = (line: string): boolean => {
    return line !== '' && 2 * (line.trim().match(gap)?.length ?? 0) >= (cells.rows[0]?.length ?? 0) - 1
  }
  if (cells.names === undefined && isLikeRow(lines[at - 1] ?? '')) return true
  if (next >= end || !isLikeRow(lines[next] as string)) return false
  return tableAt({ lines, at: next, end })?.table?.cells.names === undefined
}
