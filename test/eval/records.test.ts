import { describe, expect, test } from 'vitest'
import { recordsOf } from '../../src/eval/records/records-of.ts'
import { ALIGNED, LOG, OBJECT, TABLES, YAML } from './samples.ts'

describe('one table is read from every drawing', () => {
  test.each(Object.entries(TABLES))('%s', (_, text) => {
    const records = recordsOf(text)
    expect(records?.fields).toEqual(['name', 'seats', 'floor'])
    expect(records?.rows).toHaveLength(6)
    expect(records?.rows[4]).toEqual(['Elm', '19', 'ground'])
  })
})

test('aligned columns keep the blanks inside their cells', () => {
  const records = recordsOf(`stdout:\n${ALIGNED}\n\nstderr:\n`)
  expect(records?.fields).toEqual(['NAME', 'SEATS', 'FLOOR', 'BOOKED'])
  expect(records?.rows[2]).toEqual(['Cedar', '13', 'ground', '2 (2h ago)'])
})

test('quoted cells of CSV hold delimiters and quotes', () => {
  expect(recordsOf('name,note\na1,"x, y"\nb2,"say ""no"""\nc3,\n')?.rows).toEqual([
    ['a1', 'x, y'],
    ['b2', 'say "no"'],
    ['c3', ''],
  ])
})

test('an object of like objects has its keys in a field, inner objects have paths', () => {
  const nodes = Object.fromEntries(['n1', 'n2', 'n3'].map((name, at) => [name, { load: { avg: at + 0.5 } }]))
  expect(recordsOf(JSON.stringify(nodes))).toEqual({
    fields: ['key', 'load.avg'],
    rows: [
      ['n1', '0.5'],
      ['n2', '1.5'],
      ['n3', '2.5'],
    ],
  })
})

test('a number that JavaScript writes in another way is no cell', () => {
  expect(recordsOf('[{"a":"x1","b":1.0},{"a":"x2","b":7},{"a":"x3","b":8}]')?.rows).toEqual([
    ['x1', '1'],
    ['x2', '7'],
    ['x3', '8'],
  ])
  expect(recordsOf('[{"a":"x2","b":1e3},{"a":"x2","b":7},{"a":"x3","b":8}]')?.rows[0]).toEqual(['x2', ''])
})

test("Python's quotes are read as JSON's, its words are no cells", () => {
  const text = `[{'name': 'it\\'s', 'ok': True}, {'name': "don't", 'ok': False}, {'name': 'a "b"', 'ok': None}]`
  expect(recordsOf(text)?.rows).toEqual([
    ["it's", ''],
    ["don't", ''],
    ['', ''],
  ])
})

describe('no records', () => {
  test.each([
    ['a log', LOG],
    ['configuration', YAML],
    ['one JSON object', OBJECT],
    ['prose', 'The valve is shut, and nobody knows why.\nAsk the cellar, not the roof.\nNext time, write it down.'],
    ['a ragged table', 'a,b\n1,2\n3\n4,5'],
    ['two rows', 'name,seats\nAsh,4\nElm,5'],
    ['keys and values in columns', 'Name:     boiler\nPlace:    cellar\nOwner:    mara\nBuilt:    2019'],
    ['cut JSON', '[{"a":1},{"a":2},{"a":'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(recordsOf(text)).toBeUndefined()
  })
})
