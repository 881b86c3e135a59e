/** The mark by which the operator knows that it may change the resources of a running sidecar. */

import { expect, test } from 'vitest'
import { type Injection, injectPod, type RawPod } from '../../../src/core/inject/index.ts'
import { staticHash, wiringHash } from '../../../src/core/policy/documents.ts'

const SIZE = { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } }

function inject(pod: RawPod): Injection {
  return injectPod(pod, {
    namespace: { name: 'shop', labels: { 'm2m.io/inject': 'true' } },
    policy: { sidecar: { logLevel: 'debug', resources: SIZE } },
    settings: { image: 'm2m:1', imagePullPolicy: 'Always', mode: 'Native', resources: SIZE, env: {} },
  })
}

const APP = { containers: [{ name: 'app', image: 'app:1' }] }

test('is on a pod whose resources policy and chart decide, and leaves them out', () => {
  expect(JSON.stringify(inject({ metadata: {}, spec: APP }))).toContain(wiringHash({ sidecar: { logLevel: 'debug' } }))
  expect(wiringHash({ sidecar: { resources: SIZE } })).toBe(wiringHash({}))
  expect(staticHash({ sidecar: { resources: SIZE } })).not.toBe(staticHash({}))
})

test.each<[string, RawPod]>([
  ['annotations', { metadata: { annotations: { 'm2m.io/memory-limit': '512Mi' } }, spec: APP }],
  ['its own words about the container', { spec: { ...APP, initContainers: [{ name: 'm2m-proxy', resources: SIZE }] } }],
  ['the pod as a whole', { spec: { ...APP, resources: SIZE } }],
])('is not on a pod whose resources are decided by %s', (_title, pod) => {
  const text = JSON.stringify(inject(pod))
  expect(text).toContain('static-hash')
  expect(text).not.toContain('wiring-hash')
})
