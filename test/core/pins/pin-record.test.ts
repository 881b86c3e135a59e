import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  HEADER,
  type PinRecord,
  RECORD_BYTES,
  readRecords,
  versionOf,
  writeRecord,
} from '../../../src/core/pins/pin-record.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { keyOf } from './keys.ts'

const key = fc.record({ low: fc.integer({ min: 0, max: 2 ** 32 - 1 }), high: fc.integer({ min: 0, max: 2 ** 14 - 1 }) })
const formats = fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 4 })

const switches: fc.Arbitrary<PinRecord> = fc.record({
  name: fc.constantFrom('unpin', 'policy-unpin', 'policy-pin', 'policy-unpinned'),
  at: fc.integer({ min: 0, max: 2 ** 32 * 1000 - 1 }),
})

const record: fc.Arbitrary<PinRecord> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ key, pin: fc.oneof(fc.constant('as-came' as const), formats) }) },
  { weight: 1, arbitrary: switches },
)
const records = fc.array(record, { maxLength: 40 })

/** 40 records that differ. */
const many: PinRecord[] = Array.from({ length: 40 }, (_, nth) => ({
  key: keyOf(nth),
  pin: nth % 2 === 0 ? 'as-came' : [nth, 7],
}))

function fileOf(content: readonly PinRecord[]): Buffer {
  return Buffer.concat([HEADER, ...content.map(writeRecord)])
}

function readAll(bytes: Buffer): { records: PinRecord[]; used: number; damaged: number } {
  const found: PinRecord[] = []
  const counts = readRecords(bytes, (one) => found.push(one))
  return { records: found, ...counts }
}

describe('records of pins', () => {
  test('are read as they were written, 12 bytes each', () => {
    assertProperty(
      fc.property(records, (content) => {
        const file = fileOf(content)
        expect(file).toHaveLength(RECORD_BYTES * (content.length + 1))
        expect(readAll(file)).toEqual({ records: content, used: file.length, damaged: 0 })
      }),
    )
  })

  test('that are cut are read up to the cut, and the rest when it has come', () => {
    const file = fileOf(many)
    for (let cut = 0; cut <= file.length; cut++) {
      const begun = readAll(file.subarray(0, cut))
      expect(begun.damaged).toBe(0)
      expect(begun.used).toBe(cut - (cut % RECORD_BYTES))
      expect([...begun.records, ...readAll(file.subarray(begun.used)).records]).toEqual(many)
    }
  })

  test('that are doubled, header and all, are read twice', () => {
    const file = fileOf(many)
    expect(readAll(Buffer.concat([file, file]))).toEqual({
      records: [...many, ...many],
      used: 2 * file.length,
      damaged: 0,
    })
  })

  test.each([1, 5, 11, 12, 13, 100])('are found again behind %i bytes of garbage', (length) => {
    const [before, after] = [many.slice(0, 20), many.slice(20)]
    const garbage = Buffer.alloc(length, 0xa5)
    const file = Buffer.concat([fileOf(before), garbage, ...after.map(writeRecord)])
    const { records: found, damaged } = readAll(file)
    expect(found).toEqual(many)
    expect(damaged).toBe(length)
  })

  test('with one wrong bit are left out, and no others', () => {
    const file = fileOf(many)
    for (let bit = 0; bit < RECORD_BYTES * 8; bit++) {
      const bytes = Buffer.from(file)
      const at = RECORD_BYTES * 11 + (bit >>> 3)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
      expect(readAll(bytes).records).toEqual(many.toSpliced(10, 1))
    }
  })

  test('are none where a disk left zeros', () => {
    expect(readAll(Buffer.alloc(12_000)).records).toEqual([])
  })

  test('are seldom found in random bytes, which never throw', () => {
    assertProperty(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        const { records: found, used, damaged } = readAll(Buffer.from(bytes))
        expect(found.length).toBeLessThan(3)
        expect(used + RECORD_BYTES).toBeGreaterThan(bytes.length)
        expect(damaged).toBeLessThanOrEqual(used)
      }),
      { numRuns: 500 },
    )
  })

  test('are not searched for behind 64 KB of garbage: a start would wait a second for each megabyte', () => {
    const [within, beyond] = [64 * 1024 - 1, 64 * 1024].map((length) => {
      return Buffer.concat([Buffer.alloc(length, 'M2MPINS'), ...many.map(writeRecord)])
    }) as [Buffer, Buffer]
    expect(readAll(within)).toEqual({ records: many, used: within.length, damaged: 64 * 1024 - 1 })
    expect(readAll(beyond)).toEqual({ records: [], used: beyond.length, damaged: beyond.length })
  })
})

describe('the version of a file', () => {
  test.each<[string, Uint8Array, ReturnType<typeof versionOf>]>([
    ['ours', fileOf(many), 'this'],
    ['the header alone', HEADER, 'this'],
    ['a later one', Buffer.from('M2MPINS\u0002____'), 'other'],
    ['no file of ours', Buffer.from('{"pins":[]}'), undefined],
    ['nothing', Buffer.alloc(0), undefined],
    ['zeros', Buffer.alloc(64), undefined],
  ])('of %s', (_what, bytes, version) => {
    expect(versionOf(bytes)).toBe(version)
  })

  test('is read from a view of a larger buffer', () => {
    const larger = Buffer.concat([Buffer.from('before'), HEADER])
    expect(versionOf(new Uint8Array(larger.buffer, larger.byteOffset + 6, HEADER.length))).toBe('this')
  })
})
