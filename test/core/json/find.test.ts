import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJson, unitsOf } from '../../../src/core/json/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { jsonText, nearJson } from '../../support/json-text.ts'

function found(text: string): string[] {
  return findJson(unitsOf(text)).map(({ start, end }) => text.slice(start, end))
}

describe('findJson', () => {
  test.each([
    ['nothing', 'no JSON here', []],
    ['a whole text', ' {"a":[1, {}]}\n', ['{"a":[1, {}]}']],
    ['a log line', '12:00 INFO {"a": 1} took 5ms', ['{"a": 1}']],
    ['several', '{"a":1}{"b":2} [3]', ['{"a":1}', '{"b":2}', '[3]']],
    ['a bracketed level before', '[INFO] {"a":1}', ['{"a":1}']],
    ['braces that are no JSON', '{not {"a":1}}', ['{"a":1}']],
    ['a document that was cut off', '{"rows":[{"a":1},{"b":[2]},{"c":', ['{"a":1}', '{"b":[2]}']],
    ['a wrong bracket', '[{"a":1}}', ['{"a":1}']],
    ['a comma at the end', '[{"a":1},]', ['{"a":1}']],
    ['an empty container in a broken one', '[[], nope', ['[]']],
    ['a string that holds brackets', '["{", "]"]', ['["{", "]"]']],
    ['nothing in a string that breaks off', '["{}', []],
    ['scalars only', '1 "a" true', []],
    ['Python', "[{'a': 1}, None]", []],
  ])('finds %s', (_name, text, spans) => {
    expect(found(text)).toEqual(spans)
  })

  test('finds objects and arrays that are JSON, outermost, in order, and nothing else', () => {
    assertProperty(
      fc.property(nearJson, (text) => {
        let from = 0
        for (const { start, end } of findJson(unitsOf(text))) {
          expect(start).toBeGreaterThanOrEqual(from)
          expect(() => JSON.parse(text.slice(start, end))).not.toThrow()
          expect('[{').toContain(text[start])
          from = end
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('finds the same spans when others are put in their place', () => {
    assertProperty(
      fc.property(nearJson, jsonText, (text, other) => {
        const replacement = `[${other}]`
        let replaced = ''
        let from = 0
        const spans = findJson(unitsOf(text))
        for (const { start, end } of spans) {
          replaced += text.slice(from, start) + replacement
          from = end
        }
        replaced += text.slice(from)
        expect(found(replaced)).toEqual(spans.map(() => replacement))
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['brackets', '['],
    ['closed and unclosed', '[]['],
    ['unclosed records', '[{"a":1},'],
    ['keys without values', '{"a":'],
    ['quotes', '["'],
    ['backslashes', '{"\\'],
    ['unfinished escapes', '["\\u12'],
    ['numbers', '[1.5e'],
    ['spaces', '[ \n\t'],
  ])('reads each unit a bounded number of times: %s', (_name, piece) => {
    let reads = 0
    const units = new Proxy(unitsOf(piece.repeat(Math.ceil(20_000 / piece.length))), {
      get(target, name) {
        reads++
        return Reflect.get(target, name, target)
      },
    })
    findJson(units)
    expect(reads).toBeLessThan(12 * 20_000)
  })
})
