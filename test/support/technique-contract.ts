/** The contract of every technique. A new technique adds its fixture file and one line in `test/core/compress/fixtures.ts`. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEquivalent, isVerified } from '../../src/core/compress/block/verify.ts'
import type { Technique } from '../../src/core/compress/index.ts'
import { MAX_BLOCK_BYTES } from '../../src/core/compress/limits.ts'
import { assertProperty } from './assert-property.ts'
import { anyText, hostileTexts } from './hostile-text.ts'
import { withoutSpace } from './tool-results.ts'

export interface TechniqueFixture {
  readonly technique: Technique
  /** Texts with their encodings. */
  readonly samples: readonly (readonly [name: string, text: string, encoded: string])[]
  /** Texts that the technique does not encode. */
  readonly untouched: readonly (readonly [name: string, text: string])[]
  /** Texts of the kind that the technique is for. */
  readonly texts: fc.Arbitrary<string>
  /** Texts of the technique's form, and damaged ones. */
  readonly forms: fc.Arbitrary<string>
}

const HOSTILE_LENGTH = 1_000_000

export function describeTechnique(fixture: TechniqueFixture): void {
  const { technique, samples, untouched, texts, forms } = fixture
  describe(technique.name, () => {
    test('is named in kebab-case', () => {
      expect(technique.name).toMatch(/^[a-z\d]+(-[a-z\d]+)*$/)
    })

    test.each(samples)('encodes %s', (_name, text, encoded) => {
      expect(technique.encode(text)).toBe(encoded)
      expectSame(technique, text, technique.decode(encoded))
    })

    test.each(untouched)('does not encode %s', (_name, text) => {
      if (!technique.recognises(text)) expect(technique.encode(text)).toBeUndefined()
    })

    test('decodes what it encodes, to the same thing', () => {
      assertProperty(
        fc.property(texts, (text) => {
          const encoded = technique.recognises(text) ? undefined : technique.encode(text)
          if (encoded !== undefined) expectSame(technique, text, technique.decode(encoded))
        }),
        { numRuns: 2000 },
      )
    })

    test('recognises its own form, or encodes it no further', () => {
      assertProperty(
        fc.property(texts, (text) => {
          const encoded = technique.recognises(text) ? undefined : technique.encode(text)
          if (encoded !== undefined && !technique.recognises(encoded)) {
            expect(technique.encode(encoded)).toBeUndefined()
            expect(technique.decode(encoded)).toBe(encoded)
          }
        }),
        { numRuns: 500 },
      )
    })

    if (technique.equivalence === 'none') describeLoss(fixture)

    test('decodes only what it recognises, and never throws on similar text', () => {
      assertProperty(
        fc.property(fc.oneof(forms, texts, anyText()), (text) => {
          const decoded = technique.decode(text)
          if (decoded !== undefined && !technique.recognises(text)) expect(decoded).toBe(text)
        }),
        { numRuns: 2000 },
      )
    })

    test.each(hostileTexts(MAX_BLOCK_BYTES / 2))('is right on a block of %s', (_name, text) => {
      const encoded = technique.recognises(text) ? undefined : technique.encode(text)
      if (encoded !== undefined) expect(isVerified(technique, text, encoded)).toBe(true)
    })

    // Work that grows with the square of the text takes minutes here.
    test.each(hostileTexts(HOSTILE_LENGTH))('comes to an end on 1 MB of %s', (_name, text) => {
      const encoded = technique.encode(text)
      if (encoded !== undefined) isVerified(technique, text, encoded)
      expect(technique.decode(text)?.length ?? 0).toBeLessThanOrEqual(2 * HOSTILE_LENGTH)
    })
  })
}

/** Removed text cannot be restored, so every removal must be marked. */
function describeLoss({ technique, texts }: TechniqueFixture): void {
  test('marks every loss, and shortens no text twice', () => {
    assertProperty(
      fc.property(texts, (text) => {
        const encoded = technique.recognises(text) ? undefined : technique.encode(text)
        if (encoded === undefined) return
        expect(technique.recognises(encoded)).toBe(true)
        expect(technique.encode(encoded)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
}

/** Compares by the engine's equivalence, and by one that is independent of the engine. */
function expectSame({ equivalence }: Technique, text: string, decoded: string | undefined): void {
  expect(decoded).toBeDefined()
  // A lossy form has a marker and is not decoded.
  if (equivalence === 'none') return
  expect(isEquivalent(text, decoded as string, equivalence)).toBe(true)
  if (equivalence === 'json') expect(squeezed(decoded as string)).toBe(squeezed(text))
  if (equivalence === 'string') expect(decoded).toBe(text)
}

/** Text that is not JSON as a whole has no strings to protect. */
function squeezed(text: string): string {
  try {
    JSON.parse(text)
    return withoutSpace(text)
  } catch {
    return text.replace(/\s/g, '')
  }
}
