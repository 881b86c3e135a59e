import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MARKS, readForm } from '../../../../src/core/compress/dictionary/form.ts'
import { dictionary } from '../../../../src/core/compress/techniques/dictionary.ts'
import { assertProperty } from '../../../support/assert-property.ts'

const PARTS = ['api-7f9c', 'api-7f9c.svc.example.net', 'svc.example.net/v1', ' ', '  image: ', '\n', ' ready', ':8080']

/** Text of a few parts that contain each other. */
const texts = fc.array(fc.constantFrom(...PARTS), { minLength: 20, maxLength: 120 }).map((parts) => parts.join(''))

const marksIn = (value: string): string[] => [...value].filter((letter) => MARKS.includes(letter))

describe('an entry', () => {
  test('is a part of one line, and its letters stand for no other letters', () => {
    let entries = 0
    assertProperty(
      fc.property(texts, (text) => {
        const form = readForm(dictionary.encode(text) ?? '')
        for (const value of form?.entries.values() ?? []) {
          entries++
          expect(value).not.toContain('\n')
          for (const mark of marksIn(value)) expect(marksIn(form?.entries.get(mark) ?? '')).toEqual([])
        }
      }),
      { numRuns: 500 },
    )
    expect(entries).toBeGreaterThan(500)
  })
})
