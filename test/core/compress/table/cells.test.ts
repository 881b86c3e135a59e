/** The cells of a table stand whole in its form, however it was drawn. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { table } from '../../../../src/core/compress/techniques/table.ts'
import { assertProperty } from '../../../support/assert-property.ts'

type Rows = readonly (readonly string[])[]

const DRAWN: readonly (readonly [name: string, draw: (rows: Rows) => string])[] = [
  [
    'blanks',
    (rows) =>
      padded(rows)
        .map((row) => `${row.join('   ').trimEnd()}\n`)
        .join(''),
  ],
  ['tabs', (rows) => rows.map((row) => `${row.join('\t')}\n`).join('')],
  ['semicolons', (rows) => rows.map((row) => `${row.join(';')}\n`).join('')],
  [
    'Markdown',
    (rows) =>
      ruled(
        rows.map((row) => `| ${row.join(' | ')} |\n`),
        rows,
      ),
  ],
  ['HTML', (rows) => `<table>${rows.map(inHtml).join('')}</table>\n`],
]

function padded(rows: Rows): Rows {
  return rows.map((row) =>
    row.map((cell, nth) => cell.padEnd(Math.max(...rows.map((some) => (some[nth] ?? '').length)))),
  )
}

function ruled([names = '', ...lines]: readonly string[], [columns = []]: Rows): string {
  return `${names}|${columns.map(() => '---|').join('')}\n${lines.join('')}`
}

function inHtml(row: readonly string[], at: number): string {
  const tag = at === 0 ? 'th' : 'td'
  return `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
}

const cell = fc.constantFrom(
  '7',
  '-0.31',
  '+12 ms',
  '10.7.3.12:8080',
  '2031-04-05T06:07:08.9Z',
  'CVE-2031-44228',
  'src/store/a-1.ts:47',
  '[ref=e31]',
  'https://shop.example/a?b=1&c=2',
  'Running',
)
const rows = fc.array(fc.tuple(cell, cell, cell, fc.constant('zone-a.example/rack-4')), { minLength: 4, maxLength: 9 })

test.each(DRAWN)('drawn with %s', (_name, draw) => {
  let forms = 0
  assertProperty(
    fc.property(rows, (records) => {
      const form = table.encode(draw([['NAME', 'VALUE', 'PLACE', 'ZONE'], ...records]))
      if (form === undefined) return
      forms++
      for (const whole of new Set(records.flat())) expect(form).toContain(whole)
    }),
    { numRuns: 200 },
  )
  expect(forms).toBeGreaterThan(0)
})
