import fc from 'fast-check'
import { table } from '../../../../src/core/compress/techniques/table.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'
import { tableSamples } from './table.samples.ts'

type Rows = readonly (readonly string[])[]

/** Every column as wide as its widest cell, and a gap; the last cell ends its line. */
function inColumns(rows: Rows, gap = 3): string {
  const width = (nth: number): number => Math.max(...rows.map((row) => (row[nth] ?? '').length)) + gap
  const lines = rows.map((row) =>
    row.map((cell, nth) => (nth + 1 < row.length ? cell.padEnd(width(nth)) : cell)).join(''),
  )
  return `${lines.join('\n')}\n`
}

/** As mysql and psql draw them: numbers are not told from words. */
function inBox(rows: Rows, bars: readonly [string, string, string], rules: Rows): string {
  const [names = [], ...records] = rows
  const widths = names.map((_, nth) => Math.max(...rows.map((row) => (row[nth] ?? '').length)))
  const [left, between, right] = bars
  const line = (row: readonly string[]): string =>
    left + row.map((cell, nth) => ` ${cell.padEnd(widths[nth] as number)} `).join(between) + right
  const [top, middle, bottom] = rules.map((rule) => {
    const [begin = '', fill = '', cross = '', end = ''] = rule
    return rule.length === 0 ? [] : [begin + widths.map((width) => fill.repeat(width + 2)).join(cross) + end]
  })
  const lines = [...(top ?? []), line(names), ...(middle ?? []), ...records.map(line), ...(bottom ?? [])]
  return `${lines.join('\n')}\n`
}

