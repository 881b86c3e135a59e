import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MARKS, readForm } from '../../../../src/core/compress/dictionary/form.ts'
import { bordersOf } from '../../../../src/core/compress/lines/borders.ts'
import { dictionary } from '../../../../src/core/compress/techniques/dictionary.ts'
import { assertProperty } from '../../../support/assert-property.ts'

const PARTS = [
  'api-7f9c',
  'svc.example.net/v1',
  ' ',
  ' ',
  '   ',
  '\t',
  '\n',
  ' ready ',
  ':8080',
  '=',
  '(',
  ')',
  "'",
  '\\n',
  '-0.31',
  '1. **',
]

/** Text of a few parts that contain each other. */
const texts = fc.array(fc.constantFrom(...PARTS), { minLength: 20, maxLength: 120 }).map((parts) => parts.join(''))

describe('an entry', () => {
  test('is a part of one line and one cell, whole words with their brackets, and holds no letters', () => {
    let entries = 0
    assertProperty(
      fc.property(texts, (text) => {
        const form = readForm(dictionary.encode(text) ?? '')
        for (const value of form?.entries.values() ?? []) {
          entries++
          expect(value).not.toMatch(/[\n\t|]| {2}|^[\s=]|\s$/)
          expect(value.split('(')).toHaveLength(value.split(')').length)
          expect([...value].filter((unit) => MARKS.includes(unit))).toEqual([])
        }
      }),
      { numRuns: 1000 },
    )
    expect(entries).toBeGreaterThan(100)
  })

  test('cuts nothing that stays whole', () => {
    assertProperty(
      fc.property(texts, (text) => {
        const form = readForm(dictionary.encode(text) ?? '')
        const borders = bordersOf(text)
        let at = 0
        for (const unit of form?.body ?? '') {
          const length = form?.entries.get(unit)?.length ?? unit.length
          if (form?.entries.has(unit)) expect([borders[at], borders[at + length]]).toEqual([1, 1])
          at += length
        }
      }),
      { numRuns: 1000 },
    )
  })
})
