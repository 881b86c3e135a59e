/** Tables read by somebody who knows the layout from looking at it, and nothing of our decoder. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnarJson } from '../../../../src/core/compress/techniques/columnar-json.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

interface Column {
  readonly name: string
  readonly kind: 'value' | 'constant' | 'object' | 'list' | 'map'
  readonly columns: readonly Column[]
  readonly constant: string
}

/** A head as a person reads it: names between commas, brackets around what belongs to one name. */
function readHead(text: string): Column[] {
  const parts: string[] = []
  let depth = 0
  for (const character of text) {
    if (character === ',' && depth === 0) parts.push('')
    else parts.push((parts.pop() ?? '') + character)
    if ('{['.includes(character)) depth++
    if ('}]'.includes(character)) depth--
  }
  return parts.filter((part) => part !== '').map(readColumn)
}

function readColumn(text: string): Column {
  const [, name = text, sign, rest = ''] = /^([^={[]*)([={[])(.*)$/.exec(text) ?? []
  if (sign === undefined) return { name, kind: 'value', columns: [], constant: '' }
  if (sign === '=') return { name, kind: 'constant', columns: [], constant: rest }
  const columns = readHead(rest.slice(0, -1))
  const isMap = columns[0]?.name === '(key)'
  return { name, kind: sign === '[' ? 'list' : isMap ? 'map' : 'object', columns, constant: '' }
}

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

function readCell({ kind, columns }: Column, cell: Json): Json {
  if (kind === 'value' || !Array.isArray(cell)) return read(cell)
  if (kind === 'object') return readRow(columns, cell)
  if (kind === 'map') return readMap(columns, cell)
  return cell.map((item) => (Array.isArray(item) ? readRow(columns, item) : read(item)))
}

function readMap([, ...columns]: readonly Column[], rows: Json[]): Json {
  const members = rows.map((row): [string, Json] => {
    if (Array.isArray(row)) return [row[0] as string, readRow(columns, row.slice(1), row[0] as string)]
    const [[key, inner] = ['', null]] = Object.entries(row as object) as [string, Json][]
    return [key, read(inner)]
  })
  return Object.fromEntries(members)
}

function readRow(columns: readonly Column[], row: Json[], own = ''): Json {
  const left = [...row]
  const members = columns.flatMap((column): [string, Json][] => {
    if (column.kind === 'constant') return [[column.name, readConstant(column.constant, own)]]
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

const name = fc.constantFrom('id', 'name', 'status', 'tags', 'owner')

/** Values that JSON.parse keeps, with lists of like objects in them. */
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json[]>(null, '', 'running', 0, -1.5, true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    fc
      .tuple(
        fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
        fc.array(fc.array(fc.option(tie('value'), { nil: undefined }), { minLength: 4, maxLength: 4 }), {
          minLength: 2,
          maxLength: 6,
        }),
      )
      .map(([names, rows]) =>
        rows.map((row) => Object.fromEntries(names.flatMap((key, i) => (row[i] === undefined ? [] : [[key, row[i]]])))),
      ),
  ),
})).value

describe('a table', () => {
  it('says what its list said, to a reader who knows only the layout', () => {
    fc.assert(
      fc.property(value, (given) => {
        const encoded = columnarJson.encode(JSON.stringify(given))
        // Key order too: JSON.stringify tells it.
        if (encoded !== undefined) expect(JSON.stringify(read(JSON.parse(encoded)))).toBe(JSON.stringify(given))
      }),
      { numRuns: 2000 },
    )
  })
})