function inHtml(row: readonly string[], tag: string): string {
  return `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
}

/** A command pads its columns to a width of its own: one cell is wider. */
const TORN = inColumns(
  Array.from({ length: 17 }, (_, n) =>
    n === 0 ? ['NAME', 'READY', 'NODE'] : [`api-${n}`, '2/2', `node-${n % 3}.example`],
  ),
  5,
).replace(/^api-9 +/m, 'api-with-a-longer-name-9   ')

const PLUS = ['+', '-', '+', '+']

const DRAWN: readonly ((rows: Rows) => string)[] = [
  (rows) => inColumns(rows),
  (rows) => inColumns(rows, 1),
  (rows) => inColumns(rows).replaceAll('\n', '\r\n'),
  (rows) => inBox(rows, ['|', '|', '|'], [PLUS, PLUS, PLUS]),
  (rows) => inBox(rows, ['', '|', ''], [[], ['', '-', '+', ''], []]),
  (rows) =>
    inBox(
      rows,
      ['│', '│', '│'],
      [
        ['┌', '─', '┬', '┐'],
        ['├', '─', '┼', '┤'],
        ['└', '─', '┴', '┘'],
      ],
    ),
  (rows) => inBox(rows, ['|', '|', '|'], [[], ['|', '-', '|', '|'], []]),
  (rows) => rows.map((row) => `${row.join('\t')}\n`).join(''),
  (rows) => rows.map((row) => `${row.join(',')}\n`).join(''),
  (rows) => rows.map((row) => `${row.join(', ')}\n`).join(''),
  (rows) => rows.map((row) => `${row.map((cell) => cell.padEnd(24, '\t')).join('\t')}\n`).join(''),
  ([names = [], ...rows]) => `<table>${inHtml(names, 'th')}${rows.map((row) => inHtml(row, 'td')).join('')}</table>\n`,
  (rows) => rows.map((row) => `${row.map((cell) => `"${cell}"`).join(';')}\n`).join(''),
]

const cell = fc.constantFrom(
  'web-1',
  'Running',
  'Running',
  '<none>',
  '0',
  '2 (5m ago)',
  '',
  '^',
  '"quoted" name',
  '"',
  '├── part',
  '👩‍👩‍👧‍👦',
  '\u202eابج',
  '東京',
  'a\tb',
  'a,b',
  'a;b',
  'a|b',
  'a=b]',
  'two  spaces',
  '  indented',
  'x\r',
  'shop-worker-pool-7.example.internal',
)

const NAMES = ['NAME', 'A', 'STATE', 'NOMINATED NODE', 'AGE']

const tables = fc
  .integer({ min: 2, max: 5 })
  .chain((width) =>
    fc.record({
      names: fc.constantFrom(
        NAMES.slice(0, width),
        NAMES.slice(0, width).map((name) => name.toLowerCase()),
      ),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      constants: fc.array(fc.nat(width - 1), { maxLength: width }),
      draw: fc.constantFrom(...DRAWN),
      around: fc.constantFrom(
        ['', ''],
        ['stdout:\n', 'a line of text\n'],
        ['\n', '(2 rows)\n'],
        ['a   b   c\n', 'last'],
      ),
      hasNames: fc.boolean(),
    }),
  )
  .map(({ names, rows, constants, draw, around, hasNames }) => {
    const same = new Set(constants)
    const filled = rows.map((row) => row.map((some, nth) => (same.has(nth) ? (rows[0]?.[nth] ?? some) : some)))
    return `${around[0]}${draw(hasNames ? [names, ...filled] : filled)}${around[1]}`
  })

const form = fc.constantFrom(
  '[table, 3 rows]\n',
  '[table, 2 rows; ^ = as above]\n',
  '[table, 2 rows; ^ = as above]\r\n',
  '[table, 2 lines; columns 9 apart, right 1]\n',
  '[table, 2 lines; columns 999999999 apart]\n',
  '[table, 2 rows; box; STATE=up in all rows, column 2]\n',
  '[table, 2 rows; Markdown, tight; "STATE=a,b" in all rows, columns 1-99999]\n',
  '[table, 1 rows; commas; A= in all rows, columns 0 7]\n',
  '[table, 1 rows; html; A= in all rows, columns 3-2]\n',
  '[table, 0 rows]\n',
  '[table, 2 rows; tab stops]\n',
  '[table, 1 rows; HTML, head and body]\n',
  '[table, 99999999999999999999 rows]\n',
  'NAME,STATE,AGE\n',
  'NAME STATE AGE\n',
  'a b c d e\n',
  '^ ^ ^\n',
  '"a b" "" c\n',
  'a b "^"\n',
  'a,b,c\n',
  '^,^,^\n',
  '"a b","",c\n',
  '"a b,c\n',
  '"^",,\n',
  '\n',
  'last',
)

const TREE = `NAME                             READY   STATUS    AGE
Deployment/ledger                1/2     Running   19s
└── ReplicaSet/ledger-5f7b       1/2     Running   19s
    ├── Pod/ledger-5f7b-2xk9     0/1     Running   19s
    └── Pod/ledger-5f7b-8hqm     1/1     Running   19s
`

const BOX_WITH_BAR = `+------+-------+
| id   | text  |
+------+-------+
| 1001 | a     |
| 1002 | a | b |
| 1003 | b     |
+------+-------+
`

export const tableFixture: TechniqueFixture = {
  technique: table,
  samples: tableSamples,
  untouched: [
    ['rows of bare JSON', `~[(text,n)\n${'one    two    three    four,7\n'.repeat(9)}end,8]`],
    ['an empty text', ''],
    ['two columns', 'a      1\nb      2\nc      3\n'.repeat(9)],
    ['columns that do not align', 'name   state   age\na   b   c\nb   c   d\nlonger   d   e\n'.repeat(9)],
    ['a tree in the first column', TREE],
    ['a single record', 'NAME    STATUS   ROLE     VERSION\nalpha   Ready    master   v1.31.0-rc.2\n'],
    [
      'sentences with commas',
      'first, we wait for 1,200 of them\nthen, we look for 2,400 more\nat last, we see 3,600\n'.repeat(4),
    ],
    [
      'a field that goes on in the next line',
      `id,text,zone\n${'1,up,zone-a.example/rack-4\n'.repeat(6)}2,"a\nb",zone-a.example/rack-4\n`,
    ],
    ['rows with more cells than names', `name;state;zone\n${'web;up;zone-a.example;3\n'.repeat(5)}`],
    ['a box with a bar in a cell', BOX_WITH_BAR],
    ['a row among the others whose cells do not fit', TORN],
    [
      'a row of delimited cells with one less',
      `name;state;zone\n${'web;up;zone-a.example\n'.repeat(5)}db;up\n${'db;up;zone-b.example\n'.repeat(6)}`,
    ],
    [
      'a rule without its names',
      `count\n${inColumns([['-----', '------', '-----'], ...Array.from({ length: 9 }, (_, n) => [`a${n}`, 'up', `b${n}`])])}`,
    ],
    [
      'a file whose lines are numbered',
      inColumns(
        ['apple', 'pear', 'plum', 'fig'].map((name, n) => [`${n + 7}`, `#define ${name.toUpperCase()}`, `0x${n}`]),
      ),
    ],
    ['statements of a script', `/^C .*[ ;]N left[ ;]/bx\n/^C .*[ ;]N right[ ;]/by\n`.repeat(9)],
    [
      'its own form',
      `[table, 2 rows; ^ = as above]\na,b,c\nd,e,f\ng,h,i\n${inColumns([...'abcdefghi'].map((c) => [c, c, c]))}`,
    ],
  ],
  texts: tables,
  forms: fc.array(fc.oneof(form, tables), { maxLength: 6 }).map((lines) => lines.join('')),
}
