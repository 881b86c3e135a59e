import fc from 'fast-check'
import { searchPaths } from '../../../../src/core/compress/techniques/search-paths.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const LONG = 'packages/orders/src/checkout/total.ts'
const OTHER = 'packages/orders/test/checkout/total.test.ts'

const LINES = [
  `${LONG}:40:  const total = sum(items)\n`,
  `${LONG}:41:  return total\r\n`,
  `${LONG}-42-}\n`,
  `${LONG}-43-\n`,
  `${LONG}=39=function totalOf(items) {\n`,
  `${LONG}:44:3:\u202eابج\r\r\n`,
  `${OTHER}:7:  expect(total).toBe(3)\n`,
  `${OTHER}-8-\tmore\n`,
  `${OTHER}:9: last`,
  `${LONG}: total = 3\n`,
  `${LONG}:\n`,
  `${OTHER}:--\n`,
  'C:\\work\\orders\\total.ts:12:int total;\n',
  'C:\\work\\orders\\total.ts-13-}\n',
  '/srv/My Shop/total.ts:12:👩‍👩‍👧‍👦\n',
  'src/total.ts(40,7): error TS2345: not a number.\n',
  'src/total.ts(41,9): error TS2345: not a number.\n',
  '--\n',
  '\n',
  'Binary file total.o matches\n',
]
const FORMS = [
  '[4 lines in 1 file, each path above its lines]\n',
  '[2 lines in 2 files, each path above its lines]\n',
  '[3 matches in 1 file, each path above its matches]\n',
  '[0 lines in 0 files, each path above its lines]\n',
  '[99999999999 lines in 2 files, each path above its lines]\n',
  '[2 lines in 1 file, each path above its matches]\n',
  '[1 lines in 1 file, each path above its lines]',
  'src/a.ts\n',
  '40: a\n',
  '41-b\n',
  '(1,2): c\n',
  'no number\n',
]

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 16 }).map((some) => some.join(''))

export const searchPathsFixture: TechniqueFixture = {
  technique: searchPaths,
  samples: [
    [
      'the matches of two files, text around them included',
      `stdout:
${LONG}:40:  const total = sum(items)
${LONG}:52:  return total * rate
${LONG}:61:
${OTHER}:7:  expect(total).toBe(3)
${OTHER}:9:  expect(path.ts:12:3).toBe(total)
5 matches
`,
      `stdout:
[5 lines in 2 files, each path above its lines]
${LONG}
40:  const total = sum(items)
52:  return total * rate
61:

${OTHER}
7:  expect(total).toBe(3)
9:  expect(path.ts:12:3).toBe(total)
5 matches
`,
    ],
    [
      'matches with the lines around them',
      `src/utf-8-codec.ts-11-export function decode(
src/utf-8-codec.ts:12:  bytes: Uint8Array,
src/utf-8-codec.ts-13-  from-14-on: number,
--
src/utf-8-codec.ts-40-  }
src/utf-8-codec.ts:41:  return bytes
--
src/utf-16-codec.ts-8-
src/utf-16-codec.ts:9:  bytes: Uint16Array`,
      `[7 lines in 2 files, each path above its lines]
src/utf-8-codec.ts
11-export function decode(
12:  bytes: Uint8Array,
13-  from-14-on: number,
--
40-  }
41:  return bytes
--

src/utf-16-codec.ts
8-
9:  bytes: Uint16Array`,
    ],
    [
      'a file that comes again, and lines that end in CR LF',
      [LONG, LONG, LONG, OTHER, LONG, LONG].map((path, i) => `${path}:${i + 1}:5: warning: unused\r\n`).join(''),
      `[6 lines in 2 files, each path above its lines]
${LONG}
1:5: warning: unused\r
2:5: warning: unused\r
3:5: warning: unused\r

${OTHER}
4:5: warning: unused\r

${LONG}
5:5: warning: unused\r
6:5: warning: unused\r
`,
    ],
    [
      'places in round brackets, as the TypeScript compiler writes them',
      [3, 9, 17].map((n) => `src/(shop)/checkout/total-of-cart.ts(${n},7): error TS2345: no number.\n`).join(''),
      `[3 lines in 1 file, each path above its lines]
src/(shop)/checkout/total-of-cart.ts
(3,7): error TS2345: no number.
(9,7): error TS2345: no number.
(17,7): error TS2345: no number.
`,
    ],
    [
      'paths with blanks and drives',
      `/srv/My Shop/orders/total.ts:12:a
/srv/My Shop/orders/total.ts:13:b
/srv/My Shop/orders/total.ts:14:c
C:\\shop\\orders\\total.ts:3:d
C:\\shop\\orders\\total.ts:5:e
C:\\shop\\orders\\total.ts:7:f
`,
      `[6 lines in 2 files, each path above its lines]
/srv/My Shop/orders/total.ts
12:a
13:b
14:c

C:\\shop\\orders\\total.ts
3:d
5:e
7:f
`,
    ],
    [
      'matches without line numbers',
      ['  return a - b', '--', '3:4: five', '  end'].map((text) => `${LONG}:${text}\n`).join(''),
      `[4 matches in 1 file, each path above its matches]
${LONG}
  return a - b
--
3:4: five
  end
`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['one match of each file', ['a', 'b', 'c', 'd'].map((name) => `src/${name}.ts:12: total\n`).join('')],
    ['times of day', [1, 2, 3, 4, 5].map((n) => `10:15:2${n} worker.pool is up\n`).join('')],
    ['addresses', [1, 2, 3, 4, 5].map((n) => `192.168.100.200:80:${n}\n`).join('')],
    ['a diff', `--- a/${LONG}\n+++ b/${LONG}\n@@ -40,3 +40,3 @@\n${'-  total\n+  sum\n'.repeat(9)}`],
    ['its own form', `[1 lines in 1 file, each path above its lines]\nx\n${`${LONG}:1:a\n`.repeat(9)}`],
    ['blank matches without numbers', `${LONG}:\n`.repeat(9)],
    ['keys with dots', [1, 2, 3, 4, 5].map((n) => `shop.example.net/orders: ${n}\n`).join('')],
  ],
  texts: textOf(LINES),
  forms: textOf([...FORMS, ...LINES]),
}
