import { describe, expect, test } from 'vitest'
import { MAX_PIN_BYTES, type PinKey, PinTable } from '../../../src/core/pins/pin-table.ts'
import { keyOf, keysOf } from './keys.ts'

/** 64 segments of one bucket. */
const SMALLEST_BYTES = 64 * 16 * 7

/** 40 buckets a segment. */
const SMALL_BYTES = 40 * SMALLEST_BYTES

function filled(maxBytes: number, keys: Iterable<PinKey>): PinTable {
  const table = new PinTable(maxBytes)
  for (const key of keys) table.set(key, 7)
  return table
}

function held(table: PinTable, keys: readonly PinKey[]): number {
  return keys.filter((key) => table.get(key) !== undefined).length
}

describe('a table of pins', () => {
  test('PC-1: holds 100,000 sessions with 30 results each in 24 MB, and loses next to none', () => {
    const table = new PinTable()
    for (let nth = 0; nth < 3_000_000; nth++) table.set(keyOf(nth), 7)
    expect(table.bytes).toBeLessThanOrEqual(24_000_000)
    let lost = 0
    for (let nth = 0; nth < 3_000_000; nth++) if (table.get(keyOf(nth)) !== 7) lost++
    expect(lost).toBeLessThan(100)
  })

  test('does not take a key that it never saw for a known one', () => {
    const keys = keysOf(200_000)
    const table = filled(MAX_PIN_BYTES, keys.slice(0, 100_000))
    expect(held(table, keys.slice(100_000))).toBe(0)
  })

  test('tells keys apart that differ in one bit', () => {
    const keys = Array.from({ length: 46 }, (_, bit) => {
      return bit < 32 ? { high: 0, low: (1 << bit) >>> 0 } : { high: 1 << (bit - 32), low: 0 }
    })
    const table = new PinTable()
    for (const [at, key] of keys.entries()) table.set(key, at + 1)
    expect(keys.map((key) => table.get(key))).toEqual(keys.map((_, at) => at + 1))
    expect(table.get({ high: 0, low: 0 })).toBeUndefined()
  })

  test('grows with its keys, and is empty at first', () => {
    const table = new PinTable()
    expect([table.bytes, table.size]).toEqual([0, 0])
    const keys = keysOf(100_000)
    for (const key of keys) table.set(key, 1)
    expect(table.size).toBe(100_000)
    expect(table.bytes).toBeLessThan(100_000 * 7 * 4)
    expect(held(table, keys)).toBe(100_000)
  })

  test('changes a value in its place', () => {
    const table = new PinTable()
    for (const value of [1, 255, 9]) table.set(keyOf(1), value)
    expect([table.get(keyOf(1)), table.size]).toEqual([9, 1])
  })

  test('gives all keys one value, and takes new ones after that', () => {
    const keys = keysOf(1000)
    const table = filled(MAX_PIN_BYTES, keys.slice(0, 500))
    table.fill(2)
    for (const key of keys.slice(500)) table.set(key, 3)
    expect(keys.map((key) => table.get(key))).toEqual(keys.map((_, at) => (at < 500 ? 2 : 3)))
    expect(table.size).toBe(1000)
  })
})

describe('a full table', () => {
  test('stays as large as it is, however many keys come', () => {
    const table = filled(SMALLEST_BYTES, keysOf(100_000))
    expect(table.bytes).toBe(SMALLEST_BYTES)
    expect(table.size).toBeLessThanOrEqual(SMALLEST_BYTES / 7)
  })

  test('keeps the keys that came last, long after it has filled', () => {
    const keys = keysOf(200_000)
    const table = filled(SMALL_BYTES, keys)
    const slots = table.bytes / 7
    expect(held(table, keys.slice(-slots / 4))).toBeGreaterThan((slots / 4) * 0.97)
    expect(held(table, keys.slice(0, -4 * slots))).toBe(0)
  })

  test('keeps a key that is asked for, and drops those that are not', () => {
    const [asked, forgotten, others] = [keysOf(300, 1), keysOf(300, 2), keysOf(200_000, 3)]
    const table = filled(SMALL_BYTES, [...asked, ...forgotten])
    for (const [at, key] of others.entries()) {
      table.set(key, 1)
      if (at % 1000 === 0) for (const old of asked) table.get(old)
    }
    expect(held(table, asked)).toBe(300)
    expect(held(table, forgotten)).toBe(0)
  })
})
