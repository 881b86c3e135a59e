import fc from 'fast-check'
import { pythonRepr } from '../../../../src/core/compress/techniques/python-repr.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const HEAD = '[Python values, written as JSON]\n'

const SCALARS = [
  ...['None', 'True', 'False', '0', '-1', '2.50', '1e-07', 'nan', "''", "'x'", '"it\'s"', '\'say "hi"\'', "'\\xa0'"],
  ...["'a\\nb\\\\'", "'caf\\xe9'", "'né 漢 😀'", "'[1, 2]'", '\'{"a": 1}\'', "'\\ud800'", '(1, 2)', "b'x'", '7'],
]

const KEYS = ["'id'", "'name'", "'on call'", "'it\\'s'", '"it\'s"', '1', "'state'"]

/** What Python may print, some of it no JSON in other clothes. */
const python: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...SCALARS),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc.array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), { maxLength: 4 }).map(dictionary),
    fc
      .array(fc.tuple(fc.constantFrom(...SCALARS), fc.constantFrom(...SCALARS)), { minLength: 2, maxLength: 5 })
      .map((rows) => {
        const items = rows.map(([a, b]) =>
          dictionary([
            ["'id'", a],
            ["'state'", b],
          ]),
        )
        return `[${items.join(', ')}]`
      }),
  ),
})).value

function dictionary(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([key, value]) => `${key}: ${value}`).join(', ')}}`
}

/** As a whole, in a text, cut off, a line each. */
const texts = fc.oneof(
  python,
  fc.tuple(python, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
  fc
    .tuple(fc.constantFrom('', 'rows: ', 'x = ', "it's "), python, fc.constantFrom('', '\n', ' then', ')', ']'))
    .map((parts) => parts.join('')),
  fc.array(python, { minLength: 2, maxLength: 4 }).map((lines) => lines.join('\n')),
)

const forms = fc
  .tuple(
    fc.constantFrom(HEAD, HEAD, '[Python values]\n'),
    fc.array(fc.constantFrom('{"a":null}', '{"a,b":[[1,true],["x"]]}', '[1,2]', '{', '"', "'a'", ' ', '\n', 'x'), {
      maxLength: 4,
    }),
  )
  .map(([head, parts]) => head + parts.join(''))

const ROW = "{'id': 1, 'note': 'it is a note that is long enough to be taken for data', 'on': True}"

export const pythonReprFixture: TechniqueFixture = {
  technique: pythonRepr,
  samples: [
    [
      'a list of dictionaries',
      "[{'id': 7, 'name': 'ada', 'admin': True, 'boss': None}, {'id': 8, 'name': \"o'hara\", 'admin': False, 'boss': 7}]\n",
      `${HEAD}[{"id":7,"name":"ada","admin":true,"boss":null},{"id":8,"name":"o'hara","admin":false,"boss":7}]\n`,
    ],
    [
      'a dictionary with all that a value may be',
      "{'n': -1.50, 'small': 1e-07, 'none': None, 'empty': [{}, []], 'text': 'a \"b\" \\\\ c\\n\\xa0', 'quotes': 'it\\'s \"b\"'}",
      `${HEAD}{"n":-1.50,"small":1e-07,"none":null,"empty":[{},[]],"text":"a \\"b\\" \\\\ c\\n\u00a0","quotes":"it's \\"b\\""}`,
    ],
    [
      'what is complete of a list that was cut off',
      "[{'name': 'one', 'size': 1, 'kind': 'disk'}, {'name': 'two', 'size': 2, 'kind': 'disk'}, {'name': 'six', 'size': 6, 'kind': 'disk'}, {'na",
      `${HEAD}[{"name":"one","size":1,"kind":"disk"}, {"name":"two","size":2,"kind":"disk"}, {"name":"six","size":6,"kind":"disk"}, {'na`,
    ],
    [
      'a value in a text',
      `got ${ROW} in 3 s`,
      `${HEAD}got {"id":1,"note":"it is a note that is long enough to be taken for data","on":true} in 3 s`,
    ],
    [
      'a dictionary a line',
      "{'level': 'info', 'text': 'ready to serve'}\n".repeat(3),
      `${HEAD}${'{"level":"info","text":"ready to serve"}\n'.repeat(3)}`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['JSON', '{"a": [1, 2], "b": null}'],
    ['a form of ours', `${HEAD}{"a":null}`],
    ['other spacing than Python writes', "{'a':1, 'b':None}"],
    ['a tuple', "(1, 'a', None)"],
    ['a key that JSON cannot have', "{1: 'a', 2: 'b'}"],
    ['a short literal in a text', "the answer {'a': None} was sent"],
    ['a literal in a program', `row = ${ROW}\nsend(row)`],
    ['the argument of a call', `send(${ROW})`],
    ['an escape that Python would not write', "{'a': 'caf\\xe9'}"],
    ['a quote that Python would not choose', '{"a": \'x\', \'b\': "y"}'],
    ['other JSON in the text, which would come back as Python', `${ROW} and {"a": 1}`],
  ],
  texts,
  forms,
}
