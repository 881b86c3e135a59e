import { describe, expect, test } from 'vitest'
import { credentialsIn } from '../../src/core/credentials.ts'
import { likeHostile } from './hostile-credentials.ts'

const REST = 'a1B2c3D4e5F6g7H8i9J0k1L2'

function masked(text: string): string {
  const units = [...Array(text.length).keys()].map((i) => text[i])
  for (const { start, end } of credentialsIn(text)) units.fill('x', start, end)
  return units.join('')
}

describe('a credential is found', () => {
  test.each<[what: string, text: string, secret: string]>([
    ['a key of OpenAI', `use sk-${REST} now`, REST],
    ['a key of Anthropic', `sk-ant-api03-${REST}`, `ant-api03-${REST}`],
    ['a key of AWS', `AKIA${REST.toUpperCase()}`, REST.toUpperCase()],
    ['a token of GitHub', `github_pat_${REST}`, REST],
    ['a JSON Web Token', `eyJ${REST}.eyJ${REST}.${REST}`, `${REST}.eyJ${REST}.${REST}`],
    ['a key at the start of a line', `keys:\nsk-${REST}`, REST],
    ['a key in a URL', `https://api.test/v1?key=AIza${REST}`, REST],
    ['a password in a URL', 'postgres://app:s3cr3t@db/app', 's3cr3t'],
    ['a password in a URL without a user', 'redis://:s3cr3t@cache:6379', 's3cr3t'],
    ['a piece of JSON', 'answer: {"api_key": "abc def"} end', 'abc def'],
    ['a piece of JSON inside a string', 'run \\"client_secret\\": \\"abc\\"', 'abc'],
    ['a value with an escaped quote', '"password": "ab\\"cd"', 'ab\\"cd'],
    ['a dictionary of Python', "{'token': 'abc'}", 'abc'],
    ['an array of PHP', "'password' => 'abc'", 'abc'],
    ['a statement of Go', 'apiKey := "abc"', 'abc'],
    ['an index', 'os.environ["API_KEY"] = "abc"', 'abc'],
    ['a variable', 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'wJalrXUtnFEMI/K7MDENG'],
    ['a base for keys', 'SECRET_KEY_BASE=abcdef', 'abcdef'],
    ['a line of YAML', 'password: correct-horse', 'correct-horse'],
    ['an aligned line of YAML', 'password:     correct-horse', 'correct-horse'],
    ['a value on the next line of YAML', 'password: >-\n  correct-horse', 'correct-horse'],
    ['an entry of an environment in YAML', '- name: DB_PASSWORD\n  value: abc', 'abc'],
    ['a key of a kubeconfig', 'client-key-data: c29tZXRoaW5n', 'c29tZXRoaW5n'],
    ['an element', '<db-password>abc</db-password>', 'abc'],
    ['a flag', 'mysql --password hunter2 -h db', 'hunter2'],
    ['a flag of curl', 'curl -u admin:hunter2 https://a.test', 'hunter2'],
    ['a bearer token', 'Authorization: Bearer abcdefghijk', 'abcdefghijk'],
    ['another scheme', 'Authorization: Token abcdefghijk', 'abcdefghijk'],
    ['cookies', 'Cookie: session=abc; csrf=def', 'session=abc; csrf=def'],
    ['a parameter of a URL, encoded', 'https://a.test/?q=api_key%3Dabc%26x', 'abc'],
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${REST}\n-----END PRIVATE KEY-----`, `\n${REST}\n`],
    ['a private key with line numbers', `1→-----BEGIN RSA PRIVATE KEY-----\n2→${REST}\n3→-----END`, `\n2→${REST}\n3→`],
    ['a private key without an end', `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n> ${REST}`, `\n\n> ${REST}`],
  ])('%s', (_what, text, secret) => {
    expect(masked(text)).toBe(text.replace(secret, 'x'.repeat(secret.length)))
  })
})

describe('no credential is found', () => {
  test.each([
    ['in words', 'scikit sk-learn and hf_hub, task-1234567890123456789, Basic understanding'],
    ['in a question', 'Enter your password. How do I reset the token?'],
    ['in base64', Buffer.from('any text at all, whatever it may be').toString('base64')],
    ['in a URL with a port', 'https://api.test:8443/v1/users@example'],
    ['in text beyond ASCII', 'naïve café — 東京, passwort'],
  ])('%s', (_what, text) => {
    expect(masked(text)).toBe(text)
  })
})

test.each(likeHostile(20_000))('ends soon on a long text of %j', (_unit, short, long) => {
  // A quadratic pattern would not end on the long text, of 1.3 million letters, before the test's own limit.
  expect([...credentialsIn(short)].length).toBeLessThanOrEqual([...credentialsIn(long)].length)
})
