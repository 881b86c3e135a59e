import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bordersOf, bordersOfLines, isBorder } from '../../../../src/core/compress/lines/borders.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { anyText, hostileTexts } from '../../../support/hostile-text.ts'

/** The text with a bar at each border. */
function cut(text: string): string {
  const borders = bordersOf(text)
  return [...text.matchAll(/[\s\S]/g)]
    .map(({ 0: unit, index }) => (index > 0 && borders[index] ? '|' : '') + unit)
    .join('')
}

describe('borders', () => {
  test.each([
    ['a balance with its sign', '-0.31 EUR'],
    ['a time', '2031-04-05T06:07:08.9Z'],
    ['an id', 'CVE-2031-44228'],
    ['a hexadecimal number', '+0x72'],
    ['a path', 'src/store/orders.ts'],
    ['a path without a digit', '/api/orders'],
    ['a place in a file', 'src/store.ts:47:12'],
    ['a URL with a query', 'https://shop.example/a?b=c&d=e'],
    ['a path of a drive', 'C:\\new\\table.txt'],
    ['a quoted string', '"Delete all 3 rows"'],
    ['a quoted string with escaped and doubled quotes', '"a \\" b "" c"'],
    ['a string in single quotes with an apostrophe', "'don't stop'"],
    ['bytes', "b'two words'"],
    ['an escape', '\\u00e9'],
    ['a control sequence', '\u001b[1;31m'],
    ['a reference', '[ref=e31]'],
    ['a test with its parameter', 't_test.py::test_num[4]'],
    ['a number and its unit', '120 ms'],
    ['a rate', '3 GB/s'],
    ['a count in a time', '1200 req/min'],
    ['a share', '99.5 %'],
    ['an address', 'ops@shop.example'],
    ['a name', 'io.example.payments-worker_main'],
    ['a character beyond the basic plane', '👩'],
    ['an address of a host', '[::1]:8080'],
  ])('keep %s whole', (_name, text) => {
    expect(cut(`see ${text}, then`)).toContain(`|${text}|`)
  })

  test.each([
    ['between words', 'up and down', 'up| |and| |down'],
    ['before a stop', 'took 12, then 3.', 'took| |12|,| |then| |3|.'],
    ['at equals signs', 'port=8001', 'port|=|8001'],
    ['around quoted strings', 'name="two words";', 'name|=|"two words"|;'],
    ['behind a key of JSON', '{"port":8080,"a":true}', '{|"port"|:|8080|,|"a"|:|true|}'],
    ['between names with a comma or colon', 'level:info,up', 'level|:|info|,|up'],
    ['behind a name', 'sshd[12]: ok', 'sshd[12]|:| |ok'],
    ['after an escape', 'a\\nb', 'a|\\n|b'],
    ['before a word that is no unit', '12 monkeys', '12| |monkeys'],
    ['where a quote is never closed', '5" of "rain', '5|"| |of| |"|rain'],
    ['at an apostrophe', "don't, can't", "don|'|t|,| |can|'|t"],
    ['at the ends of lines', '"a\nb" 1\n2', '"|a|\n|b|"| |1|\n|2'],
  ])('fall %s', (_name, text, expected) => {
    expect(cut(text)).toBe(expected)
  })

  test('are told for one place as for all', () => {
    assertProperty(
      fc.property(anyText(30), (text) => {
        const borders = bordersOf(text)
        for (let at = 0; at <= text.length; at++) expect(isBorder(text, at)).toBe(borders[at] === 1)
      }),
    )
  })

  test('include both ends, and never cut a surrogate pair or a run with a digit', () => {
    const lines = fc.string({ unit: fc.constantFrom(...'ab 12.,:+-_/#@%"\'`[]\\=\n👩é'), maxLength: 40 })
    assertProperty(
      fc.property(lines, (text) => {
        const borders = bordersOf(text)
        expect([borders[0], borders[text.length], borders.length]).toEqual([1, 1, text.length + 1])
        for (const { index } of text.matchAll(/[\ud800-\udbff](?=[\udc00-\udfff])/g)) expect(borders[index + 1]).toBe(0)
        // An escape ends before the run behind it.
        const line = text.replaceAll(/\\[^\d\n]/g, '  ')
        for (const { 0: run, index } of line.matchAll(/[a-z\d](?:[.,:]?[a-z\d+\-_/#@%])*/g))
          if (/\d/.test(run)) expect([...borders].slice(index + 1, index + run.length)).not.toContain(1)
      }),
      { numRuns: 3000 },
    )
  })

  test('of lines are those of each line read by itself', () => {
    const piece = fc.constantFrom(
      '"',
      "'",
      '`',
      '\\',
      '\n',
      '\r\n',
      '\u001b[1',
      '[a',
      ']',
      '12',
      ' ms',
      'a://',
      '/b',
      'C:\\',
      ',',
      'é',
      ' ',
    )
    const lines = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''))
    assertProperty(
      fc.property(fc.oneof(lines, anyText(40)), (text) => {
        const borders = bordersOfLines(text)
        let from = 0
        for (const line of text.match(/.*?(?:\n|$)/gs) ?? []) {
          expect([...borders.subarray(from + 1, from + line.length)]).toEqual([
            ...bordersOf(line).subarray(1, line.length),
          ])
          expect(borders[from]).toBe(1)
          from += line.length
        }
      }),
      { numRuns: 3000 },
    )
  })

  // Work that grows with the square of the text takes minutes here.
  test.each(hostileTexts(1_000_000))('come to an end on 1 MB of %s', (_name, text) => {
    expect(bordersOf(text)).toHaveLength(text.length + 1)
  })

  test.each([',', 'a,', '"a', "'a ", '[a', 'a://', '\\"', '1:', '1 ms'])('come to an end on 1 MB of %j', (piece) => {
    expect(bordersOf(piece.repeat(1_000_000 / piece.length))).toBeDefined()
  })
})
