/** A row as a line of comma-separated values (RFC 4180), or of values with another separator. */

/** Fields with a separator or a quotation mark are quoted, as RFC 4180 has it. */
export function writeRecord(cells: readonly string[], separator = ','): string {
  const [only] = cells
  if (cells.length === 1 && only === '') return '""'
  return cells.map((cell) => writeField(cell, separator)).join(separator)
}

export function writeField(cell: string, separator = ','): string {
  return cell.includes(separator) || cell.includes('"') ? quoted(cell) : cell
}

export function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}

/** A field with its source: a quoted field is never the sign for something else. */
export interface Field {
  readonly text: string
  readonly isQuoted: boolean
}

/** @returns undefined for a line whose quotation marks are not those of RFC 4180 */
export function readFields(line: string, separator = ','): readonly Field[] | undefined {
  const fields: Field[] = []
  for (let at = 0; ; at++) {
    const end = line[at] === '"' ? endOfQuoted(line, at) : endOfBare(line, at, separator)
    if (end === undefined || (end < line.length && !line.startsWith(separator, end))) return undefined
    const source = line.slice(at, end)
    const isQuoted = source.startsWith('"')
    fields.push({ text: isQuoted ? source.slice(1, -1).replaceAll('""', '"') : source, isQuoted })
    if (end === line.length) return fields
    at = end + separator.length - 1
  }
}

/** The texts of the fields. */
export function readRecord(line: string, separator = ','): readonly string[] | undefined {
  return readFields(line, separator)?.map(({ text }) => text)
}

function endOfBare(line: string, from: number, separator: string): number | undefined {
  const next = line.indexOf(separator, from)
  const end = next < 0 ? line.length : next
  return line.slice(from, end).includes('"') ? undefined : end
}

function endOfQuoted(line: string, from: number): number | undefined {
  for (let at = line.indexOf('"', from + 1); at >= 0; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at + 1
  }
  return undefined
}
