/** The head line before the rows of a table. */

const HEAD = /^\[table of (\d+) aligned rows(?:, \^ = as above)?\]$/

/** Does the text hold a similar line? */
export const TABLE_HEAD_BEGINS = /^\[table of \d+ aligned rows/m

/** @param hasSame does a cell stand for the same text as the cell above it? */
export function tableHead(rows: number, hasSame: boolean): string {
  return `[table of ${rows} aligned rows${hasSame ? ', ^ = as above' : ''}]`
}

/** The number of rows in such a line, without its end; undefined for any other line. */
export function readTableHead(line: string): number | undefined {
  const rows = line.startsWith('[') ? HEAD.exec(line)?.[1] : undefined
  return rows === undefined ? undefined : Number(rows)
}
