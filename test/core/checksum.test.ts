import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksum, joined } from '../../src/core/checksum.ts'
import { assertProperty } from '../support/assert-property.ts'

const text = fc.uint8Array({ minLength: 0, maxLength: 400 })

test('the checksum of a piece is that of zlib, whatever its length', () => {
  assertProperty(
    fc.property(text, fc.nat(400), fc.nat(400), (bytes, from, length) => {
      const end = Math.min(bytes.length, from + length)
      const start = Math.min(from, end)
      expect(checksum(bytes, start, end) >>> 0).toBe(crc32(bytes.subarray(start, end)))
    }),
  )
})

test('the checksum of a text is the same however it is cut', () => {
  assertProperty(
    fc.property(text, fc.nat(400), (bytes, at) => {
      const cut = Math.min(at, bytes.length)
      const before = checksum(bytes, 0, cut)
      expect(checksum(bytes, cut, bytes.length, before)).toBe(checksum(bytes, 0, bytes.length))
    }),
  )
})

test('units of two bytes are summed as bytes', () => {
  const units = Uint16Array.from('zwölf Œuvres', (letter) => letter.charCodeAt(0))
  expect(checksum(units, 2, 9) >>> 0).toBe(crc32(units.subarray(2, 9)))
})

test('joined sums tell texts apart by their order and by their number', () => {
  const [a, b] = [checksum(Buffer.from('a'), 0, 1), checksum(Buffer.from('b'), 0, 1)]
  const sums = [joined(0, a), joined(joined(0, a), b), joined(joined(0, b), a), joined(joined(0, a), a)]
  expect(new Set(sums).size).toBe(sums.length)
})
