import fc from 'fast-check'
import { dictionary } from '../../../../src/core/compress/techniques/dictionary.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const WORKER = 'payments-worker-6c8868cb6d'
const IMAGE = 'registry.example.net/team/payments:v2.31.7'
const WORDS = [
  WORKER,
  IMAGE,
  'α',
  'β=',
  ' ',
  '  ',
  '=',
  '\n',
  '\n\n',
  '\r\n',
  'Running',
  '10.7.3.12',
  'key=',
  '\u202eابج',
  '👩‍👩‍👦',
  '\u2028',
]

const textOf = (words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(1, 1, 1, 7)), { maxLength: 24 })
    .map((some) => some.map(([word, times]) => word.repeat(times)).join(''))

export const dictionaryFixture: TechniqueFixture = {
  technique: dictionary,
  samples: [
    [
      'names that stand many times',
      [...'abcd'].map((pod) => `${WORKER}-${pod} ${IMAGE}\n`).join(''),
      `α=${WORKER}-\nβ=${IMAGE}\n\nαa β\nαb β\nαc β\nαd β\n`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a name that stands once', `${WORKER} is ready\n`],
    ['what is short already', 'up down up down up down up down\n'],
  ],
  texts: textOf(WORDS),
  forms: fc
    .tuple(textOf([...WORDS, 'γ', 'γ=', '\nβ=', '\nγ=', 'α=']), textOf(['α', 'β', 'γ', 'x', '\n']))
    .map(([head, body]) => `α=${head}\n\n${body}`),
}
