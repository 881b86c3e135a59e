import fc from 'fast-check'
import { dictionary } from '../../../../src/core/compress/techniques/dictionary.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const WORKER = 'payments-worker-6c8868cb6d'
const IMAGE = 'registry.example.net/team/payments:v2.31.7'
const NAME = 'default_connection_timeout_seconds'
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
    [
      'a name within another one',
      `${[...'12345678'].map((n) => `${n} ${IMAGE}\n`).join('')}${[...'abcd'].map((layer) => `registry.example.net/team/${layer}1\n`).join('')}`,
      `α=${IMAGE}\nβ=registry.example.net/team/\n\n${[...'12345678'].map((n) => `${n} α\n`).join('')}βa1\nβb1\nβc1\nβd1\n`,
    ],
    [
      'each of several lines, with its indentation',
      [...'abc'].map((name) => `${name}:\n  image: ${IMAGE}\n  restarts: 0\n`).join(''),
      `α=  image: ${IMAGE}\nβ=  restarts: 0\n\na:\nα\nβ\nb:\nα\nβ\nc:\nα\nβ\n`,
    ],
    [
      'but no part of a head that explains lines',
      [...'abcd']
        .map((pod) => `[next 5 lines start with "${WORKER}-${pod}"]\n[table of 5 aligned rows, ^ = as above]\n`)
        .join(''),
      `α=${WORKER}-\n\n${[...'abcd'].map((pod) => `[next 5 lines start with "α${pod}"]\n[table of 5 aligned rows, ^ = as above]\n`).join('')}`,
    ],
    [
      'but no sign for what stands above',
      `[table of 9 aligned rows, ^ = as above]\n${[...'abcd'].map((pod) => `^ ${WORKER}-${pod} ^ 2/2\n`).join('')}`,
      `α=${WORKER}-\n\n[table of 9 aligned rows, ^ = as above]\n${[...'abcd'].map((pod) => `^ α${pod} ^ 2/2\n`).join('')}`,
    ],
    [
      'with letters of a script that the text does not use',
      `λ = 5 µs ${[...'abcd'].map((pod) => `${WORKER}-${pod}\n`).join('')}`,
      `б=${WORKER}-\n\nλ = 5 µs бa\nбb\nбc\nбd\n`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a name that stands once', `${WORKER} is ready\n`],
    ['what is short already', 'up down up down up down up down\n'],
    ['records', `[${[...'abcd'].map((pod) => `{"pod":"${WORKER}-${pod}","image":"${IMAGE}"}`).join(',')}]`],
    ['bare records', `~[(pod,image)\n${[...'abcd'].map((pod) => `${WORKER}-${pod},${IMAGE}`).join('\n')}]`],
    ['code', [...'abcd'].map((name) => `  ${name} = openConnection(${NAME}, timeout);\n`).join('')],
    ['numbered lines of code', [...'1234'].map((n) => `${n}:    self.${NAME}.append(value_${n}, ${NAME})\n`).join('')],
    ['sentences', [...'1234'].map((n) => `${n}. Make sure that the cluster is ready, then go on.\n`).join('')],
    ['pieces of numbers', [...'1234567'].map((n) => `${n}7.0.1 (${n}8.0.1) ${n}9.0.1\n`).join('')],
    [
      'markup',
      [...'abcd'].map((item) => `<li class="entry-of-the-list"><a href="/list/${item}">${item}</a></li>\n`).join(''),
    ],
    ['a text in both scripts of the letters', `Ω ы ${[...'abcd'].map((pod) => `${WORKER}-${pod}\n`).join('')}`],
    ['a form of ours', `α=${WORKER}\n\nα α ${`${IMAGE} `.repeat(9)}`],
  ],
  texts: textOf(WORDS),
  forms: fc
    .tuple(textOf([...WORDS, 'γ', 'γ=', '\nβ=', '\nγ=', 'α=']), textOf(['α', 'β', 'γ', 'x', '\n']))
    .map(([head, body]) => `α=${head}\n\n${body}`),
}
