/** Who gets a sidecar and who gets none, and what is said of it on the pod. */

import { describe, expect, test } from 'vitest'
import { SKIP_REASONS } from '../../../src/core/inject/index.ts'
import { inject, injectRaw } from '../../support/inject/injecting.ts'
import { SETTINGS } from '../../support/inject/pods.ts'

const APP = { name: 'app', image: 'example.com/app:1' }

describe('who gets none', () => {
  const kubeSystem = { namespace: { name: 'kube-system', labels: {} } }
  const CASES = [
    ['Unreadable', { containers: 'all of them' }, {}],
    ['Unreadable', { containers: [null] }, {}],
    ['Unreadable', { initContainers: [{ image: 'x' }] }, {}],
    ['ExcludedNamespace', {}, { context: kubeSystem }],
    ['ExcludedNamespace', {}, { context: { releaseNamespace: 'shop' } }],
    ['MirrorPod', {}, { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }],
    ['HostNetwork', { hostNetwork: true }, {}],
    ['Windows', { os: { name: 'windows' } }, {}],
    ['Windows', { nodeSelector: { 'kubernetes.io/os': 'windows' } }, {}],
    ['Windows', { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } }, {}],
    ['Windows', requiring({ key: 'kubernetes.io/os', operator: 'In', values: ['windows'] }), {}],
    ['TooManyContainers', { containers: Array.from({ length: 501 }, (_, nth) => ({ name: `c${nth}` })) }, {}],
    ['NoContainers', { containers: [] }, {}],
    ['NoContainers', { containers: [{ name: 'istio-proxy', image: 'x' }] }, {}],
    ['SidecarPresent', { containers: [APP, { name: 'm2m-proxy', image: 'mine:1' }] }, {}],
  ] as const

  test.for(CASES)('%s', ([reason, spec, options]) => {
    const { injection, pod } = inject(spec, options)
    expect(injection).toMatchObject({ result: 'skipped', reason, message: SKIP_REASONS[reason] })
    // Nothing but the word about it.
    expect(pod.metadata?.annotations?.['m2m.io/status']).toBe(`skipped: ${reason}: ${SKIP_REASONS[reason]}`)
    expect('patch' in injection && injection.patch.map(({ path }) => path)).toEqual([
      '/metadata/annotations/m2m.io~1status',
    ])
  })

  test('every reason has its case', () => {
    expect([...new Set(CASES.map(([reason]) => reason))].sort()).toEqual(Object.keys(SKIP_REASONS).sort())
  })
})

test('a pod that may run on Linux as well gets one', () => {
  const windows = { key: 'kubernetes.io/os', operator: 'In', values: ['windows'] }
  for (const spec of [
    requiring({ ...windows, values: ['windows', 'linux'] }),
    requiring({ ...windows, operator: 'NotIn' }),
    requiring(windows, { key: 'zone', operator: 'Exists' }),
  ]) {
    expect(inject(spec).injection.result).toBe('injected')
  }
})

/** Any one of these. */
function requiring(...requirements: readonly object[]): Readonly<Record<string, unknown>> {
  const nodeSelectorTerms = requirements.map((requirement) => ({ matchExpressions: [requirement] }))
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } }
}

test('a classic sidecar keeps a pod that is to end: that is told, and of no other pod', () => {
  const classic = { context: { settings: { ...SETTINGS, mode: 'Classic' as const } } }
  expect(inject({ restartPolicy: 'Never' }, classic).notes).toEqual(['NeverEnds'])
  expect(inject({ restartPolicy: 'OnFailure' }).notes).toEqual([])
  expect(inject({}, classic).notes).toEqual([])
})

test('a word that is neither yes nor no is told on the pod, too', () => {
  const { injection, pod } = inject({}, { metadata: { annotations: { 'm2m.io/inject': 'yes' } } })
  expect(injection).toMatchObject({ result: 'skipped', reason: 'InvalidValue' })
  expect(pod.metadata?.annotations?.['m2m.io/status']).toMatch(
    /^skipped: InvalidValue: the pod says m2m.io\/inject: "yes"/,
  )
})

test('hashes that a template has brought, without the sidecar, are made anew', () => {
  const annotations = { 'm2m.io/inject': 'true', 'm2m.io/status': 'injected', 'm2m.io/static-hash': 'old' }
  const { pod } = inject({}, { metadata: { annotations } })
  expect(pod.metadata?.annotations?.['m2m.io/static-hash']).not.toBe('old')
})

test.for([
  // annotation, label, namespace, result
  ['true', undefined, undefined, 'injected'],
  [undefined, 'true', undefined, 'injected'],
  [undefined, undefined, 'true', 'injected'],
  ['false', 'true', 'true', 'OptedOut'],
  ['true', 'false', 'true', 'OptedOut'],
  ['yes', 'true', undefined, 'injected'],
  ['yes', undefined, 'true', 'InvalidValue'],
  [undefined, '', 'true', 'InvalidValue'],
  [undefined, undefined, 'yes', 'NotAsked'],
  [undefined, undefined, undefined, 'NotAsked'],
])('annotation %s, label %s, namespace %s: %s', ([annotation, label, namespace, expected]) => {
  const say = (value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { 'm2m.io/inject': value }
  const pod = { metadata: { annotations: say(annotation), labels: say(label) }, spec: { containers: [APP] } }
  const { injection } = injectRaw(pod, { namespace: { name: 'shop', labels: say(namespace) } })
  expect('reason' in injection ? injection.reason : injection.result).toBe(expected)
})
