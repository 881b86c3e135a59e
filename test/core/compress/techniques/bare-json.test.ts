/** A second reader of bare JSON, written from the notation alone, without the decoder. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bareJson } from '../../../../src/core/compress/techniques/bare-json.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { type Json, likeObjects } from '../../../support/like-objects.ts'
import { type HeadColumn, hasNoCell, readColumn, readHead } from '../../../support/table-head.ts'

/** A quoted string, or one character. */
const PIECE = /"(?:[^"\\]|\\.)*"|./gs

/** The texts between `separator`s outside brackets and quotes. */
function split(text: string, separator: string): string[] {
  const parts = ['']
  let depth = 0
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === '[' || piece === '{') depth++
    if (piece === ']' || piece === '}') depth--
    if (depth === 0 && piece === separator) parts.push('')
    else parts.push((parts.pop() ?? '') + piece)
  }
  return parts
}

function read(text: string): Json {
  const inside = text.slice(1, -1)
  if (text.startsWith('[(')) return readTable(inside)
  if (text === '[]') return []
  if (text.startsWith('[')) return split(inside, ',').map(read)
  if (text === '{}') return {}
  if (text.startsWith('{')) return Object.fromEntries(split(inside, ',').map(readMember))
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function readMember(text: string): [string, Json] {
  const [key = '', ...value] = split(text, ':')
  return [key.startsWith('"') ? (JSON.parse(key) as string) : key, read(value.join(':'))]
}

function readTable(text: string): Json {
  const [first = '', ...rows] = split(text, '\n')
  const head = first.slice(1, -1)
  if (head.startsWith('(key),')) return readMap(readHead(head).slice(1), rows)
  if (head.startsWith('[')) return rows.map((row) => readCell(readColumn(head), row) ?? null)
  return rows.map((row) => readRow(readHead(head), row))
}

function readMap(columns: readonly HeadColumn[], rows: readonly string[]): Json {
  const members = rows.map((row): [string, Json] => {
    if (row.startsWith('=')) return readMember(row.slice(2, -1))
    const [key = '', ...cells] = split(row, ',')
    const own = key.startsWith('"') ? (JSON.parse(key) as string) : key
    return [own, readObject(columns, cells, own)]
  })
  return Object.fromEntries(members)
}

function readRow(columns: readonly HeadColumn[], row: string): Json {
  return row.startsWith('=') ? read(row.slice(1)) : readObject(columns, split(row, ','), '')
}

/** Takes its cells from the front of the row's. */
function readObject(columns: readonly HeadColumn[], cells: string[], own: string): { [key: string]: Json } {
  return Object.fromEntries(
    columns.flatMap((column): [string, Json][] => {
      const value = readColumnOf(column, cells, own)
      return value === undefined ? [] : [[column.name, value]]
    }),
  )
}

/** Undefined for a key that the object does not have: an empty cell, or an inner object whose cells are all empty. */
function readColumnOf(column: HeadColumn, cells: string[], own: string): Json | undefined {
  if (column.kind === 'constant') return column.constant === '(key)' ? own : read(column.constant)
  if (column.kind !== 'object') return readCell(column, cells.shift() ?? '')
  const before = [...cells]
  const value = readObject(column.columns, cells, own)
  if (hasNoCell(column)) return value
  return before.slice(0, before.length - cells.length).some((cell) => cell !== '') ? value : undefined
}

function readCell({ kind, columns }: HeadColumn, cell: string): Json | undefined {
  if (cell === '') return undefined
  if (kind === 'value' || !cell.startsWith('[') || cell.startsWith('[(') || cell === '[]') return read(cell)
  const rows = split(cell.slice(1, -1), ';')
  return kind === 'map' ? readMap(columns.slice(1), rows) : rows.map((row) => readRow(columns, row))
}

describe('bare JSON', () => {
  test('holds the same JSON, for a reader that knows only the notation', () => {
    assertProperty(
      fc.property(likeObjects, (given) => {
        const encoded = bareJson.encode(JSON.stringify(given))
        // JSON.stringify compares the key order too.
        if (encoded !== undefined) expect(JSON.stringify(read(encoded.slice(1)))).toBe(JSON.stringify(given))
      }),
      { numRuns: 2000 },
    )
  })
})
