/** Pods of a size that nobody needs: a review of one must not keep those of others waiting. The API server sends up to 3 MB. */

import { expect, test } from 'vitest'
import { type InjectContext, injectPod, type RawPod } from '../../../src/core/inject/index.ts'
import { app } from '../../support/inject/injecting.ts'
import { SETTINGS } from '../../support/inject/pods.ts'

function inject(spec: object, policy?: InjectContext['policy']) {
  const pod = { metadata: { annotations: { 'm2m.io/inject': 'true' } }, spec } as RawPod
  return injectPod(pod, { namespace: { name: 'shop', labels: {} }, policy, settings: SETTINGS })
}

const PROXY = { HTTPS_PROXY: 'http://proxy.example:3128' }

function times<T>(count: number, make: (nth: number) => T): T[] {
  return Array.from({ length: count }, (_, nth) => make(nth))
}

const mounted = (mountPath: string) =>
  app({ SSL_CERT_FILE: '/etc/cas/root.pem' }, { volumeMounts: [{ name: 'v', mountPath }] })
const doubled = times(50_000, () => ({ name: 'NO_PROXY', value: '1/1' }))

test.for([
  ['a path of slashes', [mounted(`${'/'.repeat(1_000_000)}x`)]],
  ['a path that ends in slashes', [mounted(`/etc${'/'.repeat(1_000_000)}`)]],
  ['a list of hosts', [app({ ...PROXY, NO_PROXY: 'a,'.repeat(1_000_000) })]],
  ['a list of ranges that are none', [app({ ...PROXY, NO_PROXY: '1/1,'.repeat(500_000) })]],
  ['many lists', [{ name: 'app', env: [{ name: 'HTTPS_PROXY', value: 'http://p:1' }, ...doubled] }]],
  ['references', [app({ HTTPS_PROXY: '$(A)'.repeat(500_000) })]],
  ['variables', [app(Object.fromEntries(times(50_000, (nth) => [`E${nth}`, 'v'])))]],
] as const)('%s: time grows with the size, not with its square', { timeout: 60_000 }, ([, containers]) => {
  expect(inject({ containers }).result).toBe('injected')
})

test('a policy with 128 variables and a pod with thousands of containers are no patch of gigabytes', () => {
  const providers = times(16, (nth) => ({
    name: `p${nth}`,
    baseURL: `https://p${nth}.example`,
    envVars: times(8, (of) => `P${nth}_${of}_URL`),
  }))
  const most = { containers: times(500, (nth) => ({ name: `c${nth}`, image: 'x' })) }
  const injection = inject(most, { providers })
  expect(injection.result).toBe('injected')
  expect(JSON.stringify(injection).length).toBeLessThan(8_000_000)
  const more = { ...most, initContainers: [{ name: 'one', image: 'x' }] }
  expect(inject(more, { providers })).toMatchObject({ result: 'skipped', reason: 'TooManyContainers' })
})
