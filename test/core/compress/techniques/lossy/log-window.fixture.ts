import fc from 'fast-check'
import { logWindow } from '../../../../../src/core/compress/techniques/lossy/log-window.ts'
import type { TechniqueFixture } from '../../../../support/technique-contract.ts'

const lines = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `2031-04-05 06:07:${String(index % 60).padStart(2, '0')} INFO step ${index}\n`,
  )

const QUIET = lines(400)
const ERROR = '2031-04-05 06:08:00 ERROR out of disk space\n'

const RUNS = [QUIET.join(''), lines(90).join(''), ERROR, '  at write\n', 'no time\n'.repeat(50), '\r\n', 'end']

const textOf = (runs: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...runs), { maxLength: 5 }).map((some) => some.join(''))

export const logWindowFixture: TechniqueFixture = {
  technique: logWindow,
  samples: [
    [
      'a long log with an error in the middle',
      [...QUIET.slice(0, 200), ERROR, '  at write\n', ...QUIET.slice(200)].join(''),
      [
        ...QUIET.slice(0, 40),
        '[m2m: 158 log lines left out]\n',
        ...QUIET.slice(198, 200),
        ERROR,
        '  at write\n',
        ...QUIET.slice(200, 207),
        '[m2m: 113 log lines left out]\n',
        ...QUIET.slice(320),
      ].join(''),
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a short log', lines(139).join('')],
    ['lines that are no log', 'just a line of text\n'.repeat(500)],
    ['a log of errors', ERROR.repeat(500)],
  ],
  texts: textOf(RUNS),
  forms: textOf([...RUNS, '[m2m: 158 log lines left out]\n', '[m2m: log lines left out]\n']),
}
