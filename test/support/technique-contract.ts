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
  /** Texts that are encoded, and their encoding. */
  readonly samples: readonly (readonly [name: string, text: string, encoded: string])[]
  /** Texts that are left unchanged. */
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

    test.each(samples)('encodes: %s', (_name, text, encoded) => {
      expect(technique.encode(text)).toBe(encoded)
      expectSame(technique, text, technique.decode(encoded))
    })

    test.each(untouched)('leaves unchanged: %s', (_name, text) => {
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

    test('knows its own form, or has nothing to say about it', () => {
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

    test('decodes only what it recognises, and never throws on what merely looks like its form', () => {
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

/** An omission cannot be restored, so that the text must mark it. */
function describeLoss({ technique, texts }: TechniqueFixture): void {
  test('says that something is gone, and loses nothing twice', () => {
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

/** Checked by the equivalence that the engine uses, and by one that is independent of the engine. */
function expectSame({ equivalence }: Technique, text: string, decoded: string | undefined): void {
  expect(decoded).toBeDefined()
  // A lossy form is not compared: its decoder does not restore the text.
  if (equivalence === 'none') return
  expect(isEquivalent(text, decoded as string, equivalence)).toBe(true)
  if (equivalence === 'json') expect(squeezed(decoded as string)).toBe(squeezed(text))
  if (equivalence === 'string') expect(decoded).toBe(text)
}

/** A text that is not JSON as a whole loses all its white space. */
function squeezed(text: string): string {
  try {
    JSON.parse(text)
    return withoutSpace(text)
  } catch {
    return text.replace(/\s/g, '')
  }
}
