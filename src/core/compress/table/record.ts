/** Cells in a line, with a separator between them; quoted as in RFC 4180. */

/** A cell with the separator or a quotation mark in it is quoted; between blanks, an empty one too. */
export function writeRecord(cells: readonly string[], separator: string): string {
  const record = cells.map((cell) => writeField(cell, separator)).join(separator)
  return record === '' ? '""' : record
}

export function writeField(cell: string, separator: string): string {
  const isBare = !cell.includes(separator) && !cell.includes('"') && (cell !== '' || separator !== ' ')
  return isBare ? cell : quoted(cell)
}

export function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}

/** A field with its source: a quoted field is never the sign for something else. */
export interface Field {
  readonly text: string
  readonly isQuoted: boolean
}

/**
 * @param count when given, the last of so many fields is the rest of the line, unless it is quoted
 * @returns undefined for a line whose quotation marks are not those of RFC 4180
 */
export function readFields(line: string, separator: string, count = 0): readonly Field[] | undefined {
  const fields: Field[] = []
  for (let at = 0; ; at += separator.length) {
    const isRest = fields.length === count - 1
    const end = endOfField(line, at, separator, isRest)
    if (end === undefined) return undefined
    fields.push(fieldOf(line.slice(at, end)))
    if (end === line.length) return fields
    at = end
  }
}

function fieldOf(source: string): Field {
  const isQuoted = source.startsWith('"')
  return { text: isQuoted ? source.slice(1, -1).replaceAll('""', '"') : source, isQuoted }
}

/** The end of a field, before a separator or at the end of the line. */
function endOfField(line: string, from: number, separator: string, isRest: boolean): number | undefined {
  if (line[from] !== '"') return isRest ? line.length : endOfBare(line, from, separator)
  const end = endOfQuoted(line, from)
  return end === undefined || end === line.length || line.startsWith(separator, end) ? end : undefined
}

/** The texts of the fields. */
export function readRecord(line: string, separator: string): readonly string[] | undefined {
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
