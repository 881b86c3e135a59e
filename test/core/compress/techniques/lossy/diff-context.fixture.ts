import fc from 'fast-check'
import { diffContext } from '../../../../../src/core/compress/techniques/lossy/diff-context.ts'
import type { TechniqueFixture } from '../../../../support/technique-contract.ts'

const HEAD = 'diff --git a/x.txt b/x.txt\n--- a/x.txt\n+++ b/x.txt\n'

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 16 }).map((some) => some.join(''))

const LINES = [
  HEAD,
  '@@ -1,5 +1,5 @@\n',
  '@@ -1 +1 @@ f()\n',
  ' same\n',
  ' \n',
  '-old\n',
  '+new\n',
  '\n',
  'other\r\n',
  ' end',
]

export const diffContextFixture: TechniqueFixture = {
  technique: diffContext,
  samples: [
    [
      'unchanged lines around a change',
      `${HEAD}@@ -1,7 +1,7 @@\n one\n two\n three\n-four\n+4\n five\n six\n seven\n`,
      `${HEAD}@@ -1,7 +1,7 @@\n[m2m: 2 unchanged lines left out]\n three\n-four\n+4\n five\n[m2m: 2 unchanged lines left out]\n`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a change without context', `${HEAD}@@ -1 +1 @@\n-old\n+new\n`],
    ['indented text that is no diff', '@@ -x @@\n one\n two\n three\n four\n'],
    ['lines behind the end of a hunk', `${HEAD}@@ -1 +1 @@\n-old\n+new\n one\n two\n three\n four\n`],
  ],
  texts: textOf(LINES),
  forms: textOf([...LINES, '[m2m: 2 unchanged lines left out]\n', '[m2m: unchanged lines left out]\n']),
}
