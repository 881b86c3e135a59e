import fc from 'fast-check'
import { alignedValues } from '../../../../src/core/compress/techniques/aligned-values.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const HEAD = '[values aligned with those above]\n'

const KEYS = ['Name', 'Namespace', 'Start Time', 'a longer key of some words', 'x', 'IP']

/** Keys with their values in one column. */
const section = fc
  .tuple(
    fc.array(fc.constantFrom(...KEYS), { maxLength: 9 }),
    fc.constantFrom(':', ' =', ': '),
    fc.constantFrom('', '  ', '    '),
    fc.constantFrom('1', '2', '5'),
    fc.constantFrom('\n', '\r\n', '\r\r\n'),
  )
  .map(([keys, colon, indent, gap, end]) => {
    const width = Math.max(0, ...keys.map((key) => key.length)) + colon.length + Number(gap)
    const pad = (key: string) => (colon === ' =' ? `${key.padEnd(width - 2)}= ` : `${key}${colon}`.padEnd(width))
    return keys.map((key, i) => `${indent}${pad(key)}value ${i}${end}`).join('')
  })
const other = fc.constantFrom(
  '\n',
  'plain text\n',
  'key: value\n',
  'key:  value\n',
  'key =  value\n',
  '                    rest of it\n',
  'a: b: c:    d\n',
  '12:    numbered\n',
  'x:     1\n',
  'http://host/path  x\n',
  'no value:\n',
  'no value:   \n',
  ':   x\n',
  '👩‍👩‍👧‍👦:     emoji\n',
  'last: line',
)

export const alignedValuesFixture: TechniqueFixture = {
  technique: alignedValues,
  samples: [
    [
      'keys with colons, in sections of their own',
      'Name:         web-1\nNamespace:    shop\nLabels:       app=web\n              tier=front\nStart Time:   today\nNode:         node-7\nParts:\n  State:      Running\n  Ready:      True\n  Limits:     none\n  Image:      web:1.0\n  Port:       80/TCP\n  Host Port:  0/TCP\n',
      `${HEAD}Name:         web-1\nNamespace: shop\nLabels: app=web\n              tier=front\nStart Time: today\nNode: node-7\nParts:\n  State:      Running\n  Ready: True\n  Limits: none\n  Image: web:1.0\n  Port: 80/TCP\n  Host Port: 0/TCP\n`,
    ],
    [
      'equals signs',
      `  image          = "web-1"\r\n${['size', 'region', 'count', 'zone', 'owner', 'subnet', 'id', 'key'].map((key) => `  ${key.padEnd(14)} = 1\r\n`).join('')}`,
      `${HEAD}  image          = "web-1"\r\n${['size', 'region', 'count', 'zone', 'owner', 'subnet', 'id', 'key'].map((key) => `  ${key} = 1\r\n`).join('')}`,
    ],
  ],
  untouched: [
    [
      'rows of bare JSON',
      `~[(text,n)\n${[...'abcdefghijkl'].map((key) => `name of ${key}:      x,7\n`).join('')}end,8]`,
    ],
    ['an empty text', ''],
    ['single spaces', 'name: a\nstate: b\n'.repeat(20)],
    ['single spaces below aligned ones', `name:      a\n${'state: b\n'.repeat(2)}${'kind:      b\n'.repeat(20)}`],
    [
      'code behind line numbers',
      [...'123456789']
        .map((n) => `${n}0:        indented(${n})\n`)
        .join('')
        .repeat(3),
    ],
    ['code behind file names', ['a.py', 'b.py', 'c.py'].map((f) => `src/${f}:        indented()\n`.repeat(9)).join('')],
    ['code behind one name', 'Makefile:        indented\n'.repeat(20)],
    ['its own form', `${HEAD}name:     a\n${'kind:     b\n'.repeat(20)}`],
  ],
  texts: fc.array(fc.oneof({ weight: 4, arbitrary: section }, other), { maxLength: 8 }).map((parts) => parts.join('')),
  forms: fc.array(fc.oneof(section, other), { maxLength: 8 }).map((parts) => HEAD + parts.join('')),
}
