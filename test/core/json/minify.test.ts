import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasSameLexemes, minifyJson, textFrom, unitsOf } from '../../../src/core/json/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { jsonText } from '../../support/json-text.ts'

function minified(text: string): string {
  const out = new Uint16Array(text.length)
  return textFrom(out.subarray(0, minifyJson(unitsOf(text), out, 0)))
}

describe('minifyJson', () => {
  test('drops white space between lexemes and keeps lexemes, key order and duplicate keys', () => {
    expect(minified(' { "b" : [ 1.0 , "a b\\" " ] ,\n"a":\t1e400, "b": {} }\r\n')).toBe(
      '{"b":[1.0,"a b\\" "],"a":1e400,"b":{}}',
    )
  })

  test('keeps the lexemes and leaves no white space outside of strings', () => {
    assertProperty(
      fc.property(jsonText, (text) => {
        const result = minified(text)
        expect(hasSameLexemes(unitsOf(text), unitsOf(result))).toBe(true)
        expect(result.replace(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(/\s/)
        expect(minified(result)).toBe(result)
      }),
    )
  })
})

describe('hasSameLexemes', () => {
  test.each([
    ['{"a":1}', '{ "a" : 1 }\n', true],
    ['[1.0]', '[1]', false],
    ['[1]', '[1.0]', false],
    ['[12]', '[1]', false],
    ['[1e400]', '[1E400]', false],
    ['["\\u0061"]', '["a"]', false],
    ['["a "]', '["a"]', false],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', false],
    ['{"a":1,"a":2}', '{"a":2}', false],
    ['[]', '{}', false],
    ['[null]', '[]', false],
    ['[-0]', '[0]', false],
    [' 1 ', '1', true],
  ])('%s and %s: %s', (a, b, isSame) => {
    expect(hasSameLexemes(unitsOf(a), unitsOf(b))).toBe(isSame)
    expect(hasSameLexemes(Buffer.from(a), Buffer.from(b))).toBe(isSame)
  })
})
