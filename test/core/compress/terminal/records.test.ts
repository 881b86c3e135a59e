import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { terminalCleanup } from '../../../../src/core/compress/techniques/terminal-cleanup.ts'
import { withoutColours } from '../../../../src/core/compress/terminal/colours.ts'
import { returnsOfLines } from '../../../../src/core/compress/terminal/frames.ts'
import { assertProperty } from '../../../support/assert-property.ts'

const ESC = '\u001b'

const percent = fc.nat(100).map((value) => `${value}%`)
const part = fc.nat(9).map((value) => `${value}/9`)
const plainCells: readonly fc.Arbitrary<string>[] = [
  fc.nat(9999).map(String),
  fc.nat(999).map((value) => `A-${String(value).padStart(3, '0')}`),
  fc.nat(28).map((day) => `2031-02-${String(day + 1).padStart(2, '0')}`),
  fc.nat(99).map((value) => `-${value}.50`),
  fc.constantFrom('north', 'south', 'two words', 'x', ''),
  fc.constantFrom('"a, b"', '"first\nsecond"', `${ESC}[1mbold${ESC}[m`),
]

/** Rows whose cells are of one sort for each column. */
function rowsOf(cells: readonly fc.Arbitrary<string>[], delimiters: readonly string[]): fc.Arbitrary<string[]> {
  const columns = fc.array(fc.constantFrom(...cells), { minLength: delimiters[0] === '' ? 1 : 2, maxLength: 4 })
  return fc.tuple(columns, fc.constantFrom(...delimiters)).chain(([kinds, delimiter]) => {
    const row = fc.tuple(...kinds).map((all) => all.join(delimiter))
    return fc.array(row, { minLength: 2, maxLength: 8 })
  })
}

const rows = fc.oneof(
  rowsOf([...plainCells, percent, part], [',', '\t', ';', '|', ', ']),
  rowsOf(plainCells, [' ']),
  fc.constantFrom(...plainCells).chain((cell) => fc.array(cell, { minLength: 2, maxLength: 8 })),
)

const around = fc.constantFrom(
  '',
  '\n',
  '\r\n',
  '\r\r\n',
  '3 rows exported\n',
  '--- a.csv\r\n',
  'load 5%\n',
  '\n\n@@ -1 +1 @@\n-',
)

describe('records that end in a carriage return', () => {
  test('come out as they came, but for colours, whatever stands before and after them', () => {
    assertProperty(
      fc.property(around, rows, fc.constantFrom('\r', '\r\r'), around, (before, records, end, after) => {
        const text = before + records.map((record) => record + end).join('') + after
        expect(terminalCleanup.encode(text) ?? withoutColours(text)).toBe(withoutColours(text))
      }),
      { numRuns: 10_000 },
    )
  })

  test.each([
    ['a percentage behind a name', 'rack 1 40%\rrack 2 45%\rrack 3 50%'],
    ['a percentage in front of a name', '40% north\r45% south'],
    ['bars of a chart', 'rack 1 ███      30%\rrack 2 ██████   60%'],
    ['a bar of a chart in brackets', 'rack 1 [###   ] 30%\rrack 2 [##### ] 60%'],
    ['rules of a table', '|---|---|\r|-1-|-2-|'],
    ['dates', '3/12\r4/12/2031'],
    ['parts of another whole', '3/12\r4/13'],
    ['more than the whole', '3/12\r14/12'],
    ['list items', '- item 10%\r- item 5%'],
    ['a shorter line', 'load 100%\rload 2%'],
    ['blank records', 'a\r \rb'],
    ['log lines', '10:00:01 up 3\r10:00:02 up 4'],
    ['source', 'if (a) {\r  b()\r}'],
  ])('are told from frames: %s', (_name, line) => {
    expect(returnsOfLines(`one\n${line}\ntwo\n`)).toEqual(['none', 'records', 'none', 'none'])
  })

  test.each([
    ['a percentage', 'load 9%\rload 10%'],
    ['a part of a whole', 'step 9/30 (1.2 MB)\rstep 10/30 (900 kB)'],
    ['a size before the percentage', '1.2 MB of 5 MB (24%)\r2.5 MB of 5 MB (50%)'],
    ['a bar with names behind it', 'Linking [==>   ] 1/30: ab\rLinking [===>  ] 2/30: cd'],
    ['a spinner', '⠋ packing 1 s\r⠙ packing 2 s'],
    ['a spinner of letters', '| packing\r/ packing'],
    ['dots', 'waiting.\rwaiting..'],
    ['blanks over a frame', 'wait\r    \rdone'],
    ['an erase of the rest', `long frame\r${ESC}[Kx`],
    ['an erase of the line', `long frame${ESC}[2K\rx`],
    ['a move', `long frame\r${ESC}[1Gx`],
    ['another message after some progress', 'load 1%\rload 2%\rload 3%\rload 4%\rall of it: 7 objects'],
    ['an end in words', 'Reading it 9%\rReading it: done'],
  ])('are told from frames, not: %s', (_name, line) => {
    expect(returnsOfLines(`one\n${line}\r\ntwo\n`)).toEqual(['none', 'frames', 'none', 'none'])
  })

  test('are what a text without line feeds holds, unless an escape says otherwise', () => {
    expect(returnsOfLines('load 9%\rload 10%')).toEqual(['records'])
    expect(returnsOfLines(`load 9%\r${ESC}[Kload 10%`)).toEqual(['frames'])
  })
})
