/** The head line before a table: how many records it has, how it was drawn, and what is the same in all of them. */

import { linePattern } from '../lines/line-pattern.ts'

/** What a head says. */
export interface Head {
  /** The number of records. */
  readonly rows: number
  /** Is the first line below it the names of the columns? */
  readonly hasNames: boolean
  /** How the table was drawn; '' for columns three blanks apart. */
  readonly layout: string
  /** The cells that are the same in all rows, as they are written; '' for none. */
  readonly constants: string
  /** Their columns, as they are written. */
  readonly places: string
  /** Does `^` stand for the cell above? */
  readonly hasSame: boolean
}

const HEAD =
  /^\[table, (\d{1,6}) (rows|lines)(?:; (?!all )([A-Za-z][^;="[\]]*))?(?:; all ((?:"[^"]*"|[^";[\]])+) \(columns? ([\d -]+)\))?(; \^ = as above)?\]$/

/** Does the text hold a similar line? */
export const TABLE_HEAD_BEGINS = linePattern('[table, ', /^\[table, \d+ (?:rows|lines)[;\]]/m)

/** A table without names has lines: nobody knows whether the first one is a record. */
export function writeTableHead({ rows, hasNames, layout, constants, places, hasSame }: Head): string {
  const unit = hasNames ? 'rows' : 'lines'
  const parts = [
    `[table, ${rows} ${unit}`,
    layout,
    constants === '' ? '' : `all ${constants} (column${/\D/.test(places) ? 's' : ''} ${places})`,
    hasSame ? '^ = as above' : '',
  ]
  return `${parts.filter((part) => part !== '').join('; ')}]`
}

/** What such a line says, without its end; undefined for any other line. */
export function readTableHead(line: string): Head | undefined {
  const found = line.startsWith('[table, ') ? HEAD.exec(line) : null
  if (found === null) return undefined
  const [, rows, unit, layout = '', constants = '', places = '', same] = found
  return { rows: Number(rows), hasNames: unit === 'rows', layout, constants, places, hasSame: same !== undefined }
}

/** The lines below a head that belong to it: its records, and the names above them. */
export function linesBelow({ rows, hasNames }: Head): number {
  return rows + (hasNames ? 1 : 0)
}
