import { describe, expect, test } from 'vitest'
import { createVocabularies, ranksTable, type TableName } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'

/** A vocabulary of single bytes and two words. */
const SMALL = ranksTable('o200k_base', [
  ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
  Buffer.from('ab'),
  Buffer.from('abab'),
])

function withTable(change: (table: Uint8Array) => Uint8Array): () => unknown {
  const read = (name: TableName): Uint8Array => (name === 'o200k_base' ? change(SMALL) : readTokenTable(name))
  return () => createVocabularies(read).get('o200k_base')
}

describe('vocabularies', () => {
  test('reads each table when it is first needed, and once', () => {
    const read: string[] = []
    const vocabularies = createVocabularies((name) => {
      read.push(name)
      return readTokenTable(name)
    })
    expect(read).toEqual([])
    const first = vocabularies.get('o200k_base')
    expect(read.toSorted()).toEqual(['o200k_base', 'unicode-classes'])
    expect(vocabularies.get('o200k_base')).toBe(first)
    vocabularies.get('cl100k_base')
    expect(read.toSorted()).toEqual(['cl100k_base', 'o200k_base', 'unicode-classes'])
  })

  test('counts with any tokens of a table', () => {
    const read = (name: TableName): Uint8Array => (name === 'o200k_base' ? SMALL : readTokenTable(name))
    const tokenizer = createVocabularies(read).get('o200k_base')
    expect(tokenizer.count('ababab')).toBe(2)
    expect(tokenizer.count('xabab')).toBe(2)
  })

  test('uses a table that does not start at a multiple of four bytes', () => {
    const shifted = Buffer.concat([Uint8Array.of(0), SMALL]).subarray(1)
    expect(withTable(() => shifted)).not.toThrow()
  })

  test.each<[string, RegExp, (table: Uint8Array) => Uint8Array]>([
    ['empty', /too short/, () => new Uint8Array(0)],
    ['cut short', /checksum/, (table) => table.subarray(0, table.length - 1)],
    ['damaged in one bit', /checksum/, (table) => changed(table, table.length >> 1)],
    ['not ours', /not a table/, () => new TextEncoder().encode('#!/bin/sh\necho this is no table\n')],
    ['of another version', /version 9/, (table) => changed(table, 4, 9)],
    ['the table of another vocabulary', /another table/, () => readTokenTable('cl100k_base')],
  ])('names the fault of a table that is %s', (_, message, change) => {
    expect(withTable(change)).toThrow(expect.objectContaining({ code: 'TABLES_MISSING' }))
    expect(withTable(change)).toThrow(message)
    expect(withTable(change)).toThrow(/make build/)
  })
})

function changed(table: Uint8Array, at: number, value = (table[at] ?? 0) ^ 1): Uint8Array {
  const copy = new Uint8Array(table)
  copy[at] = value
  return copy
}
