import { describe, expect, test } from 'vitest'
import {
  acceptPolicy,
  type ClusterPolicy,
  isRefused,
  type NamespaceFacts,
  policiesOf,
  whyNotForPod,
} from '../../../src/core/policy/documents.ts'

const SHOP: NamespaceFacts = { name: 'shop', labels: { team: 'red' } }

function accepted(name: string, spec: object = {}, namespace = 'shop'): ClusterPolicy {
  const found = acceptPolicy({ metadata: { namespace, name, creationTimestamp: '2026-01-01T00:00:00Z' }, spec }, 'm2m')
  if (isRefused(found)) throw new Error(found.message)
  return found
}

describe('a policy of a cluster', () => {
  test('is read with the defaults that precedence asks for', () => {
    expect(accepted('a')).toEqual({
      namespace: 'shop',
      name: 'a',
      createdAt: '2026-01-01T00:00:00Z',
      scope: 'Default',
      priority: 0,
      isSuspended: false,
      isClusterWide: false,
      namespaceSelector: undefined,
      selector: undefined,
      spec: {},
    })
  })

  test('is refused with every mistake, whatever the API server has let in', () => {
    const spec = { compression: { mode: 'On' }, compresion: {} }
    expect(acceptPolicy({ metadata: { namespace: 'shop', name: 'a' }, spec }, 'm2m')).toEqual({
      reason: 'Invalid',
      message: expect.stringMatching(/spec\.compresion: unknown field; did you mean compression\?.*; .*mode/),
    })
  })

  test('is refused where it reaches beyond its namespace, but for that of the operator', () => {
    const spec = { namespaceSelector: { matchLabels: { team: 'red' } } }
    expect(acceptPolicy({ metadata: { namespace: 'shop', name: 'a' }, spec }, 'm2m')).toMatchObject({
      reason: 'NamespaceSelectorNotAllowed',
    })
    expect(isRefused(acceptPolicy({ metadata: { namespace: 'm2m', name: 'a' }, spec }, 'm2m'))).toBe(false)
  })
})

describe('why a policy does not hold for a pod', () => {
  const pod = { namespace: SHOP, labels: { app: 'api' } }

  test.each<[string, ClusterPolicy, { reason: string; term: string } | undefined]>([
    ['nothing stands against it', accepted('a', { selector: { matchLabels: { app: 'api' } } }), undefined],
    ['it is suspended', accepted('a', { suspend: true }), { reason: 'Suspended', term: '' }],
    ['its namespace is another', accepted('a', {}, 'other'), { reason: 'OtherNamespace', term: '' }],
    [
      "the operator's namespace counts as another without a selector",
      accepted('a', {}, 'm2m'),
      { reason: 'OtherNamespace', term: '' },
    ],
    [
      "the namespace's labels",
      accepted('a', { namespaceSelector: { matchLabels: { team: 'blue' } } }, 'm2m'),
      { reason: 'NamespaceSelector', term: 'team=blue (it is red)' },
    ],
    [
      "the pod's labels",
      accepted('a', { selector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] } }),
      { reason: 'Selector', term: 'tier in (a,b) (it is not set)' },
    ],
  ])('%s', (_, policy, expected) => {
    expect(whyNotForPod(policy, pod)).toEqual(expected)
  })
})

test('a bundle holds what may hold for a pod of its namespace, in order of precedence', () => {
  const red = { namespaceSelector: { matchLabels: { team: 'red' } } }
  const all = [
    accepted('all'),
    accepted('api', { selector: { matchLabels: { app: 'api' } } }),
    accepted('suspended', { suspend: true }),
    accepted('elsewhere', {}, 'other'),
    accepted('fleet', red, 'm2m'),
    accepted('stop', { ...red, scope: 'Override' }, 'm2m'),
  ]
  expect(policiesOf(SHOP, all).map(({ name }) => name)).toEqual(['stop', 'api', 'all', 'fleet'])
})
