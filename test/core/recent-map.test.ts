import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentMap } from '../../src/core/recent-map.ts'
import { assertProperty } from '../support/assert-property.ts'
import { heldBytes } from '../support/held-bytes.ts'

test('holds the entries that were used last, as a list in the order of their use does', () => {
  const step = fc.record({ isAdded: fc.boolean(), key: fc.integer({ min: 0, max: 9 }).map(String), value: fc.nat() })
  assertProperty(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (maxEntries, steps) => {
      const map = new RecentMap<number>(maxEntries)
      let list: { key: string; value: number }[] = []
      for (const { isAdded, key, value } of steps) {
        const found = list.find((entry) => entry.key === key)
        const used = isAdded ? { key, value } : found
        if (isAdded) map.add(key, value)
        else expect(map.get(key)).toBe(found?.value)
        if (used !== undefined) list = [...list.filter((entry) => entry.key !== key), used].slice(-maxEntries)
        expect(map.size).toBe(list.length)
      }
      for (const { key, value } of list) expect(map.get(key)).toBe(value)
    }),
  )
})

test('keeps the sum of all weights within its limit, and drops the entries that were used the longest ago', () => {
  const step = fc.record({ key: fc.integer({ min: 0, max: 9 }).map(String), weight: fc.integer({ min: 1, max: 12 }) })
  assertProperty(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
      const map = new RecentMap<number>(limit, 1)
      let list: { key: string; weight: number }[] = []
      for (const { key, weight } of steps) {
        map.add(key, weight, weight)
        list = list.filter((entry) => entry.key !== key)
        if (weight <= limit) {
          list.push({ key, weight })
          while (sum(list) > limit) list.shift()
        }
        expect({ size: map.size, used: map.used }).toEqual({ size: list.length, used: sum(list) })
      }
      for (const { key, weight } of list) expect(map.get(key)).toBe(weight)
    }),
  )
})

test('gives and drops the entry that was used the longest ago', () => {
  const map = new RecentMap<number>()
  expect([map.oldest, map.dropOldest()]).toEqual([undefined, undefined])
  for (const key of [1, 2, 3]) map.add(String(key), key)
  expect(map.oldest).toBe(1)
  map.get('1')
  expect([map.oldest, map.dropOldest(), map.dropOldest(), map.get('2'), map.size]).toEqual([2, 2, 3, undefined, 1])
})

test('does not grow with the number of look-ups', () => {
  const map = new RecentMap<number>(1000)
  for (let n = 0; n < 10; n++) map.add(`key ${n}`, n)
  const before = heldBytes()
  for (let n = 0; n < 500_000; n++) map.get(`key ${n % 10}`)
  expect(heldBytes() - before).toBeLessThan(4_000_000)
  expect(map.size).toBe(10)
})

function sum(list: readonly { readonly weight: number }[]): number {
  return list.reduce((all, { weight }) => all + weight, 0)
}
