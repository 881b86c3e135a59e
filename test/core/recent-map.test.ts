import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentMap } from '../../src/core/recent-map.ts'
import { assertProperty } from '../support/assert-property.ts'

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
