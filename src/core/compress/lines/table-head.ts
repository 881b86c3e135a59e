/** The line that stands before the rows of a table. */

const HEAD = /^\[table of (\d+) aligned rows(?:, \^ = as above)?\]$/

/** Is there a line that looks like one? */
export const TABLE_HEAD_BEGINS = /^\[table of \d+ aligned rows/m

/** @param hasSame are there cells that say what the cell above them says? */
export function tableHead(rows: number, hasSame: boolean): string {
  return `[table of ${rows} aligned rows${hasSame ? ', ^ = as above' : ''}]`
}

/** How many rows such a line, without its end, says there are; undefined for any other line. */
export function readTableHead(line: string): number | undefined {
  const rows = line.startsWith('[') ? HEAD.exec(line)?.[1] : undefined
  return rows === undefined ? undefined : Number(rows)
}
