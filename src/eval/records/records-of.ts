/** Records of a tool output, read from the original text alone: the engine and its forms are never asked. */

import { barRecords } from './bars.ts'
import { columnRecords } from './columns.ts'
import { delimitedRecords } from './delimited.ts'
import { jsonLineRecords, jsonRecords } from './json.ts'
import { jsonFromPython } from './python.ts'
import type { Records } from './records.ts'

/** From the most to the least certain. */
const READERS: readonly ((text: string) => Records | undefined)[] = [
  jsonRecords,
  jsonLineRecords,
  pythonRecords,
  barRecords,
  delimitedRecords,
  columnRecords,
]

/** Fewer records are read at a glance. */
const MIN_ROWS = 3

/** @returns undefined for a text that is not a list of records as a whole */
export function recordsOf(text: string): Records | undefined {
  for (const read of READERS) {
    const records = read(text)
    if (records !== undefined) return isUsable(records) ? records : undefined
  }
  return undefined
}

function isUsable({ fields, rows }: Records): boolean {
  const isNamed = fields.every((field) => field !== '') && new Set(fields).size === fields.length
  return isNamed && fields.length >= 2 && rows.length >= MIN_ROWS
}

function pythonRecords(text: string): Records | undefined {
  const json = jsonFromPython(text)
  return json === undefined ? undefined : jsonRecords(json)
}
