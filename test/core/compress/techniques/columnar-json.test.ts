/** A second reader of tables, written from the layout alone, without the decoder. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnarJson, columnarJsonShort } from '../../../../src/core/compress/techniques/columnar-json.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { type Json, likeObjects } from '../../../support/like-objects.ts'
import { type HeadColumn, hasNoCell, readColumn, readHead } from '../../../support/table-head.ts'

function read(value: Json): Json {
  if (Array.isArray(value)) return value.map(read)
  if (value === null || typeof value !== 'object') return value
  const [[key, rows] = ['', null], ...others] = Object.entries(value)
  const isTable = others.length === 0 && /[,[{]/.test(key) && Array.isArray(rows) && rows.some(Array.isArray)
  if (!isTable) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, read(inner)]))
  if (key.startsWith('(key),')) return readMap(readHead(key), rows)
  const { kind, columns } = readColumn(key.startsWith('[') ? key : `{${key}}`)
  return rows.map((row) => readCell({ name: '', kind, columns, constant: '' }, row))
}

function readCell({ kind, columns }: HeadColumn, cell: Json): Json {
  if (kind === 'value' || !Array.isArray(cell)) return read(cell)
  if (kind === 'object') return readRow(columns, cell)
  if (kind === 'map') return readMap(columns, cell)
  return cell.map((item) => (Array.isArray(item) ? readRow(columns, item) : read(item)))
}

function readMap([, ...columns]: readonly HeadColumn[], rows: Json[]): Json {
  const members = rows.map((row): [string, Json] => {
    if (Array.isArray(row)) return [row[0] as string, readRow(columns, row.slice(1), row[0] as string)]
    const [[key, inner] = ['', null]] = Object.entries(row as object) as [string, Json][]
    return [key, read(inner)]
  })
  return Object.fromEntries(members)
}

function readRow(columns: readonly HeadColumn[], row: Json[], own = ''): Json {
  const left = [...row]
  const members = columns.flatMap((column): [string, Json][] => {
    if (column.kind === 'constant') return [[column.name, readConstant(column.constant, own)]]
    if (hasNoCell(column)) return [[column.name, readRow(column.columns, [])]]
    const cell = left.shift()
    return cell === undefined || cell === '(absent)' ? [] : [[column.name, readCell(column, cell)]]
  })
  return Object.fromEntries(members)
}

function readConstant(text: string, own: string): Json {
  if (text === '(key)') return own
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

describe('a table', () => {
  test('holds the same list, for a reader that knows only the layout', () => {
    assertProperty(
      fc.property(likeObjects, fc.constantFrom(columnarJson, columnarJsonShort), (given, technique) => {
        const encoded = technique.encode(JSON.stringify(given))
        // JSON.stringify compares the key order too.
        if (encoded !== undefined) expect(JSON.stringify(read(JSON.parse(encoded)))).toBe(JSON.stringify(given))
      }),
      { numRuns: 2000 },
    )
  })
})

test('objects that are shorter one by one than as a table are no form of it', () => {
  const inner =
    '{"rows":[{ "a": "(absent)", "keys": -0, "rows": 1.0 } ,{ "a": 60.0, "keys": 60.0, "rows": 12345678901234567890 } ]}'
  // The list is never closed, so its objects are a run in a text; a table of the run has long cells.
  const text = `[{\t"x"\t:\t[{"rows":[{"name":-0,"":1e400},{"name":-0,"b":false}]},{"rows":"\\ud800"},${inner},{"rows":-0}`
  const encoded = columnarJson.encode(text)
  expect(encoded === undefined || columnarJson.recognises(encoded)).toBe(true)
})
