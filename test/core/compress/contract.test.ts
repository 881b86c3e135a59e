import { describe, expect, test } from 'vitest'
import { PROFILES } from '../../../src/core/compress/index.ts'
import { describeTechnique } from '../../support/technique-contract.ts'
import { fixtures } from './fixtures.ts'

for (const fixture of fixtures) describeTechnique(fixture)

describe('profiles', () => {
  test('use no technique that was not held to the contract', () => {
    const tested = new Set(fixtures.map(({ technique }) => technique))
    for (const steps of Object.values(PROFILES))
      for (const technique of steps.flat()) expect(tested).toContain(technique)
  })

  test('lose nothing, but for Aggressive', () => {
    const lossy = fixtures.map(({ technique }) => technique).filter(({ equivalence }) => equivalence === 'none')
    expect(PROFILES.Aggressive.flat()).toEqual(expect.arrayContaining(lossy))
    for (const technique of PROFILES.Balanced.flat()) expect(lossy).not.toContain(technique)
  })

  test('contain each other', () => {
    for (const technique of PROFILES.Safe.flat()) expect(PROFILES.Balanced.flat()).toContain(technique)
    for (const technique of PROFILES.Balanced.flat()) expect(PROFILES.Aggressive.flat()).toContain(technique)
  })
})
