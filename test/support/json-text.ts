/** Generated JSON text: spaced, with weird numbers, escapes and duplicate keys, as a tool may print it. */

import fc from 'fast-check'

/** Values that JSON.parse followed by JSON.stringify would change. */
const SCALARS = [
  ...['0', '-0', '1.0', '60.0', '1e400', '1E+2', '12345678901234567890', '-1.50e-7'],
  ...[
    'null',
    'true',
    'false',
    '""',
    '"x"',
    '"(absent)"',
    '"\\u0061\\/"',
    '"\\ud800"',
    '"a\\"b\\\\"',
    '"{[ \\n:,]}"',
    '"né 漢 😀"',
  ],
]

const KEYS = ['a', 'b', 'name', 'status', '\\u0061', 'keys', 'rows', 'a longer key', '']

const space = fc.constantFrom('', '', '', ' ', '\n  ', '\t', '\r\n')
const scalar = fc.constantFrom(...SCALARS)
const key = fc.constantFrom(...KEYS)

/** Similar objects of one list: each has the keys in the same order, and may lack some. */
function records(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const rows = fc.array(fc.array(fc.option(value), { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 6 })
  return fc.tuple(space, fc.uniqueArray(key, { minLength: 1, maxLength: 4 }), rows).map(([gap, keys, cells]) => {
    const objects = cells.map((row) => {
      const members = keys.map((name, i) => row[i] && `"${name}":${gap}${row[i]}`).filter((member) => member)
      return `{${gap}${members.join(`,${gap}`)}}`
    })
    return `[${objects.join(`${gap},`)}${gap}]`
  })
}

/** A valid JSON text. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc
      .tuple(space, fc.array(tie('value'), { maxLength: 4 }))
      .map(([gap, items]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`),
    fc.tuple(space, fc.array(fc.tuple(key, tie('value')), { maxLength: 4 })).map(([gap, members]) => {
      return `{${gap}${members.map(([name, value]) => `"${name}"${gap}:${gap}${value}`).join(`${gap},${gap}`)}${gap}}`
    }),
    records(tie('value')),
  ),
})).value

/** Text that is JSON, contains JSON, or is nearly JSON. */
export const nearJson: fc.Arbitrary<string> = fc.oneof(
  jsonText,
  fc
    .tuple(
      fc.constantFrom('', 'log: ', '```json\n', '[x', '{"a'),
      jsonText,
      fc.constantFrom('', '\n', '\n```', ' then', ']'),
    )
    .map((parts) => parts.join('')),
  fc.tuple(jsonText, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
  fc
    .array(fc.constantFrom(...'{}[]",:\\ \n01-.eEtrufalsn', '"a"', '\u0000', 'é', '😀'), { maxLength: 30 })
    .map((parts) => parts.join('')),
)

/** Objects with line ends or commas between them, perhaps behind a prefix each, perhaps with other lines among them. */
export const jsonLines: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('\n', '\r\n', ',\n  ', ','),
    fc.constantFrom('', '', 't: ', '"', '['),
    fc.array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.tuple(scalar, fc.option(scalar)).map(([a, b]) => `{"a": ${a}${b === null ? '' : `,"b":${b}`}}`),
        },
        { weight: 1, arbitrary: fc.constantFrom('{}', '{"b": 1}', 'plain "text"', '', '{"a":') },
      ),
      { minLength: 3, maxLength: 8 },
    ),
  )
  .map(([between, prefix, entries]) => entries.map((entry) => prefix + entry).join(between))
