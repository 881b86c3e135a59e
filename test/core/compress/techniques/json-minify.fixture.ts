import { jsonMinify } from '../../../../src/core/compress/techniques/json-minify.ts'
import { nearJson } from '../../../support/json-text.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const LONG = `"text": "${'long enough to be data '.repeat(4)}"`

export const jsonMinifyFixture: TechniqueFixture = {
  technique: jsonMinify,
  samples: [
    ['a whole block', '{ "b": [1, 2],\n "a": "x  y" }', '{"b":[1,2],"a":"x  y"}'],
    ['a whole block of numbers', '[1, 2, 3]', '[1,2,3]'],
    [
      'lexemes as they stand',
      '[1.0, 1e400, 12345678901234567890, -0, "\\u0041\\/"]',
      '[1.0,1e400,12345678901234567890,-0,"\\u0041\\/"]',
    ],
    ['duplicate keys and their order', '{"b": 1, "a": 2, "b": 3}', '{"b":1,"a":2,"b":3}'],
    ['a lone surrogate that is escaped', '["\\ud800", 1]', '["\\ud800",1]'],
    ['white space around the block stays', ' {"a": 1}\n', ' {"a":1}\n'],
    ['a fenced block', 'Result:\n```json\n[1, 2]\n```\nDone.', 'Result:\n```json\n[1,2]\n```\nDone.'],
    ['an embedded span', `INFO got {${LONG}, "n": 1} in 5 ms`, `INFO got {${LONG.replace(': ', ':')},"n":1} in 5 ms`],
    ['what is complete of a truncated document', `[{${LONG}, "n": 1}, {"b`, `[{${LONG.replace(': ', ':')},"n":1}, {"b`],
    ['white space in an empty object', '{"a": { }, "b": [ ]}', '{"a":{},"b":[]}'],
  ],
  untouched: [
    ['an empty text', ''],
    ['no JSON', 'a { b } [ c ]'],
    ['minified JSON', '{"a":"b c","d":[1,2]}'],
    ['a scalar', ' "a b" '],
    ['a check box', '- [ ] to do\n- [ ] and this'],
    ['a short literal in a text', 'x = {"a": 1, "b": [1, 2]}'],
    ['a short literal that is spaced wide', `x = {"a":${' '.repeat(80)}1}`],
    ['a long list of numbers in a text', `x = [${'1, '.repeat(100)}1]`],
    ['the argument of a command', `curl -X POST -d '{${LONG}, "n": 1}' https://api.example.com`],
    ['the value of an option', `+ deploy --set-json {${LONG}, "n": 1} --wait`],
    ['an argument in a process list', `  PID USER     COMMAND\n    1 root     node /srv/app.js {${LONG}, "n": 1}\n`],
    [
      'what is complete of an indented document that was cut off',
      `{\n  "first": {\n    ${LONG}\n  },\n  "items": [\n    {\n      ${LONG}\n    },\n    {\n      "te`,
    ],
    ['an assignment', `const request = {${LONG}, "n": 1}\nsend(request)`],
    ['a statement', `window.state={${LONG}, "n": 1};`],
    ['the argument of a call', `client.send({${LONG}, "n": 1})`],
    ['what a function returns', `def state():\n    return {${LONG}, "n": 1}\n`],
    ['an element of a list written by hand', `rows:\n[\n  {${LONG}, "n": 1},\n]`],
    ['a fence of another language', '```python\n[1, 2]\n```'],
    ['truncated JSON', '{"a": 1, "b"'],
    ['NaN', '{"a": NaN}'],
    ['single quotes', "{'a': 1}"],
    ['a byte order mark', '\ufeff[1, 2]'],
  ],
  texts: nearJson,
  forms: nearJson,
}
