import { expect, test } from 'vitest'
import { nearest } from '../../src/core/nearest.ts'

test.each([
  ['profil', ['profile', 'mode'], 'profile'],
  ['prot', ['host', 'port'], 'port'],
  ['Enforced', ['Audit', 'Enforce'], 'Enforce'],
  ['enforce', ['Audit', 'Enforce'], 'Enforce'],
  ['mdoe', ['node', 'mode'], 'mode'],
  ['banana', ['profile', 'mode'], undefined],
  ['x', ['yz'], undefined],
  ['', ['a'], 'a'],
  ['a', [], undefined],
])('%j: did you mean one of %j? %j', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected)
})

test('has no guess for a word that nobody mistyped', () => {
  expect(nearest('p'.repeat(65), ['p'.repeat(64)])).toBeUndefined()
})
