/** What the sidecar asks for, by annotation, policy and chart. */

import { expect, test } from 'vitest'
import { inject } from '../../support/inject/injecting.ts'

const POLICY = { sidecar: { resources: { requests: { cpu: 1, memory: '200Mi' }, limits: { cpu: '2' } } } }

function resources(annotations: Record<string, string>, policy?: object, spec: object = {}) {
  const result = inject({ ...spec }, { metadata: { annotations }, context: { policy } })
  return { ...(result.sidecar?.['resources'] as object), notes: result.notes, env: result.env('m2m-proxy') }
}

test('the annotation goes before the policy, and the policy before the chart', () => {
  expect(resources({})).toMatchObject({ requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } })
  expect(resources({}, POLICY)).toMatchObject({
    requests: { cpu: '1', memory: '200Mi' },
    limits: { cpu: '2', memory: '256Mi' },
  })
  expect(resources({ 'm2m.io/cpu': '50m', 'm2m.io/memory-limit': '1Gi' }, POLICY)).toMatchObject({
    requests: { cpu: '50m', memory: '200Mi' },
    limits: { cpu: '2', memory: '1Gi' },
  })
})

test.for([
  ['the limit follows a request that is said nearer', { 'm2m.io/memory': '1Gi' }, '1Gi', '1Gi'],
  ['the request follows a limit that is said nearer', { 'm2m.io/memory-limit': '80Mi' }, '80Mi', '80Mi'],
] as const)('%s: no pod is refused for a limit below the request', ([, annotations, request, limit]) => {
  const { requests, limits, notes } = resources(annotations) as ReturnType<typeof resources> & {
    requests: Record<string, string>
    limits: Record<string, string>
  }
  expect([requests['memory'], limits['memory']]).toEqual([request, limit])
  expect(notes).toEqual(['ResourcesAdjusted'])
})

test.for([
  ['m2m.io/cpu', 'abc'],
  ['m2m.io/cpu', '0'],
  ['m2m.io/cpu', '0.0001'],
  ['m2m.io/cpu-limit', '-1'],
  ['m2m.io/memory', '1'],
  ['m2m.io/memory-limit', '16Mi'],
  ['m2m.io/memory-limit', '9'.repeat(1_000)],
  ['m2m.io/log-level', 'loud'],
  ['m2m.io/containers', ' , '],
])('%s: %s is told and left out; the next word serves', ([name = '', value = '']) => {
  const { notes, ...rest } = resources({ [name]: value })
  expect(notes).toEqual(['InvalidAnnotation'])
  expect(rest).toEqual(
    expect.objectContaining({ requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } }),
  )
})

test('a Guaranteed pod stays one', () => {
  const same = { cpu: '1', memory: '1Gi' }
  const containers = [{ name: 'app', image: 'x', resources: { limits: same, requests: { cpu: '1000m' } } }]
  expect(resources({}, undefined, { containers })).toMatchObject({
    requests: { cpu: '250m', memory: '256Mi' },
    limits: { cpu: '250m', memory: '256Mi' },
  })
})

test('where every container has a limit of CPU, a quota may ask for one: the sidecar has one, too', () => {
  const limited = (...limits: object[]) =>
    resources({}, undefined, {
      containers: limits.map((each, index) => ({ name: `c${index}`, resources: { limits: each } })),
    })
  expect(limited({ cpu: '1' }, { cpu: '100m' })).toMatchObject({ limits: { cpu: '500m', memory: '256Mi' } })
  expect(limited({ cpu: '1' }, { memory: '1Gi' })).toMatchObject({ limits: { memory: '256Mi' } })
  expect(limited({ 'ephemeral-storage': '1Gi' })).toMatchObject({ limits: { 'ephemeral-storage': '256Mi' } })
})

test('what a pod asks for as a whole is shared, because the API server counts the sidecar in', () => {
  expect(resources({}, POLICY, { resources: { requests: { cpu: '1' } } })).toMatchObject({ requests: {}, limits: {} })
})

test('what is remembered between calls fits into the limit of memory', () => {
  expect(resources({}).env['M2M_MEMORY_MB']).toBe('112')
  expect(resources({ 'm2m.io/memory-limit': '1Gi' }).env).not.toHaveProperty('M2M_MEMORY_MB')
})

test('the log level is that of the annotation, else of the policy', () => {
  expect(resources({}, { sidecar: { logLevel: 'warn' } }).env['M2M_LOG_LEVEL']).toBe('warn')
  expect(resources({ 'm2m.io/log-level': 'debug' }, { sidecar: { logLevel: 'warn' } }).env['M2M_LOG_LEVEL']).toBe(
    'debug',
  )
})
