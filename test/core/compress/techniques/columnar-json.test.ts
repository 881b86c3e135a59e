/** Tables read by somebody who knows the layout from looking at it, and nothing of our decoder. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnarJson } from '../../../../src/core/compress/techniques/columnar-json.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

function read(value: Json): Json {
  if (Array.isArray(value)) return value.map(read)
  if (value === null || typeof value !== 'object') return value
  if (Object.keys(value).join() === 'keys,rows')
    return (value['rows'] as Json[]).map((row) => readRow(value['keys'] as Json[], row))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, read(inner)]))
}

function readRow(keys: Json[], row: Json): Json {
  const inList = keys[0]
  if (Array.isArray(inList)) return Array.isArray(row) ? row.map((item) => readRow(inList, item)) : read(row)
  if (!Array.isArray(row)) return read(row)
  const members = row.map((cell, i): [string, Json] => {
    const key = keys[i]!
    if (typeof key === 'string') return [key, read(cell)]
    const [[name, inner]] = Object.entries(key as object) as [[string, Json[]]]
    return [name, readRow(inner, cell)]
  })
  return Object.fromEntries(members.filter(([, cell]) => cell !== '(absent)'))
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
