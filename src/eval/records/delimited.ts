/** Records with a line for each and one character between cells, quoted as RFC 4180 says. */

import type { Records } from './records.ts'

const DELIMITERS = ['\t', ',', ';', '|']

/** @returns undefined unless one delimiter gives every line the same number of cells */
export function delimitedRecords(text: string): Records | undefined {
  const lines = text.split(/\r\n?|\n/).filter((line) => line !== '')
  for (const delimiter of DELIMITERS) {
    const [fields = [], ...rows] = lines.map((line) => cellsOf(line, delimiter))
    if (fields.length > 1 && isHead(fields) && rows.every((row) => row.length === fields.length)) {
      return { fields, rows }
    }
  }
  return undefined
}

/** Names of columns: short, no numbers, no sentences. */
function isHead(fields: readonly string[]): boolean {
  return fields.every((field) => /^[A-Za-z_][\w .()/%-]{0,30}$/.test(field) && field.split(' ').length <= 4)
}

function cellsOf(line: string, delimiter: string): string[] {
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < line.length; at++) {
    const unit = line[at]
    if (unit === '"' && isQuoted && line[at + 1] === '"') {
      cell += unit
      at++
    } else if (unit === '"') isQuoted = !isQuoted
    else if (unit === delimiter && !isQuoted) {
      cells.push(cell.trim())
      cell = ''
    } else cell += unit
  }
  return [...cells, cell.trim()]
}
