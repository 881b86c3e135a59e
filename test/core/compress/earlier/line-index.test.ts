import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineIndex, NOWHERE } from '../../../../src/core/compress/earlier/line-index.ts'
import { printOf } from '../../../../src/core/compress/earlier/line-print.ts'
import { assertProperty } from '../../../support/assert-property.ts'

function placesOf(index: LineIndex, hash: number): number[] {
  const places: number[] = []
  for (let place = index.newest(hash); place !== NOWHERE; place = index.older(place)) places.push(place)
  return places
}

describe('an index of lines', () => {
  test('finds every place of a hash, the newest first, however many texts it holds', () => {
    const hashes = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 900 }), {
      maxLength: 9,
    })
    assertProperty(
      fc.property(hashes, (texts) => {
        const index = new LineIndex()
        for (const lines of texts) index.add(Uint32Array.from(lines))
        const all = texts.flat()
        for (let hash = 1; hash <= 40; hash++) {
          const expected = all.flatMap((other, place) => (other === hash ? [place] : [])).reverse()
          expect(placesOf(index, hash)).toEqual(expected)
        }
      }),
    )
  })

  test('says where a text begins', () => {
    const index = new LineIndex()
    expect([index.add(Uint32Array.of(7, 0, 7)), index.add(Uint32Array.of(7))]).toEqual([0, 3])
  })
})

describe('the print of a text', () => {
  test('has a hash for each line that identifies a place, the same for equal lines', () => {
    const { lines, units } = printOf('first line\n\n}\nfirst line\nanother', true)
    expect(units).toBe(32)
    expect([...(lines ?? [])].map((hash) => hash !== 0)).toEqual([true, false, false, true, true])
    expect(lines?.[0]).toBe(lines?.[3])
    expect(lines?.[0]).not.toBe(lines?.[4])
  })

  test('has no lines where they do not stand for themselves', () => {
    expect(printOf('first line\nanother', false).lines).toBeUndefined()
  })
})
