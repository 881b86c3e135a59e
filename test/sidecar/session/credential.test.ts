import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { credentialOf } from '../../../sidecar/session/index.ts'
import { CREDENTIAL_HEADERS } from '../../../src/core/dialect/index.ts'

const token = (claims: object): string => `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`

// Forms of results are kept on a volume by this hash: pods of every version find them there.
test.each<[string, Record<string, string | string[]>]>([
  ['no header', {}],
  ['a key', { authorization: 'Bearer sk-1' }],
  ['another header', { 'x-api-key': 'sk-1' }],
  ['two headers', { 'x-api-key': 'sk-1', authorization: 'Basic "a\\b" é' }],
  ['a list', { 'x-api-key': ['a', 'b'] }],
  ['a token without a holder', { authorization: token({ sub: 'a' }) }],
])('an account with %s is the hash of the list of its headers', (_, headers) => {
  const list = JSON.stringify(CREDENTIAL_HEADERS.map((name) => headers[name]))
  expect(credentialOf(headers)).toBe(createHash('sha256').update(list).digest('base64').slice(0, 12))
})

test('a token counts by its issuer and subject', () => {
  const [first, renewed, other] = [
    token({ iss: 'i', sub: 'a', exp: 1 }),
    token({ iss: 'i', sub: 'a', exp: 2 }),
    token({ iss: 'i', sub: 'b', exp: 2 }),
  ].map((authorization) => credentialOf({ authorization }))
  expect(renewed).toBe(first)
  expect(other).not.toBe(first)
})
