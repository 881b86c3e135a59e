/** When a replica signs anew. */

import { X509Certificate } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { mintAuthority } from '../../../../operator/injector/tls/mint.ts'
import { createOwnLeaf } from '../../../../operator/injector/tls/own-leaf.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const base64 = (text: string): string => Buffer.from(text).toString('base64')

afterEach(() => void vi.useRealTimers())

async function leafOfAuthority() {
  const { cert, key } = await mintAuthority({ lifeMs: 365 * DAY_MS })
  const objects = {
    secrets: { metadata: { name: 's' }, data: { 'ca.crt': base64(cert), 'ca.key': base64(key) } },
    mutatingwebhookconfigurations: {
      metadata: { name: 'w' },
      webhooks: [{ clientConfig: { caBundle: base64(cert) } }],
    },
  }
  const get = async <T>(path: string): Promise<T> =>
    (path.includes('/secrets/') ? objects.secrets : objects.mutatingwebhookconfigurations) as T
  const times = { leafMs: 7 * DAY_MS, pauseMs: 60_000, minLeftMs: HOUR_MS }
  return createOwnLeaf({ client: { get }, namespace: 'm2m-system', names: ['a.example'], times, hooks: {} })
}

test('a leaf of a clock that was ahead is replaced once the clock is right: it would not be valid yet', async () => {
  const leaf = await leafOfAuthority()
  const realMs = Date.now()
  vi.useFakeTimers({ toFake: ['Date'], now: realMs + DAY_MS })
  await leaf.renew()
  const early = leaf.current
  expect(new X509Certificate(early?.cert ?? '').validFromDate.getTime()).toBeGreaterThan(realMs)
  vi.setSystemTime(realMs)
  await leaf.renew()
  const right = leaf.current
  expect(new X509Certificate(right?.cert ?? '').validFromDate.getTime()).toBeLessThan(realMs)
  // A second more or less is no reason.
  vi.setSystemTime(realMs - 1_000)
  await leaf.renew()
  expect(leaf.current).toBe(right)
})
