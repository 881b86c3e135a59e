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
      [...'abcd'].map((pod) => `${WORKER} ${pod} ${IMAGE}\n`).join(''),
      `α=${WORKER}\nβ=${IMAGE}\n\nα a β\nα b β\nα c β\nα d β\n`,
    ],
    [
      'phrases with a name, without a stop behind them',
      [...'abcd'].map((pod) => `${pod}: connection to ${NAME} lost, ${pod}\n`).join(''),
      `α=connection to ${NAME} lost\n\n${[...'abcd'].map((pod) => `${pod}: α, ${pod}\n`).join('')}`,
    ],
    [
      'but not their indentation, and no blanks between columns',
      [...'abcd'].map((pod) => `  ${WORKER}    ${IMAGE}   ${pod}\n`).join(''),
      `α=${WORKER}\nβ=${IMAGE}\n\n${[...'abcd'].map((pod) => `  α    β   ${pod}\n`).join('')}`,
    ],
    [
      'with letters of a script that the text does not use',
      `λ = 5 µs ${[...'abcd'].map((pod) => `${WORKER} ${pod}\n`).join('')}`,
      `б=${WORKER}\n\nλ = 5 µs б a\nб b\nб c\nб d\n`,
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
    ['a part of a name', [...'abcdef'].map((pod) => `${WORKER}-${pod} is up\n`).join('')],
    [
      'a part of a quoted string',
      [...'abcd'].map((pod) => `${pod.repeat(90)} 'the image ${IMAGE} of ${pod}'\n`).join(''),
    ],
    ['one of two brackets', [...'abcdef'].map((pod) => `(${NAME.slice(0, 8)} ${pod})\n`).join('')],
    ['a list with its numbers', [...'1234'].map((n) => `${n}. **a word** and an other\n`).join('')],
    ['pieces of numbers', [...'1234567'].map((n) => `${n}7.0.1 (${n}8.0.1) ${n}9.0.1\n`).join('')],
    [
      'markup',
      [...'abcd'].map((item) => `<li class="entry-of-the-list"><a href="/list/${item}">${item}</a></li>\n`).join(''),
    ],
    ['a text in both scripts of the letters', `Ω ы ${[...'abcd'].map((pod) => `${WORKER}-${pod}\n`).join('')}`],
    ['a form of ours', `α=${WORKER}\n\nα α ${`${IMAGE} `.repeat(9)}`],
    ['the rest of lines whose start was lifted', `[next 9 lines start with "at "]\n${`${IMAGE}\n`.repeat(9)}`],
    ['rows below the head of a table', `[table, 9 rows; ^ = as above]\n${`a ${IMAGE} b\n`.repeat(9)}`],
    ['JSON that was a string', `{"(JSON string)":[${Array(30).fill('true').join()}]} ${`${IMAGE} `.repeat(30)}`],
  ],
  texts: textOf(WORDS),
  forms: fc
    .tuple(textOf([...WORDS, 'γ', 'γ=', '\nβ=', '\nγ=', 'α=']), textOf(['α', 'β', 'γ', 'x', '\n']))
    .map(([head, body]) => `α=${head}\n\n${body}`),
}
