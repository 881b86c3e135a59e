/** Certificates that others made: which pairs are served, which are refused and in which words, and which wait. */

import { expect, test } from 'vitest'
import type { Published } from '../../../../operator/injector/tls/ca-bundle.ts'
import { isBelieved, maySwap, type Pair, readPair } from '../../../../operator/injector/tls/pair.ts'
import { authoritiesOf } from '../../../../operator/injector/tls/pem.ts'
import { createAuthority, createSelfSigned } from '../../../support/certificates.ts'

const NAME = 'm2m-injector.m2m.svc'
const NOW = Date.now()

const [authority, other] = [await createAuthority('CN=One'), await createAuthority('CN=Two')]
const good = await authority.issue({ names: [NAME] })

test('a pair that fits is served as it is, its chain behind it', () => {
  const pair = readPair({ ...good, cert: good.cert + authority.cert }, [NAME], NOW) as Pair
  expect(pair.chain).toHaveLength(2)
  expect(pair.key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  expect(pair.notAfter.getTime()).toBeGreaterThan(NOW)
})

test('one text that holds both is a pair, as in a credential bundle', () => {
  const bundle = good.key + good.cert
  expect(readPair({ cert: bundle, key: bundle }, [NAME], NOW)).toMatchObject({ chain: [expect.anything()] })
})

const refusals: readonly [string, () => Promise<{ cert: string; key: string }>, string][] = [
  [
    'of another certificate',
    async () => ({ ...good, key: (await authority.issue()).key }),
    'is not the key of tls.crt',
  ],
  ['that is garbage', async () => ({ ...good, key: 'garbage' }), 'no private key that can be read'],
  ['and a certificate that is garbage', async () => ({ ...good, cert: 'garbage' }), 'tls.crt holds no certificate'],
  ['and a torn certificate', async () => ({ ...good, cert: good.cert.slice(0, 200) }), 'tls.crt holds no certificate'],
  [
    'of a certificate that has ended',
    () => authority.issue({ names: [NAME], validFrom: -9, validTo: -1 }),
    'has ended at',
  ],
  ['of one that is yet to begin', () => authority.issue({ names: [NAME], validFrom: 1 }), 'holds from'],
  [
    'of one for another name',
    () => authority.issue({ names: ['injector.elsewhere.svc'] }),
    `is for DNS:injector.elsewhere.svc, not for ${NAME}`,
  ],
]

test.for(refusals)('a key %s is refused', async ([, make, reason]) => {
  expect(readPair(await make(), [NAME], NOW)).toContain(reason)
})

function webhook(text: string): Published {
  return { webhook: 'a', text, authorities: authoritiesOf(text) }
}

test('a pair is believed where each webhook believes its authority, or itself', async () => {
  const pair = readPair(good, [NAME], NOW) as Pair
  expect(isBelieved(pair, [webhook(authority.cert), webhook(other.cert + authority.cert)])).toBe(true)
  expect(isBelieved(pair, [webhook(authority.cert), webhook(other.cert)])).toBe(false)
  expect(isBelieved(pair, [webhook('')])).toBe(false)
  expect(isBelieved(pair, [])).toBe(false)
  const own = await createSelfSigned({ names: [NAME] })
  expect(isBelieved(readPair(own, [NAME], NOW) as Pair, [webhook(own.cert)])).toBe(true)
})

test('a new pair waits until it was believed for a while, but not if the old one is believed no more, or ends', () => {
  const old = readPair(good, [NAME], NOW) as Pair
  const now = { nowMs: NOW, minLeftMs: 3_600_000, pauseMs: 1_000, believedSinceMs: undefined }
  const webhooks = [webhook(authority.cert)]
  expect(maySwap(undefined, webhooks, now)).toBe(true)
  expect(maySwap(old, webhooks, now)).toBe(false)
  expect(maySwap(old, webhooks, { ...now, believedSinceMs: NOW - 999 })).toBe(false)
  expect(maySwap(old, webhooks, { ...now, believedSinceMs: NOW - 1_000 })).toBe(true)
  expect(maySwap(old, [webhook(other.cert)], now)).toBe(true)
  expect(maySwap(old, [webhook('')], now)).toBe(true)
  expect(maySwap(old, webhooks, { ...now, nowMs: old.notAfter.getTime() - 1_000 })).toBe(true)
})
