import fc from 'fast-check'
import { sectionTemplates } from '../../../../src/core/compress/techniques/section-templates.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const HEAD = '[S1(n lines)= names lines; "S1 x" repeats them with x in {}]\n'

/** A partition as a tool lists it. */
const partition = (id: number | string, end = '\n') =>
  [
    `  ${id}:`,
    `    id: ${id}`,
    '    in sync:',
    '    - broker-1001',
    '    leader: broker-1001',
    '    is preferred: true',
  ]
    .map((line) => line + end)
    .join('')

const TRACE = [
  'Error: connection to the database lost',
  '    at connect (db.js:12)',
  '    at retry (pool.js:140)',
  '    at main (app.js:3)',
]
const trace = (end: string) => TRACE.map((line) => line + end).join('')

const piece = fc.oneof(
  fc
    .tuple(fc.constantFrom('0', '17', 'x9', '👩‍👩‍👧‍👦1', '1|2', '3 4', '\r5'), fc.constantFrom('\n', '\r\n', '\r\r\n'))
    .map(([id, end]) => partition(id, end)),
  fc.constantFrom('\n', '\r\n').map(trace),
  fc.constantFrom(
    '\n',
    'plain\n',
    'a {1}\nb {1}\nlines with braces of their own, a few\n',
    '<none>\n',
    '\u202eابج 7\n',
    'S1 of them\n',
    '[next 4 lines start with "x"]\n',
    'last',
  ),
)
const form = fc.constantFrom(
  'S1(2 lines)=id: {1}\n',
  'S1(0 lines)=id: {1}\n',
  'S1(99999999999999999999 lines)=id: {1}\n',
  'S2(1 lines)={7}\r\n',
  'S1(1 lines)=}{\n',
  'name: {x}\n',
  'S1 7 a\n',
  'S1|7|a b\n',
  'S1\n',
  'S1',
  'S2 9\n',
  'S9 9\n',
  'plain\n',
)

export const sectionTemplatesFixture: TechniqueFixture = {
  technique: sectionTemplates,
  samples: [
    [
      'sections that differ in numbers',
      `partitions:\n${partition(0)}${partition(1)}${partition(2)}topic: orders\n`,
      `${HEAD}partitions:\nS1(6 lines)=  {0}:\n    id: {0}\n    in sync:\n    - broker-1001\n    leader: broker-1001\n    is preferred: true\nS1 1 1\nS1 2 2\ntopic: orders\n`,
    ],
    [
      'the same stack trace between other lines, with line ends of its own, and a last line without one',
      `one\n${trace('\r\n')}two or so\n${trace('\r\n')}three, or even more\n${trace('\r\n')}${trace('\n').trimEnd()}`,
      `${HEAD}one\nS1(4 lines)=${trace('\r\n')}two or so\nS1\r\nthree, or even more\nS1\r\n${trace('\n').trimEnd()}`,
    ],
    [
      'sections of several kinds, one in the middle of which the other comes to an end',
      `${partition(1)}x\n${trace('\n')}${partition(2)}y\n${trace('\n')}${TRACE.slice(0, 3).join('\n')}\nz\n`,
      `${HEAD}${[
        'S1(6 lines)=  {1}:\n    id: {1}\n    in sync:\n    - broker-1001\n    leader: broker-1001\n    is preferred: true',
        'x',
        'S2(3 lines)=Error: connection to the database lost\n    at connect (db.js:12)\n    at retry (pool.js:140)',
        '    at main (app.js:3)',
        'S1 2 2',
        'y',
        'S2',
        '    at main (app.js:3)',
        'S2',
        'z',
      ]
        .map((line) => `${line}\n`)
        .join('')}`,
    ],
  ],
  untouched: [
    [
      'lines that a head above counts',
      `[next 24 lines start with "broker-"]\n${[1, 2, 3, 4].map((id) => partition(id)).join('')}`,
    ],
    [
      'rows of bare JSON',
      `~[(text,n)\n${[...'1234'].map((n) => `the first of two lines is here,${n}\nthe second one is not the same at all,${n}\n`).join('')}end,8]`,
    ],
    ['an empty text', ''],
    ['lines of one kind', 'worker 7 is up\nworker 8 is up\nworker 9 is up\n'.repeat(9)],
    [
      'lines that are more number than text',
      '7:1\n8 2 3 4 5\n'.repeat(20).replace(/\d/g, (digit, at) => `${digit}${at}`),
    ],
    [
      'a little that comes again in a long text',
      `${trace('\n')}${[...'abcdefghijklmnop'].map((c, i) => `${`${c.repeat(4)} `.repeat(i + 30)}\n`).join('')}${trace('\n')}`,
    ],
    ['lines that look named', `S1 is a name\n${trace('\n').repeat(9)}`],
    ['its own form', `${HEAD}S1(1 lines)=x\n${trace('\n').repeat(9)}`],
  ],
  texts: fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
  forms: fc.array(fc.oneof(form, piece), { maxLength: 9 }).map((pieces) => HEAD + pieces.join('')),
}
