/** What a reader may quote stands whole in every form: the rule for all techniques at once. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bordersOf } from '../../../src/core/compress/lines/borders.ts'
import { assertProperty } from '../../support/assert-property.ts'
import type { TechniqueFixture } from '../../support/technique-contract.ts'
import { fixtures } from './fixtures.ts'

/** Techniques that may write something in another way, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'json-minify': 'white space between the tokens of JSON is no part of a value',
  'columnar-json': 'a key and its value part ways, and a string in an array of strings may lose its place',
  'bare-json': 'strings lose their quotes',
  'json-unescape': 'escapes are resolved, a level of quotes goes',
  table: 'tags, bars and the quotes around a field are its drawing, no part of a cell: cells.test.ts',
  'python-repr': 'Python quotes become JSON quotes',
  'search-paths': 'a path stands above its lines, and no part of it is cut',
  'listing-paths': 'a directory stands above its entries: a path is cut at a separator, never inside a name',
  'terminal-cleanup': 'control sequences and overwritten frames go',
}

const checked = fixtures.filter(({ technique }) => technique.equivalence === 'string' && !(technique.name in EXEMPT))

/** The things of a text that may not be cut and say something: they hold a digit, a quote, a path or a reference. */
function wholesOf(text: string): readonly string[] {
  const borders = bordersOf(text)
  const wholes: string[] = []
  for (let from = 0; from < text.length; ) {
    const to = borders.indexOf(1, from + 1)
    const whole = text.slice(from, to)
    if (/[\d"'`/\\[]./.test(whole) || /\d/.test(whole)) wholes.push(whole)
    from = to
  }
  return wholes
}

function expectWhole({ technique }: TechniqueFixture, text: string): void {
  const encoded = technique.recognises(text) ? undefined : technique.encode(text)
  if (encoded === undefined) return
  for (const whole of new Set(wholesOf(text))) expect(encoded).toContain(whole)
}

/** Lines of logs, tables and reports, so alike that techniques find something in them. */
const number = fc.constantFrom(
  '7',
  '-0.31',
  '+12 ms',
  '99.5 %',
  '10.7.3.12:8080',
  '2031-04-05T06:07:08.9Z',
  'CVE-2031-44228',
  'v1.2.3-rc.1',
)
const word = fc.constantFrom(
  '"two words 7"',
  "'it''s 8'",
  'src/store/a-1.ts:47',
  'https://shop.example/a?b=1&c=2',
  '\\x1b',
  '[ref=e31]',
  'PASSED',
  'orders',
)
const line = fc
  .tuple(fc.nat(5), number, word, number)
  .map(
    ([kind, a, b, c]) =>
      [
        `request ${a} to the order service was answered by ${b} after ${c}`,
        `${a} ${b} balance=${c} of the account, as it was`,
        `  - button ${b} ${a} [ref=e${c}]: the next one in the tree`,
        `api-${a}   2/2   Running   ${c}   ${b}`,
        `t_orders.py::test_num[${a}] PASSED in ${c}`,
        `time="${a}" level=info msg=${b} balance -${c}`,
      ][kind],
  )
const lines = fc
  .array(fc.tuple(line, fc.constantFrom(1, 1, 4)), { maxLength: 24 })
  .map((some) => some.map(([text, times]) => `${text}\n`.repeat(times)).join(''))

describe.each(checked.map((fixture) => ({ name: fixture.technique.name, fixture })))('$name', ({ fixture }) => {
  test('keeps whole what may be quoted, in the samples of every technique', () => {
    for (const { samples, untouched } of fixtures)
      for (const [, text] of [...samples, ...untouched]) expectWhole(fixture, text)
  })

  test('keeps it whole in texts of its own kind', () => {
    assertProperty(
      fc.property(fixture.texts, (text) => expectWhole(fixture, text)),
      { numRuns: 500 },
    )
  })

  test('keeps it whole in lines that are alike', () => {
    assertProperty(
      fc.property(lines, (text) => expectWhole(fixture, text)),
      { numRuns: 500 },
    )
  })
})

test('the exempt techniques exist', () => {
  const names = fixtures.map(({ technique }) => technique.name)
  expect(names).toEqual(expect.arrayContaining(Object.keys(EXEMPT)))
})
