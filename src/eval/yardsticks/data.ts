/** The data of a tool output that is records or JSON as a whole. */

import { recordsOf } from '../records/records-of.ts'

type Json = Readonly<Record<string, unknown>>

/** JSON, JSON lines, or the records of a table as a list of objects; undefined for any other text. */
export function dataOf(text: string): unknown {
  const value = parse(text) ?? linesOf(text)
  if (value !== undefined) return typeof value === 'object' ? value : undefined
  const records = recordsOf(text)
  return records?.rows.map((row) => Object.fromEntries(records.fields.map((field, at) => [field, row[at] ?? ''])))
}

/** A list of objects without inner lists and objects; undefined for any other data. */
export function flatRowsOf(data: unknown): readonly Json[] | undefined {
  if (!Array.isArray(data) || data.length === 0) return undefined
  const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null
  const isFlat = (row: unknown): row is Json =>
    typeof row === 'object' && row !== null && !Array.isArray(row) && Object.values(row).every(isScalar)
  return data.every(isFlat) ? data : undefined
}

function linesOf(text: string): unknown {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const values = lines.map(parse)
  return lines.length > 1 && values.every((value) => typeof value === 'object' && value !== null) ? values : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
