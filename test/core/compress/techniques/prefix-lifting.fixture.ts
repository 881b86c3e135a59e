import fc from 'fast-check'
import { prefixLifting } from '../../../../src/core/compress/techniques/prefix-lifting.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const DAY = 'gateway-7 2031-04-05 '

const LINES = [
  `${DAY}01.5Z first\n`,
  `${DAY}02.5Z second\r\n`,
  `${DAY}\n`,
  DAY,
  `${DAY}12.5Z 👩‍👩‍👧‍👦\n`,
  `${DAY}12.5Z 👩‍👩‍👦\n`,
  '2031-04-05T06:08:00.1Z next minute\n',
  '2031-04-05T06:08:30.1Z \u202eابج\n',
  'at a.very.long.name.of.a.place(File:1)\r\r\n',
  'at a.very.long.name.of.a.place(File:2)\u2028\n',
  '\n',
  'stray\n',
]
const HEADS = [
  '[next 4 lines start with "a "]\n',
  '[next 1 lines start with "b"]\n',
  '[next 0 lines start with "b"]\n',
  '[next 2 lines start with ""]\n',
  '[next 99999999999999999999 lines start with "c"]\n',
  '[next 2 lines start with "c"]',
  '[next 2 lines start with "c"]\r\n',
  '[next 2 lines start with ""]"]\n',
  'rest\n',
  'last',
]

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 14 }).map((some) => some.join(''))

export const prefixLiftingFixture: TechniqueFixture = {
  technique: prefixLifting,
  samples: [
    [
      'a time that many lines start with',
      `${DAY}01 up\n${DAY}02 busy\n${DAY}02 idle\n${DAY}31 down\n`,
      `[next 4 lines start with "${DAY}"]\n01 up\n02 busy\n02 idle\n31 down\n`,
    ],
    [
      'the longer starts of two services, where they save more',
      `start\n${[...'123456'].map((s) => `${DAY}payments worker 0${s} up\n`).join('')}${[...'123456'].map((s) => `${DAY}checkout worker 0${s} up\r\n`).join('')}`,
      `start\n[next 6 lines start with "${DAY}payments worker "]\n${[...'123456'].map((s) => `0${s} up\n`).join('')}[next 6 lines start with "${DAY}checkout worker "]\n${[...'123456'].map((s) => `0${s} up\r\n`).join('')}`,
    ],
    [
      'a start before a quoted string, and a last line without an end',
      [...'1234'].map((n) => `message from the worker "[${n}]"`).join('\n'),
      '[next 4 lines start with "message from the worker "]\n"[1]"\n"[2]"\n"[3]"\n"[4]"',
    ],
    [
      'a start before ids that begin alike',
      [...'1234'].map((n) => `pulled from the mirror the image registry/app:v1.${n}\n`).join(''),
      `[next 4 lines start with "pulled from the mirror the image "]\n${[...'1234'].map((n) => `registry/app:v1.${n}\n`).join('')}`,
    ],
  ],
  untouched: [
    [
      'rows of bare JSON',
      `~[(pod,ready)\n${[...'abcde'].map((pod) => `payments-worker-6c8868cb6d-${pod},true`).join('\n')}]`,
    ],
    [
      'rows of bare JSON in a text',
      `Found:\n~{pods:[(pod,ready)\n${[...'abcde'].map((pod) => `payments-worker-6c8868cb6d-${pod},true`).join('\n')}]}`,
    ],
    ['an empty text', ''],
    ['three lines', `${DAY}01 up\n${DAY}02 busy\n${DAY}03 down\n`],
    ['times that begin alike', [...'123456'].map((n) => `2031-04-05T06:07:0${n} up\n`).join('')],
    ['signs of a diff', [...'123456'].map((n) => `+  the value of worker ${n} was added\n`).join('')],
    ['short starts', 'a: 1\na: 2\na: 3\na: 4\n'],
    ['indentation', [...'abcd'].map((c) => `${' '.repeat(40)}${c}\n`).join('')],
    ['its own form', `[next 2 lines start with "x"]\n${`${DAY}01 up\n`.repeat(9)}`],
  ],
  texts: textOf(LINES),
  forms: textOf([...HEADS, ...LINES]),
}
