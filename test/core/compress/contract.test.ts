import { describe, expect, test } from 'vitest'
import { techniquesOf } from '../../../src/core/compress/index.ts'
import { describeTechnique } from '../../support/technique-contract.ts'
import { fixtures } from './fixtures.ts'

for (const fixture of fixtures) describeTechnique(fixture)

describe('profiles', () => {
  test('use no technique that was not held to the contract', () => {
    const tested = new Set(fixtures.map(({ technique }) => technique))
    for (const technique of techniquesOf('Aggressive')) expect(tested).toContain(technique)
  })

  test('lose nothing, but for Aggressive', () => {
    const lossy = fixtures.map(({ technique }) => technique).filter(({ equivalence }) => equivalence === 'none')
    expect(techniquesOf('Aggressive')).toEqual(expect.arrayContaining(lossy))
    for (const technique of techniquesOf('Balanced')) expect(lossy).not.toContain(technique)
  })

  test('contain each other', () => {
    expect(techniquesOf('Balanced')).toEqual(expect.arrayContaining([...techniquesOf('Safe')]))
    expect(techniquesOf('Aggressive')).toEqual(expect.arrayContaining([...techniquesOf('Balanced')]))
  })
})
