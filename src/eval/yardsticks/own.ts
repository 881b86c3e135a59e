/** Yardsticks that need no package: CSV of flat rows (RFC 4180), JSON without white space. */

import { dataOf, flatRowsOf } from './data.ts'
import type { Yardstick } from './yardstick.ts'

export const csv: Yardstick = {
  name: 'csv',
  write(text) {
    const rows = flatRowsOf(dataOf(text))
    if (rows === undefined) return undefined
    const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    const lines = rows.map((row) => fields.map((field) => cell(row[field])))
    return [fields.map(cell), ...lines].map((cells) => cells.join(',')).join('\n')
  },
}

export const json: Yardstick = {
  name: 'json',
  write(text) {
    const data = /^\s*[[{]/.test(text) ? dataOf(text) : undefined
    return data === undefined ? undefined : JSON.stringify(data)
  },
}

function cell(value: unknown): string {
  const text = value === undefined || value === null ? '' : String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
