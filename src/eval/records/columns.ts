/** Records in columns that blanks align, under a line of names: `kubectl get`, `ps`, `df`. */

import type { Records } from './records.ts'

/** @returns undefined when the columns cannot be told with certainty */
export function columnRecords(text: string): Records | undefined {
  // Some tools name the streams of their text: `stdout:`, `stderr:`.
  const [head = '', ...rows] = text.split('\n').filter((line) => line.trim() !== '' && !/^\w+:$/.test(line))
  if (rows.length < 2 || text.includes('\t')) return undefined
  const records = byWords(head, rows) ?? byPlaces(head, rows)
  return records?.fields.every(isName) ? records : undefined
}

/** `READY`, `%CPU`, `1K-blocks`: no number, and no key of `key: value`. */
function isName(field: string): boolean {
  return /^[A-Z%\d][\w%()/. #-]*$/.test(field) && /[A-Za-z%]/.test(field)
}

/** Every line has a word for each name. */
function byWords(head: string, rows: readonly string[]): Records | undefined {
  const words = (line: string): string[] => line.trim().split(/\s+/)
  const fields = words(head)
  // Names with single blanks between them may be words of one name.
  const isSure = fields.length > 1 && (/\S\s{2,}\S/.test(head) || fields.every((field) => /^[%A-Z]+$/.test(field)))
  const cells = rows.map(words)
  return isSure && cells.every((row) => row.length === fields.length) ? { fields, rows: cells } : undefined
}

/** Columns lie between the places that are blank in every line. */
function byPlaces(head: string, rows: readonly string[]): Records | undefined {
  const lines = [head, ...rows]
  const width = Math.max(...lines.map((line) => line.length))
  const isBlank = (at: number): boolean => lines.every((line) => (line[at] ?? ' ') === ' ')
  const starts: number[] = []
  for (let at = 0; at < width; at++) if (!isBlank(at) && (at === 0 || isBlank(at - 1))) starts.push(at)
  const cellAt = (line: string, index: number): string => line.slice(starts[index], starts[index + 1] ?? width).trim()
  // Without a name it is the rest of the column before it (`7 (6h ago)`), without cells the rest of that one's name.
  const isColumn = (index: number): boolean =>
    cellAt(head, index) !== '' && rows.some((row) => cellAt(row, index) !== '')
  const named = starts.filter((_, index) => isColumn(index))
  const cells = lines.map((line) => named.map((start, index) => line.slice(start, named[index + 1] ?? width).trim()))
  const [fields = [], ...records] = cells
  const isRagged = fields.some((field) => /\S\s{2,}\S/.test(field))
  return named[0] === starts[0] && !isRagged ? { fields, rows: records } : undefined
}
