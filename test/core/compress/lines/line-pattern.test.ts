import { describe, expect, test } from 'vitest'
import { linePattern } from '../../../../src/core/compress/lines/line-pattern.ts'

const PATTERN = /^\[next \d+ lines/m
const fast = linePattern('[next ', PATTERN)

describe('a pattern for the lines of a form', () => {
  test.each([
    ['', false],
    ['[next 3 lines', true],
    ['a\n[next 3 lines', true],
    ['a\r[next 3 lines', true],
    ['a\u2028[next 3 lines', true],
    ['a\u2029[next 3 lines', true],
    [' [next 3 lines', false],
    ['[a\n b [next 3 lines', false],
    ['[1]\n[2] [next 3 lines', false],
    ['a\n[next lines', false],
  ])('%j: %s, as the pattern says', (text, isThere) => {
    expect(fast.test(text)).toBe(isThere)
    expect(PATTERN.test(text)).toBe(isThere)
  })
})
