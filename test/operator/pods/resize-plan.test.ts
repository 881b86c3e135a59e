import { describe, expect, test } from 'vitest'
import { keepSidecar } from '../../../operator/controller/kept-sidecar.ts'
import { planResize } from '../../../operator/pods/resize-plan.ts'
import type { Resources } from '../../../src/core/inject/resources.ts'

const NOW = { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } }
const EVEN = { cpu: '1', memory: '1Gi' }
const ALL = { requests: EVEN, limits: EVEN }
const GUARANTEED = { qosClass: 'Guaranteed', app: ALL }

interface Pod {
  readonly qosClass?: string
  readonly app?: object
  readonly whole?: object
}

function sidecar(resources: object, { qosClass = 'Burstable', app = {}, whole }: Pod = {}) {
  const found = keepSidecar({
    metadata: { name: 'api-0', annotations: { 'm2m.io/wiring-hash': '0' } },
    spec: {
      initContainers: [{ name: 'm2m-proxy', resources }],
      containers: [{ name: 'app', resources: app }],
      ...(whole && { resources: whole }),
    },
    status: { qosClass },
  })
  if (found === undefined) throw new Error('no sidecar')
  return found
}

const refusal = (now: object, wanted: Resources, pod: Pod = {}): string => {
  const plan = planResize(sidecar(now, pod), wanted)
  return plan.action === 'refuse' ? plan.message : plan.action
}

describe('the resources of a running sidecar', () => {
  test('are changed by the quantities that differ, however they are written', () => {
    const wanted = { requests: { cpu: '0.02', memory: '128Mi' }, limits: { memory: '512Mi' } }
    expect(planResize(sidecar(NOW), wanted)).toEqual({
      action: 'resize',
      resources: { requests: { memory: '128Mi' }, limits: { memory: '512Mi' } },
    })
    expect(
      planResize(sidecar(NOW), { requests: { cpu: '20m', memory: '98304Ki' }, limits: { memory: '0.25Gi' } }),
    ).toEqual({
      action: 'none',
    })
  })

  test('may gain a limit; that of a container without a request is its request', () => {
    expect(planResize(sidecar(NOW), { ...NOW, limits: { ...NOW.limits, cpu: '1' } })).toEqual({
      action: 'resize',
      resources: { requests: {}, limits: { cpu: '1' } },
    })
    expect(refusal({ requests: EVEN, limits: EVEN }, { requests: {}, limits: EVEN })).toBe('none')
  })

  test.each<[string, string, { now?: object; wanted: Resources } & Pod]>([
    ['lose a limit', 'memory cannot be taken', { wanted: { ...NOW, limits: {} } }],
    ['lose a request', 'cpu cannot be taken', { wanted: { ...NOW, requests: { memory: '96Mi' } } }],
    [
      'have other storage',
      'ephemeral-storage of a',
      { wanted: { ...NOW, requests: { ...NOW.requests, 'ephemeral-storage': '1Gi' } } },
    ],
    ['be the first of a BestEffort pod', 'is BestEffort', { now: {}, wanted: NOW, qosClass: 'BestEffort' }],
    [
      'take its class from a Guaranteed pod',
      'no longer be Guaranteed',
      { ...GUARANTEED, now: ALL, wanted: { requests: EVEN, limits: { ...EVEN, memory: '2Gi' } } },
    ],
    [
      'make a pod Guaranteed',
      'become Guaranteed',
      { wanted: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1000m', memory: '1024Mi' } }, app: ALL },
    ],
  ])('may not %s', (_title, why, { now = NOW, wanted, ...pod }) => {
    expect(refusal(now, wanted, pod)).toContain(why)
  })

  test('of a Guaranteed pod change in step, and those of a pod with resources of its own freely', () => {
    const grown = { requests: { ...EVEN, memory: '2Gi' }, limits: { ...EVEN, memory: '2Gi' } }
    expect(refusal(ALL, grown, GUARANTEED)).toBe('resize')
    expect(refusal({}, NOW, { qosClass: 'Guaranteed', whole: ALL })).toBe('resize')
  })
})

test('a pod whose resources are not the policy’s is left alone, and pods that are alike share what is kept', () => {
  const spec = { containers: [{ name: 'm2m-proxy', resources: NOW }] }
  expect(keepSidecar({ metadata: { name: 'a' }, spec })).toBeUndefined()
  const annotations = { 'm2m.io/wiring-hash': '0' }
  const own = { ...annotations, 'm2m.io/memory-limit': '512Mi' }
  expect(keepSidecar({ metadata: { name: 'a', annotations: own }, spec })).toBeUndefined()
  const [one, two] = ['a', 'b'].map((name) => keepSidecar({ metadata: { name, annotations }, spec }))
  expect(one).toMatchObject({ list: 'containers' })
  expect(two).toBe(one)
})
