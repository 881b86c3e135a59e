import { describe, expect, test } from 'vitest'
import type { RawContainer } from '../../../../src/core/inject/injection.ts'
import {
  isCaptured,
  isInjectedByOthers,
  placeAmongContainers,
  placeAmongInit,
} from '../../../../src/core/inject/meshes/index.ts'

/** `istio-proxy*`: one that stays. */
function containers(names: string): RawContainer[] {
  return names
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => (name.endsWith('*') ? { name: name.slice(0, -1), restartPolicy: 'Always' } : { name }))
}

test.each([
  ['', 0],
  ['fetch', 0],
  ['istio-init istio-proxy* fetch', 2],
  ['istio-validation istio-proxy* fetch', 2],
  ['istio-validation fetch', 1],
  ['fetch istio-init', 0],
  ['istio-init', 0],
  ['linkerd-init linkerd-proxy* fetch', 2],
  ['linkerd-network-validator linkerd-proxy*', 2],
  ['linkerd-network-validator', 1],
  ['fetch linkerd-init', 0],
  ['vault-agent-init istio-init istio-proxy* fetch', 3],
  ['vault-agent-init fetch', 0],
  ['fetch istio-init istio-proxy*', 0],
  ['daprd* fetch', 0],
])('among the init containers [%s] ours is number %i', (names, index) => {
  expect(placeAmongInit(containers(names))).toBe(index)
})

test.each([
  ['app', 0],
  ['istio-proxy app', 1],
  ['linkerd-proxy app', 1],
  ['app istio-proxy', 0],
  ['app linkerd-proxy daprd', 0],
])('among the containers [%s] ours is number %i', (names, index) => {
  expect(placeAmongContainers(containers(names))).toBe(index)
})

describe('connections to the pod end at a mesh', () => {
  const none = { name: 'shop', labels: {} }

  test.each([
    'istio-proxy',
    'istio-init',
    'istio-validation',
    'linkerd-proxy',
    'linkerd-init',
    'linkerd-network-validator',
  ])('where %s is in the pod', (name) => {
    expect(isCaptured({ spec: { containers: [{ name }] } }, none)).toBe(true)
    expect(isCaptured({ spec: { initContainers: [{ name }] } }, none)).toBe(true)
  })

  test.each(['app', 'daprd', 'vault-agent', 'otc-container', 'constructor'])('not where %s is', (name) => {
    expect(isCaptured({ spec: { containers: [{ name }] } }, none)).toBe(false)
  })

  test.each([
    ['a pod that asks Istio', { labels: { 'sidecar.istio.io/inject': 'true' } }, {}, true],
    ['one that asks by annotation', { annotations: { 'sidecar.istio.io/inject': 'true' } }, {}, true],
    ['one of a revision', { labels: { 'istio.io/rev': 'canary' } }, {}, true],
    ['a namespace of Istio', {}, { 'istio-injection': 'enabled' }, true],
    ['a namespace of a revision', {}, { 'istio.io/rev': 'canary' }, true],
    ['a pod that refuses', { labels: { 'sidecar.istio.io/inject': 'false' } }, { 'istio-injection': 'enabled' }, false],
    ['a namespace that refuses', {}, { 'istio-injection': 'disabled' }, false],
    [
      'ambient mode',
      { labels: { 'istio.io/dataplane-mode': 'ambient' } },
      { 'istio.io/dataplane-mode': 'ambient' },
      false,
    ],
    ['a pod that asks Linkerd', { annotations: { 'linkerd.io/inject': 'enabled' } }, {}, true],
    ['an ingress of Linkerd', { annotations: { 'linkerd.io/inject': 'ingress' } }, {}, true],
    ['one that refuses Linkerd', { annotations: { 'linkerd.io/inject': 'disabled' } }, {}, false],
  ])('%s', (_who, metadata, labels, expected) => {
    expect(isCaptured({ metadata, spec: { containers: [{ name: 'app' }] } }, { name: 'shop', labels })).toBe(expected)
  })
})

test('members that are null are as if they were not there', () => {
  const nothing = JSON.parse('{"metadata":{"labels":null,"annotations":null},"spec":{"initContainers":null}}')
  expect(isCaptured(nothing, { name: 'shop', labels: {} })).toBe(false)
  expect(isCaptured(JSON.parse('{"metadata":null,"spec":null}'), { name: 'shop', labels: {} })).toBe(false)
})

test('containers of other injectors are told by their names, and no user name is one', () => {
  const theirs = [
    'istio-proxy',
    'linkerd-init',
    'daprd',
    'vault-agent-init',
    'opentelemetry-auto-instrumentation-nodejs',
  ]
  const users = ['app', 'istio', 'my-istio-proxy', 'toString', '', 'opentelemetry-auto-instrumentation-x y']
  expect(theirs.filter(isInjectedByOthers)).toEqual(theirs)
  expect(users.filter(isInjectedByOthers)).toEqual([])
})
