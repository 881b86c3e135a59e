import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMerger } from '../../../src/core/tokenizer/merge.ts'
import { createShortMerger, SHORT_PIECE } from '../../../src/core/tokenizer/merge-short.ts'
import { Ranks } from '../../../src/core/tokenizer/ranks.ts'
import { readTokenTable } from '../../../src/tables/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { counts, VOCABULARIES } from './oracle.ts'

describe.each(VOCABULARIES)('merging with the ranks of %s', (name) => {
  const ranks = new Ranks(name, readTokenTable(name))
  const whole = createMerger(ranks, 1 << 16)
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 400 }),
    fc
      .string({ unit: fc.constantFrom('a', 'b', 'e', 'in', 'the', 'er', 'ab', '='), minLength: 1, maxLength: 300 })
      .map(utf8),
    fc
      .tuple(fc.string({ minLength: 1, maxLength: 5 }), fc.nat(100))
      .map(([unit, times]) => utf8(unit.repeat(times + 1))),
  )

  // Tiny windows put cuts everywhere, also at wrong places, where a larger window is needed.
  test.each([2, 8, 16, 33, 100])('in windows of %i bytes equals merging in one window', (window) => {
    const windowed = createMerger(ranks, window)
    assertProperty(
      fc.property(bytes, (piece) => {
        expect(windowed.count(piece, 0, piece.length)).toBe(whole.count(piece, 0, piece.length))
      }),
      { numRuns: 500 },
    )
  })

  test('by a search of all pairs equals merging by a heap', () => {
    const short = createShortMerger(ranks)
    assertProperty(
      fc.property(bytes, (piece) => {
        const end = Math.min(piece.length, SHORT_PIECE)
        const steps = whole.counting(piece, { start: 0, end }, piece.length)
        expect(short(piece, 0, end)).toBe(steps.next().value)
      }),
      { numRuns: 2_000 },
    )
  })

  test('equals the oracle for a piece of several windows', () => {
    const piece = 'abacadabraXylophonequizzically'.toLowerCase().repeat(20)
    expect(createMerger(ranks, 64).count(utf8(piece), 0, piece.length)).toBe(counts(name, piece).oracle)
  })

  test('counts within the given bounds', () => {
    expect(whole.count(utf8('xxhelloxx'), 2, 7)).toBe(1)
  })
})

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
