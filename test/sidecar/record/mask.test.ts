import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskCredentials } from '../../../sidecar/record/mask.ts'

const KEY = 'sk-a1B2c3D4e5F6g7H8i9J0k1L2'
const MASKED = `sk-${'x'.repeat(KEY.length - 3)}`

async function masked(body: string): Promise<string> {
  const bytes = await maskCredentials(Buffer.from(body))
  if (bytes === undefined) throw new Error('the body cannot be masked')
  expect(bytes.length).toBe(Buffer.byteLength(body))
  return Buffer.from(bytes).toString()
}

describe('in a body of JSON', () => {
  test.each<[what: string, body: string, wanted: string]>([
    ['a text', `{"a":"use ${KEY}"}`, `{"a":"use ${MASKED}"}`],
    ['a text after an escape', `{"a":"x\\n${KEY}"}`, `{"a":"x\\n${MASKED}"}`],
    ['a text after letters beyond ASCII', `{"a":"schlüssel 🔑 ${KEY} ü"}`, `{"a":"schlüssel 🔑 ${MASKED} ü"}`],
    ['a text whose key is escaped', '{"a":"password=\\u0027abc\\u0027"}', '{"a":"password=\\u0027xxx\\u0027"}'],
    ['a member with a secret name', '{"api_key":"a\\"b\\u002b"}', '{"api_key":"xxxxxxxxxx"}'],
    ['a member whose name is escaped', '{"p\\u0061ssword":"abc"}', '{"p\\u0061ssword":"xxx"}'],
    ['a list under a secret name', '{"tokens":["abc","d"]}', '{"tokens":["xxx","x"]}'],
    ['a pair of name and value', '{"name":"DB_PASSWORD","value":"abc"}', '{"name":"DB_PASSWORD","value":"xxx"}'],
    ['JSON in a string', JSON.stringify({ a: '{"password":"abc"}' }), JSON.stringify({ a: '{"password":"xxx"}' })],
    [
      'the same, quoted by .NET',
      '{"a":"{\\u0022pwd\\u0022:\\u0022abc\\u0022}"}',
      '{"a":"{\\u0022pwd\\u0022:\\u0022xxx\\u0022}"}',
    ],
    [
      'JSON in JSON in a string',
      JSON.stringify({ a: JSON.stringify({ b: '{"secret":"é\\n"}' }) }),
      JSON.stringify({ a: JSON.stringify({ b: '{"secret":"xxxx"}' }) }).replace('xxxx', 'xxxxxxx'),
    ],
  ])('%s is masked', async (_what, body, wanted) => {
    expect(await masked(body)).toBe(wanted)
  })

  test.each([
    ['a text that ends in a name', '{"a":"Ask for the password:","b":"user"}'],
    ['stops that are names', '{"stop":["Authorization:","token=","API_KEY: "],"n":1}'],
    ['a number', '{"password":12345678,"max_tokens":4096}'],
    ['a schema', '{"properties":{"api_key":{"type":"string"}},"required":["password"]}'],
  ])('%s stays', async (_what, body) => {
    const bytes = Buffer.from(body)
    expect(await maskCredentials(bytes)).toBe(bytes)
  })

  test.each([
    ['is no JSON', '{"a":'],
    ['is nested too deep to be searched', `${'['.repeat(2000)}"${KEY}"${']'.repeat(2000)}`],
  ])('a body that %s is not masked in part', async (_what, body) => {
    expect(await maskCredentials(Buffer.from(body))).toBeUndefined()
  })
})

const parts = fc.constantFrom(
  KEY,
  '"password":"p"',
  'TOKEN=abcd',
  'secret = "',
  '://a:b@',
  '-----BEGIN PRIVATE KEY-----',
  'é',
  '🔑',
  '\\',
  '"',
)
const texts = fc.array(fc.oneof(parts, fc.string({ unit: 'grapheme' })), { maxLength: 6 }).map((list) => list.join(''))
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    texts,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('members'),
  ),
  list: fc.array(tie('value')),
  members: fc.dictionary(texts, tie('value')),
})).value

describe('whatever a body holds', () => {
  test('it stays JSON of the same length and shape, in strings as well, without the key', async () => {
    for (const value of fc.sample(values, { numRuns: 300, seed: 1 })) {
      const body = JSON.stringify({ value, again: JSON.stringify({ value }) })
      const result = await masked(body)
      const { value: plain, again } = JSON.parse(result)
      expect(shapeOf(plain)).toEqual(shapeOf(JSON.parse(body).value))
      expect(shapeOf(JSON.parse(again))).toEqual(shapeOf(JSON.parse(JSON.parse(body).again)))
      expect(result).not.toContain(KEY)
    }
  })
})

/** The value with every text as its kind: names may be masked as well. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') return 'text'
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.values(value).length
}
