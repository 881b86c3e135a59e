import fc from 'fast-check'
import { jsonUnescape } from '../../../../src/core/compress/techniques/json-unescape.ts'
import { jsonText, nearJson } from '../../../support/json-text.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const INNER = {
  status: 'ok',
  rows: [
    { id: 1, name: 'node "a"' },
    { id: 2, note: [] },
  ],
  none: {},
}

const LONG = 'a text that is long enough to be taken for data, whatever stands in it, and then some more of it'

const CUT = `{"content": [{"type": "text", "text": ${JSON.stringify(JSON.stringify([INNER, { note: LONG }, INNER]))}`

/** As Python's serialiser spaces it. */
function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/,\n */g, ', ').replace(/\n */g, '')
}

function answer(text: string): string {
  return `{"content": [{"type": "text", "text": ${JSON.stringify(text)}}], "isError": false}`
}

function form(key: string, inner: string): string {
  return `{"content": [{"type": "text", "text": {"${key}":${inner}}}], "isError": false}`
}

/** Strings that hold JSON, spaced by some serialiser, or escaped by another one. */
const wrapped = fc
  .tuple(jsonText, fc.constantFrom('compact', 'spaced', 'indent', 'as it is'), fc.nat(5), fc.boolean())
  .map(([json, style, indent, isTwice]) => {
    let text = json
    try {
      const value: unknown = JSON.parse(json)
      if (style === 'compact') text = JSON.stringify(value)
      if (style === 'spaced') text = spaced(value)
      if (style === 'indent') text = JSON.stringify(value, null, indent)
    } catch {
      // Unchanged.
    }
    const literal = JSON.stringify(text)
    return isTwice
      ? JSON.stringify({ data: [literal, `{"x":${literal}}`] })
      : `{"data": ${literal},  "more" : [${literal}]}`
  })

const forms = fc
  .tuple(
    fc.constantFrom('', 'log '),
    fc.constantFrom(
      '(JSON string)',
      '(JSON string, spaced)',
      '(JSON string, indent 2)',
      '(JSON string, indent 3)',
      '(JSON string',
    ),
    jsonText,
    fc.constantFrom('', ',"more":1'),
  )
  .map(([before, key, json, after]) => `${before}{"a":{"${key}":${json}${after}}}`)

/** The start of a text with a string in it, perhaps with a note about the rest. */
const cutOff = fc
  .tuple(wrapped, fc.nat(), fc.constantFrom('', '', '...', '\n[cut]', '\n(end of the JSON string)'))
  .map(([text, at, note]) => text.slice(0, Math.max(90, at % (text.length + 1))) + note)

const cutForms = fc
  .tuple(
    fc.constantFrom('', '{"text":', 'log {"a":['),
    fc.constantFrom('(JSON string, cut off)', '(JSON string, cut off)(JSON string, cut off)', '(JSON string, cut'),
    jsonText,
    fc.constantFrom('', '\n(end of the JSON string)', '\n(end of the JSON string)\\', '\n'),
  )
  .map((parts) => parts.join(''))

export const jsonUnescapeFixture: TechniqueFixture = {
  technique: jsonUnescape,
  samples: [
    ['compact JSON in a string', answer(JSON.stringify(INNER)), form('(JSON string)', JSON.stringify(INNER))],
    ['spaced JSON in a string', answer(spaced(INNER)), form('(JSON string, spaced)', JSON.stringify(INNER))],
    [
      'indented JSON in a string',
      answer(JSON.stringify(INNER, null, 2)),
      form('(JSON string, indent 2)', JSON.stringify(INNER)),
    ],
    [
      'JSON indented by four in a string',
      answer(JSON.stringify(INNER, null, 4)),
      form('(JSON string, indent 4)', JSON.stringify(INNER)),
    ],
    [
      'JSON in a string in JSON in a string',
      answer(JSON.stringify({ data: spaced(INNER), size: 2 })),
      form('(JSON string)', `{"data":{"(JSON string, spaced)":${JSON.stringify(INNER)}},"size":2}`),
    ],
    [
      'JSON in a string in the middle of a text',
      `got ${answer(JSON.stringify(INNER))} in 3 s`,
      `got ${form('(JSON string)', JSON.stringify(INNER))} in 3 s`,
    ],
    [
      'JSON in a string that is cut off',
      CUT.slice(0, -40),
      `{"content": [{"type": "text", "text": (JSON string, cut off)${JSON.stringify([INNER, { note: LONG }, INNER]).slice(0, -33)}`,
    ],
    [
      'JSON in a string that is cut off in an escape, with a note',
      `${CUT.slice(0, CUT.indexOf('none') - 1)}\n[4,096 characters left out]`,
      `{"content": [{"type": "text", "text": (JSON string, cut off)${JSON.stringify([INNER]).slice(0, -11)}\n(end of the JSON string)\\\n[4,096 characters left out]`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a string cut off that holds no JSON', answer(`(see [1]) ${LONG}`).slice(0, -20)],
    ['an escape in a string cut off that would not come back', `{"text": "[{\\"a\\":\\"caf\\u00e9 \\/ ${LONG}`],
    [
      'spaced JSON in a string that is cut off: the next step would lose the spaces for good',
      `{"text": "[{\\"a\\": 1}, {\\"b\\": \\"${LONG}`,
    ],
    ['a short string that is cut off', '{"text": "[{\\"a\\":1},{\\"b'],
    ['a form of ours for a string that is cut off', `{"text": (JSON string, cut off)[{"a":1},{"a":2},{"b`],
    ['a string that holds no JSON', answer('{"a": 1, and so on and so on and so on')],
    ['JSON spaced by nobody in particular', answer('{"a" :1,"b":[ {"c": "a longer text"} ]}')],
    ['JSON with white space after it', answer('{"a":1,"b":[{"c":"a longer text"}]} ')],
    ['escapes that would not come back', '{"text":"{\\"a\\":\\"caf\\u00e9 and a longer text\\"}"}'],
    ['a short string', answer('{"a":1}')],
    ['a key', '{"{\\"a\\":\\"a longer text than that\\"}"  : 1}'],
    ['a form of ours', form('(JSON string)', JSON.stringify(INNER))],
    ['what only looks like it', `${answer(JSON.stringify(INNER))} "(JSON string)"`],
  ],
  texts: fc.oneof(wrapped, cutOff, nearJson),
  forms: fc.oneof(forms, cutForms),
}
