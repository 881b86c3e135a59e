import fc from 'fast-check'
import { repeatedLines } from '../../../../src/core/compress/techniques/repeated-lines.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const LINES = [
  'waiting for it\n',
  'waiting for it\r\n',
  'other line\n',
  'a\n',
  '\n',
  '  \n',
  'end\r\r\n',
  'no end',
  'two [x2] times\n',
]
const COUNTS = [
  'line [x3]\n',
  'line [x12]\r\n',
  'line [x2]\n',
  'line [x03]\n',
  ' [x4]\n',
  'line [x999999]',
  'line [x3] \n',
  '[x3]\n',
  'line [x99999999999999999999]\n',
]

/** Lines repeated one to six times. */
function linesOf(lines: readonly string[]): fc.Arbitrary<string> {
  const run = fc
    .tuple(fc.constantFrom(...lines), fc.integer({ min: 1, max: 6 }))
    .map(([line, times]) => line.repeat(times))
  return fc.array(run, { maxLength: 6 }).map((runs) => runs.join(''))
}

export const repeatedLinesFixture: TechniqueFixture = {
  technique: repeatedLines,
  samples: [
    ['three equal lines', 'still waiting\nstill waiting\nstill waiting\ndone\n', 'still waiting [x3]\ndone\n'],
    ['more of them', `${'retry in 5 s\n'.repeat(120)}`, 'retry in 5 s [x120]\n'],
    ['lines that end in CR LF', 'still waiting\r\n'.repeat(3), 'still waiting [x3]\r\n'],
    [
      'a last line without an end, apart',
      `${'still waiting\n'.repeat(3)}still waiting`,
      'still waiting [x3]\nstill waiting',
    ],
    [
      'each line end apart',
      `${'still waiting\n'.repeat(3)}${'still waiting\r\n'.repeat(3)}`,
      'still waiting [x3]\nstill waiting [x3]\r\n',
    ],
    ['white space of the line', `${'  indented  \n'.repeat(4)}`, '  indented   [x4]\n'],
  ],
  untouched: [
    ['rows of bare JSON', `~[(pod,ready)\n${'payments-worker,true\n'.repeat(9)}payments-worker,false]`],
    ['an empty text', ''],
    ['two equal lines', 'still waiting\nstill waiting\n'],
    ['equal lines apart', 'one line\nother\none line\nother\none line\n'],
    ['blank lines', `a${'\n'.repeat(20)}${'      \n'.repeat(9)}b`],
    ['lines shorter than a count', '}\n}\n}\n'],
    ['a line that ends in a count', `job [x3]\n${'still waiting\n'.repeat(9)}`],
    ['a last line that ends in a count', `${'still waiting\n'.repeat(9)}job [x1]`],
  ],
  texts: linesOf(LINES),
  forms: linesOf([...COUNTS, ...LINES]),
}
