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
  '[the line above 2 more times]\n',
  '[the line above 11 more times]\r\n',
  '[the line above 1 more times]\n',
  '[the line above 02 more times]\n',
  '[the line above 999999 more times]',
  '[the line above 2 more times] \n',
  ' [the line above 2 more times]\n',
  '[the line above 99999999999999999999 more times]\n',
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
    [
      'four equal lines',
      `${'still waiting for it\n'.repeat(4)}done\n`,
      'still waiting for it\n[the line above 3 more times]\ndone\n',
    ],
    ['more of them', 'retry in 5 s\n'.repeat(120), 'retry in 5 s\n[the line above 119 more times]\n'],
    [
      'lines that end in CR LF',
      'still waiting for it\r\n'.repeat(3),
      'still waiting for it\r\n[the line above 2 more times]\r\n',
    ],
    [
      'a last line without an end, apart',
      `${'still waiting for it\n'.repeat(3)}still waiting for it`,
      'still waiting for it\n[the line above 2 more times]\nstill waiting for it',
    ],
    [
      'each line end apart',
      `${'still waiting for it\n'.repeat(3)}${'still waiting for it\r\n'.repeat(3)}`,
      'still waiting for it\n[the line above 2 more times]\nstill waiting for it\r\n[the line above 2 more times]\r\n',
    ],
  ],
  untouched: [
    ['indented lines', '    - nested: the same again\n'.repeat(9)],
    ['items of a list', '- the same item again\n'.repeat(9)],
    ['rules', `${'='.repeat(40)}\n`.repeat(9)],
    ['rows of bare JSON', `~[(pod,ready)\n${'payments-worker,true\n'.repeat(9)}payments-worker,false]`],
    ['an empty text', ''],
    ['two equal lines', 'still waiting\nstill waiting\n'],
    ['equal lines apart', 'one line\nother\none line\nother\none line\n'],
    ['blank lines', `a${'\n'.repeat(20)}${'      \n'.repeat(9)}b`],
    ['lines shorter than a count', 'a\na\na\na\n'],
    ['a line that looks like a count', `[the line above 3 more times]\n${'still waiting for it\n'.repeat(9)}`],
    ['rows whose start was lifted', `[next 9 lines start with "at "]\n${'still waiting for it\n'.repeat(9)}`],
  ],
  texts: linesOf(LINES),
  forms: linesOf([...COUNTS, ...LINES]),
}
