import fc from 'fast-check'
import { failedTests } from '../../../../../src/core/compress/techniques/lossy/failed-tests.ts'
import type { TechniqueFixture } from '../../../../support/technique-contract.ts'

const LINES = [
  '  ✓ adds (3 ms)\n',
  'ok 12 - adds\n',
  '--- PASS: TestAdd (0.00s)\n',
  'test tests::adds ... ok\r\n',
  'tests/test_add.py::test_adds PASSED   [ 12%]\n',
  'FAILED tests/test_add.py::test_carries\n',
  'not ok 13 - carries\n',
  '\n',
  '1 failed, 6 passed',
]

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 20 }).map((some) => some.join(''))

export const failedTestsFixture: TechniqueFixture = {
  technique: failedTests,
  samples: [
    [
      'passed tests around a failed one',
      `TAP version 13\n${[...'12345'].map((n) => `ok ${n} - adds\n`).join('')}not ok 6 - carries\n  expected: 10\n${[...'78'].map((n) => `ok ${n} - adds\n`).join('')}1..8\n`,
      'TAP version 13\n[m2m: 5 lines of passed tests left out]\nnot ok 6 - carries\n  expected: 10\nok 7 - adds\nok 8 - adds\n1..8\n',
    ],
    [
      'other runners',
      `${'  ✓ adds (3 ms)\n'.repeat(3)}${'--- PASS: TestAdd (0.00s)\n'.repeat(3)}${'test tests::adds ... ok\n'.repeat(3)}tests: 9\n`,
      '[m2m: 9 lines of passed tests left out]\ntests: 9\n',
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a few passed tests', 'ok 1 - adds\nok 2 - carries\n1..2\n'],
    ['failed tests', 'FAILED tests/test_add.py::test_carries\n'.repeat(9)],
    ['sentences', 'it is ok 12 times out of 13\nand PASSED is a word\n'.repeat(9)],
  ],
  texts: textOf(LINES),
  forms: textOf([...LINES, '[m2m: 5 lines of passed tests left out]\n']),
}
