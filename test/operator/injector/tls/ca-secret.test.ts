/** The Secret as it is stored: what is written is read again, and what is wrong counts as absent. */

import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { caSecretText, readCaSecret, signing } from '../../../../operator/injector/tls/ca-secret.ts'
import { mintAuthority, mintLeaf } from '../../../../operator/injector/tls/mint.ts'
import { authoritiesOf, certificatesOf } from '../../../../operator/injector/tls/pem.ts'
import { assertProperty } from '../../../support/assert-property.ts'

const [a, b] = [await mintAuthority({ lifeMs: 1e9 }), await mintAuthority({ lifeMs: 1e9 })]
const [one, two] = [signing(a.cert, a.key), signing(b.cert, b.key)]
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const stored = (text: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(text).map(([key, value]) => [key, base64(value)]))

test('what is written is read again, and a retired authority has no key', () => {
  const previous = authoritiesOf(a.cert + b.cert).map((certified, i) => ({
    ...certified,
    untilMs: 1_900_000_000_000 + i,
  }))
  const secret = { current: one, next: two, previous }
  const text = caSecretText(secret)
  expect(readCaSecret(stored(text))).toEqual(secret)
  expect(text['previous.crt']).toMatch(/^# until 2030-03-17T17:46:40\.000Z\n-----BEGIN CERTIFICATE-----\n/)
  expect(text['previous.crt']).not.toContain('PRIVATE KEY')
  expect(caSecretText({ previous: [] })).toEqual({})
})

test('a retired authority without a time is believed until it ends', () => {
  const [retired] = readCaSecret({ 'previous.crt': base64(a.cert) }).previous
  expect(retired?.untilMs).toBe(one?.notAfterMs)
})

test('an authority that cannot sign counts as absent', async () => {
  const leaf = await mintLeaf(a, ['a'], { lifeMs: 1e9 })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' })
  expect(signing(a.cert, b.key)).toBeUndefined()
  expect(signing(leaf.cert, leaf.key)).toBeUndefined()
  expect(signing(a.cert, rsa.toString())).toBeUndefined()
  expect(signing('', '')).toBeUndefined()
  expect(signing(a.cert, a.key)).toEqual(one)
})

test('no content of a Secret is an error', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(base64(a.cert), base64(a.key), '\u0000'),
    fc.integer(),
    fc.constant(null),
  )
  const keys = fc.constantFrom('ca.crt', 'ca.key', 'next.crt', 'next.key', 'previous.crt', 'other')
  assertProperty(
    fc.property(fc.oneof(fc.dictionary(keys, value), fc.anything()), (data) => {
      const { previous } = readCaSecret(data)
      expect(Array.isArray(previous)).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

test('a text of many certificates is read as far as a bundle can reach, in linear time', () => {
  expect(certificatesOf(a.cert.repeat(500))).toHaveLength(32)
  expect(certificatesOf(a.cert.repeat(5_000))).toHaveLength(0)
  expect(certificatesOf('-----BEGIN CERTIFICATE-----'.repeat(38_000))).toEqual([])
  expect(certificatesOf(`-----BEGIN CERTIFICATE-----${'A'.repeat(1_000_000)}`)).toEqual([])
})
