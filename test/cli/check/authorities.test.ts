import { expect, test } from 'vitest'
import { checkAuthorities } from '../../../src/cli/check/webhook.ts'
import { createAuthority } from '../../support/certificates.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.now()

test('authorities are told by the last one that expires, in time and too late', async () => {
  const old = await leafLasting(5)
  const next = await leafLasting(300)
  const state = (...pems: string[]): string => checkAuthorities([bundle(...pems)], NOW_MS).state
  expect(state(next)).toBe('ok')
  expect(state(old, next)).toBe('ok')
  expect(state(old)).toBe('warning')
  expect(checkAuthorities([bundle(old, next)], NOW_MS + 301 * DAY_MS)).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('every authority of the caBundle has expired'),
  })
})

test.each([
  ['no certificate', 'bm9uZQ==', 'the caBundle holds no certificate'],
  [
    'a broken one',
    bundle('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
    'the caBundle cannot be read',
  ],
])('a bundle with %s is a failure', (_what, text, message) => {
  expect(checkAuthorities([text], NOW_MS)).toMatchObject({ state: 'failed', message: expect.stringContaining(message) })
})

function bundle(...pems: string[]): string {
  return Buffer.from(pems.join('\n')).toString('base64')
}

async function leafLasting(days: number): Promise<string> {
  const authority = await createAuthority()
  return (await authority.issue({ validTo: days })).cert
}
