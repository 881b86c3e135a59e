import fc from 'fast-check'
import { searchMatches } from '../../../../../src/core/compress/techniques/lossy/search-matches.ts'
import type { TechniqueFixture } from '../../../../support/technique-contract.ts'

const matches = (file: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${file}:${3 * index + 1}:  the word ${index}\n`)

const LINES = [...matches('src/a.ts', 9), ...matches('b.md', 3), '\n', '--\n', 'no match\n', 'c/d:7-near']

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 20 }).map((some) => some.join(''))

export const searchMatchesFixture: TechniqueFixture = {
  technique: searchMatches,
  samples: [
    [
      'many matches in one file',
      [...matches('src/a.ts', 9), ...matches('src/b.ts', 2)].join(''),
      [...matches('src/a.ts', 5), '[m2m: 4 more matches in the same file left out]\n', ...matches('src/b.ts', 2)].join(
        '',
      ),
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['five matches in a file', matches('src/a.ts', 5).join('')],
    ['times', Array.from({ length: 20 }, (_, second) => `2031.04.05T06:${10 + second}:00 up\n`).join('')],
    ['a text with matches in it', `${matches('src/a.ts', 9).join('')}${'and more text\n'.repeat(9)}`],
  ],
  texts: textOf(LINES),
  forms: textOf([...LINES, '[m2m: 4 more matches in the same file left out]\n']),
}
