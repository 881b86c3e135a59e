import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact, redactText } from '../../../sidecar/record/redact.ts'
import { assertProperty } from '../../support/assert-property.ts'

const REST = 'a1B2c3D4e5F6g7H8i9J0k1L2'

function masked(text: string): string {
  return Buffer.from(redact(Buffer.from(text))).toString()
}

describe('a credential is masked at its length', () => {
  test.each<[string, string, string]>([
    ['a key of OpenAI', `use sk-${REST} now`, REST],
    ['a key of Anthropic', `sk-ant-api03-${REST}`, `ant-api03-${REST}`],
    ['a key of AWS', `AKIA${REST.toUpperCase()}`, REST.toUpperCase()],
    ['a token of GitHub', `github_pat_${REST}`, REST],
    ['a JSON Web Token', `eyJ${REST}.eyJ${REST}.${REST}`, `${REST}.eyJ${REST}.${REST}`],
    ['a key after a line feed of JSON', `keys:\\nsk-${REST}`, REST],
    ['a key after one in JSON inside a string', `keys:\\\\nsk-${REST}`, REST],
    ['a key after an escape', `\\u0022sk-${REST}`, REST],
    ['a key in a URL', `https://api.test/v1?key=AIza${REST}`, REST],
    ['a password in a URL', 'postgres://app:s3cr3t@db/app', 's3cr3t'],
    ['a member of JSON', '{"api_key": "abc def"}', 'abc def'],
    ['a member of JSON inside a string', '{\\"client_secret\\": \\"abc\\"}', 'abc'],
    ['a member in camel case', '{"dbPassword":"abc"}', 'abc'],
    ['a member of Python', "{'token': 'abc'}", 'abc'],
    ['a value beyond ASCII', '{"token":"schlüssel"}', 'schlüssel'],
    ['a value with escapes', '{"secret":"ab\\u002bcd\\/ef"}', 'ab\\u002bcd\\/ef'],
    ['a variable', 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'wJalrXUtnFEMI/K7MDENG'],
    ['a line of YAML', 'password: correct-horse', 'correct-horse'],
    ['a header', 'Authorization: Bearer abcdefghijk', 'abcdefghijk'],
    ['a private key', `-----BEGIN PRIVATE KEY-----\\n${REST}\\n${REST}=\\n-----END`, `\\n${REST}\\n${REST}=\\n`],
  ])('%s', (_what, text, secret) => {
    const bytes = Buffer.byteLength(secret)
    expect(masked(text)).toBe(text.replace(secret, 'x'.repeat(bytes)))
  })
})

describe('what is no credential stays', () => {
  test.each([
    ['a word', 'scikit sk-learn and hf_hub, task-1234567890123456789'],
    ['a number of tokens', '{"max_tokens": 4096, "token_count": 12345678}'],
    ['a number under a secret name', '{"password":12345678}'],
    ['a schema', '{"properties":{"api_key":{"type":"string"}},"required":["password"]}'],
    ['base64', Buffer.from('any text at all, whatever it may be').toString('base64')],
    ['a URL without a password', 'https://api.test:8443/v1/users@example'],
    ['text beyond ASCII', 'naïve café — 東京, passwort'],
  ])('%s', (_what, text) => {
    expect(masked(text)).toBe(text)
  })

  test('and the very bytes come back', () => {
    const bytes = Buffer.from('{"messages":[]}')
    expect(redact(bytes)).toBe(bytes)
  })
})

const secrets = fc.constantFrom(
  `sk-${REST}`,
  `"password":"${REST}"`,
  `TOKEN=${REST}`,
  `Bearer ${REST}`,
  'secret = "',
  '://a:b@',
  '-----BEGIN PRIVATE KEY-----\n',
)
const texts = fc.array(fc.oneof(secrets, fc.string({ unit: 'binary' }))).map((parts) => parts.join(''))
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
  test('JSON stays JSON of the same length and shape, and masking it again changes nothing', () => {
    assertProperty(
      fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
        const body = Buffer.from(JSON.stringify({ value, again: JSON.stringify(value) }, null, indent))
        const result = Buffer.from(redact(body))
        expect(result.length).toBe(body.length)
        expect(shapeOf(JSON.parse(result.toString()))).toEqual(shapeOf(JSON.parse(body.toString())))
        expect(redact(result)).toBe(result)
      }),
    )
  })

  test('no key is left, wherever it stands in a text', () => {
    assertProperty(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = `${before.replace(/[A-Za-z]$/, ' ')}sk-${REST}${after}`
        for (const form of [text, JSON.stringify(text), JSON.stringify(JSON.stringify(text))]) {
          expect(redactText(form)).not.toContain(REST)
        }
      }),
    )
  })
})

/** The value with every text as its kind: names may be masked as well. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') return 'text'
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.values(value).map(shapeOf)
}
