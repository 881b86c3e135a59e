import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compressBlock } from '../../../src/core/compress/block/compress-block.ts'
import { sizeOf } from '../../../src/core/compress/block/gate.ts'
import { techniquesOf } from '../../../src/core/compress/index.ts'
import { NO_HINT } from '../../../src/core/compress/kinds/kind.ts'
import { kindOf } from '../../../src/core/compress/kinds/kind-of.ts'
import { plansFor } from '../../../src/core/compress/profiles.ts'
import { PROFILE_NAMES, type ProfileName } from '../../../src/core/modes.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { approximateCounter, exactCounter } from '../../support/counters.ts'
import { fixtures } from './fixtures.ts'

/** Texts of every technique's kind, alone and one after the other. */
const texts = fc
  .array(fc.oneof(...fixtures.map((fixture) => fixture.texts)), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('\n'))

describe('a profile', () => {
  test.each([
    ['exact', exactCounter],
    ['approximate', approximateCounter],
  ])('is never longer than a lower one, by an %s counter', (_name, counter) => {
    const tokensAs = (profile: ProfileName, text: string): number => {
      const result = compressBlock(text, (some) => plansFor(profile, kindOf(some, NO_HINT)), counter)
      return sizeOf(result.status === 'changed' ? result.text : text, counter)[0]
    }
    assertProperty(
      fc.property(texts, (text) => {
        const tokens = PROFILE_NAMES.map((profile) => tokensAs(profile, text))
        expect(tokens).toEqual(tokens.toSorted((a, b) => b - a))
      }),
      { numRuns: 500 },
    )
  })

  test('has every technique of the lower ones', () => {
    expect(techniquesOf('Balanced')).toEqual(expect.arrayContaining([...techniquesOf('Safe')]))
    expect(techniquesOf('Aggressive')).toEqual(expect.arrayContaining([...techniquesOf('Balanced')]))
  })
})
