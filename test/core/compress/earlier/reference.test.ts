import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  hasReference,
  parseReference,
  quoteOf,
  writeReference,
} from '../../../../src/core/compress/earlier/reference.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { hostileTexts } from '../../../support/hostile-text.ts'

describe('a reference', () => {
  test.each([
    [{ lines: 43, block: 'call_7', first: 'def find(key):', last: 'return found' }],
    [{ lines: 1, block: 'messages[4]', first: '{"ok":true}', last: '{"ok":true}' }],
    [{ lines: 2, block: 'toolu_01:a-b.c', first: 'say "hi"', last: '"' }],
  ])('reads as it was written: %o', (reference) => {
    expect(parseReference(writeReference(reference))).toEqual(reference)
  })

  test('describes its lines in plain words', () => {
    const reference = { lines: 43, block: 'call_7', first: 'def find(key):', last: 'return found' }
    expect(writeReference(reference)).toBe('[43 lines as in call_7: "def find(key):" … "return found"]')
    expect(writeReference({ ...reference, lines: 1, last: reference.first })).toBe(
      '[1 line as in call_7: "def find(key):"]',
    )
  })

  test.each([
    ['a count with a zero in front', '[03 lines as in call_7: "a" … "b"]'],
    ['no lines', '[0 lines as in call_7: "a" … "b"]'],
    ['the wrong number', '[1 lines as in call_7: "a"]'],
    ['two quotes for one line', '[1 line as in call_7: "a" … "b"]'],
    ['three quotes', '[3 lines as in call_7: "a" … "b" … "c"]'],
    ['one quote for three lines', '[3 lines as in call_7: "a"]'],
    ['a name with a space', '[3 lines as in the call: "a" … "b"]'],
    ['text after it', '[3 lines as in call_7: "a" … "b"] '],
    ['text before it', ' [3 lines as in call_7: "a" … "b"]'],
    ['no end', '[3 lines as in call_7: "a" … "b"'],
    ['a very long quote', `[1 line as in call_7: "${'a'.repeat(300)}"]`],
    ['nothing', ''],
  ])('is not %s', (_name, line) => {
    expect(parseReference(line)).toBeUndefined()
    expect(hasReference(`${line}\n${line}`)).toBe(false)
  })

  test('is found on any line of a text, and only as a whole line', () => {
    const line = '[3 lines as in call_7: "a" … "b"]'
    for (const text of [line, `${line}\n`, `one\n${line}\ntwo`, `one\n${line}`]) expect(hasReference(text)).toBe(true)
    for (const text of [`${line}\r\n`, `one ${line}`, line.replace('as in', 'as\nin')]) {
      expect(hasReference(text)).toBe(false)
    }
  })

  test('never parses to a reference that would be written differently', () => {
    const piece = fc.constantFrom(
      '[',
      '3',
      '1',
      ' line',
      ' lines',
      ' as in ',
      'call_7',
      'messages[4]',
      ': "',
      '" … "',
      '"]',
      '…',
      'x',
      '\n',
    )
    assertProperty(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const reference = parseReference(pieces.join(''))
        if (reference !== undefined) expect(writeReference(reference)).toBe(pieces.join(''))
      }),
      { numRuns: 5000 },
    )
  })

  test.each(hostileTexts(1_000_000))('is looked for in 1 MB of %s', (_name, text) => {
    expect(hasReference(text)).toBe(false)
  })

  test.each(['[3 lines as in a', '[3 lines as in a: "x" … "y"\n', '[3 lines as in a: "', '" … "'])(
    'is looked for in 1 MB of %j',
    (piece) => {
      expect(hasReference(piece.repeat(1_000_000 / piece.length))).toBe(false)
    },
  )
})

describe('a quote', () => {
  test('is the line without the space around it, cut when it is long', () => {
    expect(quoteOf('\t return found;\r')).toBe('return found;')
    expect(quoteOf('a'.repeat(32))).toBe('a'.repeat(32))
    expect(quoteOf('a'.repeat(33))).toBe(`${'a'.repeat(32)}…`)
  })

  test('never cuts a character in two', () => {
    expect(quoteOf('😀'.repeat(40))).toBe(`${'😀'.repeat(16)}…`)
    expect(quoteOf(`a${'😀'.repeat(40)}`)).toBe(`a${'😀'.repeat(15)}…`)
  })
})
