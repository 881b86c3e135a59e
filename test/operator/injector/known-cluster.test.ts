import { expect, test } from 'vitest'
import { createKnownCluster, type KnownCluster } from '../../../operator/injector/known-cluster.ts'
import { acceptPolicy, type PolicySpec } from '../../../src/core/policy/documents.ts'

const HOME = 'm2m-system'

function put(known: KnownCluster, namespace: string, name: string, spec: PolicySpec): void {
  known.setPolicy(`${namespace}/${name}`, acceptPolicy({ metadata: { namespace, name }, spec }, HOME))
}

function minTokens(known: KnownCluster, labels: Record<string, string> = {}, namespace = 'shop'): unknown {
  const facts = known.namespace(namespace) ?? { name: namespace, labels: {} }
  return known.policyFor(facts, labels)?.compression?.minTokens
}

test('the policy of a pod is the one that its sidecar will choose, and follows every change', () => {
  const known = createKnownCluster()
  expect(minTokens(known)).toBeUndefined()
  known.setNamespace('/shop', { team: 'a' })
  put(known, HOME, 'wide', { namespaceSelector: { matchLabels: { team: 'a' } }, compression: { minTokens: 1 } })
  expect(minTokens(known)).toBe(1)
  put(known, 'shop', 'all', { compression: { minTokens: 2 } })
  put(known, 'shop', 'web', { selector: { matchLabels: { app: 'web' } }, compression: { minTokens: 3 } })
  expect([minTokens(known), minTokens(known, { app: 'web' })]).toEqual([2, 3])
  put(known, 'shop', 'web', { compression: { minTokens: -1 } })
  expect(minTokens(known, { app: 'web' })).toBe(2)
  known.setPolicy('shop/all', undefined)
  expect(minTokens(known)).toBe(1)
  known.setNamespace('/shop', { team: 'b' })
  expect(minTokens(known)).toBeUndefined()
  expect(known.policies).toBe(2)
})

test('a selector of the label that the injector adds matches', () => {
  const known = createKnownCluster()
  put(known, 'shop', 'p', { selector: { matchLabels: { 'm2m.io/injected': 'true' } }, compression: { minTokens: 7 } })
  expect(minTokens(known)).toBe(7)
})

test('an Override leaves the resources of the sidecar to the policy below it', () => {
  const known = createKnownCluster()
  known.setNamespace('/shop', {})
  put(known, HOME, 'off', {
    scope: 'Override',
    namespaceSelector: { matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] },
    compression: { mode: 'Disabled' },
  })
  put(known, 'shop', 'p', { sidecar: { resources: { requests: { cpu: '1' } } } })
  expect(known.policyFor(known.namespace('shop')!, {})).toMatchObject({
    compression: { mode: 'Disabled' },
    sidecar: { resources: { requests: { cpu: '1' } } },
  })
})

test('who asks for a new namespace waits for the watch, each of them, but not for ever', async () => {
  const known = createKnownCluster()
  const asked = [known.soon('error', 60_000), known.soon('error', 60_000)]
  known.setNamespace('/other', {})
  known.setNamespace('/error', { a: 'b' })
  expect(await Promise.all(asked)).toEqual(Array(2).fill({ name: 'error', labels: { a: 'b' } }))
  expect(await known.soon('error', 60_000)).toEqual({ name: 'error', labels: { a: 'b' } })
  expect(await known.soon('never', 20)).toBeUndefined()
})
