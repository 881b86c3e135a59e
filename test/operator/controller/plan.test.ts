import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf, type KeptPod, keepBundle, keepPod, keepPolicy } from '../../../operator/controller/kept.ts'
import { createNewest } from '../../../operator/controller/newest.ts'
import { planBundle } from '../../../operator/controller/plan.ts'
import { NO_PODS, type PodReport, tallyPods } from '../../../operator/controller/tally.ts'
import {
  acceptPolicy,
  type ClusterPolicy,
  isRefused,
  matchesLabels,
  policiesOf,
  staticHash,
} from '../../../src/core/policy/documents.ts'
import { assertProperty } from '../../support/assert-property.ts'

// In two halves, so that no scanner of repositories takes it for a key.
const KEY = `sk-${'proj'}-Ab3dE6gH9jK2mN5pQ8sT`
const SHOP = { name: 'shop', labels: {} }

function policy(name: string, spec: object = {}): ClusterPolicy {
  const found = acceptPolicy({ metadata: { namespace: 'shop', name, creationTimestamp: '' }, spec }, 'm2m')
  if (isRefused(found)) throw new Error(found.message)
  return found
}

function providers(count: number): object[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `p${i}`,
    baseURL: `https://llm.example/${'a/'.repeat(240)}`,
  }))
}

describe('the plan of a bundle', () => {
  test('may be written while it is small, and holds nothing then as well', () => {
    const plan = planBundle([policy('a')], 2)
    expect(plan.refusal).toBeUndefined()
    expect(Object.keys(plan.files)).toEqual(['index.json', 'shop.a.json'])
    expect(plan.bytes).toBeGreaterThan(100)
    expect(planBundle([], 2).refusal).toBeUndefined()
  })

  test('is refused for a policy over 8 KiB, which is named', () => {
    const { refusal } = planBundle([policy('a'), policy('huge', { providers: providers(16) })], 2)
    expect(refusal).toMatchObject({ reason: 'TooLarge', culprits: new Set(['shop/huge']) })
    expect(refusal?.message).toMatch(/8192 bytes: shop\/huge \(\d{4,5} bytes\)/)
  })

  test('blames a policy for what an Override takes from it in version 1, not the Override', () => {
    const spec = { scope: 'Override', namespaceSelector: { matchLabels: { a: 'b' } } }
    const found = acceptPolicy({ metadata: { namespace: 'm2m', name: 'off' }, spec }, 'm2m')
    if (isRefused(found)) throw new Error(found.message)
    const { refusal } = planBundle([found, policy('huge', { providers: providers(16) })], 1)
    expect(refusal?.culprits).toEqual(new Set(['shop/huge']))
    expect(refusal?.message).toMatch(/shop\/huge \(\d{4,5} bytes\)$/)
  })

  test('is refused over 900 KiB: its own policies are to blame, in words that do not change with each of them', () => {
    const many = Array.from({ length: 130 }, (_, i) => policy(`p${i}`, { providers: providers(14) }))
    const { refusal, bytes } = planBundle(many, 2)
    expect(bytes).toBeGreaterThan(900 * 1024)
    expect(refusal?.culprits.size).toBe(130)
    expect(refusal?.message).toBe(planBundle(many.slice(1), 2).refusal?.message)
  })

  test('is refused with a key, even of a policy that nobody has checked', () => {
    const unchecked = { ...policy('a'), spec: { compression: { excludeTools: [KEY] } } }
    const { refusal } = planBundle([unchecked], 2)
    expect(refusal).toMatchObject({ reason: 'LiteralKey', culprits: new Set(['shop/a']) })
    expect(refusal?.message).not.toContain(KEY)
  })

  test('is written in a namespace whose name looks like a key: everybody sees that', () => {
    const namespace = KEY.toLowerCase()
    expect(planBundle([{ ...policy('a'), namespace }], 2).refusal).toBeUndefined()
  })
})

describe('what is kept', () => {
  test('of a policy has no annotation and no other member of its metadata', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `{"spec":{"apiKey":"${KEY}"}}` }
    const metadata = { name: 'a', namespace: 'shop', labels: { a: 'b' }, annotations }
    const kept = keepPolicy({ metadata, spec: {} }, 'm2m')
    expect(JSON.stringify(kept)).not.toContain(KEY)
    expect(kept.keysInAnnotation).toEqual(['spec.apiKey'])
  })

  test('of a pod is where its sidecar answers, and whether it lives', () => {
    const raw = {
      metadata: { name: 'p', namespace: 'shop', uid: 'u', annotations: { 'm2m.io/bundle-version': '1' } },
      spec: { initContainers: [{ ports: [{ name: 'm2m-admin', containerPort: 4199 }] }], containers: [{}] },
      status: { phase: 'Running', podIP: '10.0.0.7' },
    }
    expect(keepPod(raw)).toMatchObject({ address: { ip: '10.0.0.7', port: 4199 }, isLive: true, bundleVersion: 1 })
    expect(keepPod({ ...raw, spec: {} })).toMatchObject({ address: { port: 4142 } })
    expect(keepPod({ ...raw, status: { phase: 'Succeeded' } })).toMatchObject({ isLive: false, address: undefined })
    expect(keepPod({ metadata: { name: 'p', namespace: 'shop' } })).toMatchObject({ bundleVersion: 2, labels: {} })
  })

  test('of a bundle is its digest, whatever the order of its files, and the hashes of an index that can be read', () => {
    expect(digestOf({ a: '1', b: '2' })).toBe(digestOf({ b: '2', a: '1' }))
    expect(digestOf({ a: '1' })).not.toBe(digestOf({}, { a: '1' }))
    const index = JSON.stringify({ version: 2, policies: [{ key: 'a.json', hash: 'h' }] })
    const metadata = { name: 'm2m-bundle', namespace: 'shop' }
    expect([...keepBundle({ metadata, data: { 'index.json': index } }).hashes]).toEqual([['a.json', 'h']])
    for (const broken of ['', '[]', '{"policies":3}', 'null', '{"policies":[null]}']) {
      expect(keepBundle({ metadata, data: { 'index.json': broken } }).hashes.size).toBe(0)
    }
  })
})

describe('the newest of an object', () => {
  test('is the one that was written until the watch has caught up', () => {
    const newest = createNewest<{ resourceVersion: string; of: string }>()
    const [old, written, later] = ['99', '100', '101'].map((resourceVersion) => ({
      resourceVersion,
      of: resourceVersion,
    }))
    expect(newest.of('a', old)).toBe(old)
    newest.wrote('a', written!)
    expect(newest.of('a', old)).toBe(written)
    expect(newest.of('a', undefined)).toBe(written)
    expect(newest.of('a', later)).toBe(later)
    expect(newest.of('a', old)).toBe(old)
  })

  test('is gone when the watch says so', () => {
    const newest = createNewest<{ resourceVersion: string }>()
    newest.wrote('a', { resourceVersion: '5' })
    newest.forget('a')
    expect(newest.of('a', undefined)).toBeUndefined()
  })
})

describe('pods by policy', () => {
  const pod = (labels: Readonly<Record<string, string>>, changes: Partial<KeptPod> = {}): KeptPod => ({
    ...keepPod({ metadata: { name: JSON.stringify(labels), namespace: 'shop', labels } }),
    ...changes,
  })

  test('are kept small, whatever stands in them, and those of the network of their node are not asked', () => {
    const labels = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 'v'.repeat(60)]))
    const annotations = { 'm2m.io/config-rev': 'x'.repeat(250_000), 'm2m.io/static-hash': 'abc' }
    const metadata = { name: 'p', namespace: 'shop', labels, annotations }
    const status = { phase: 'Running', podIP: '10.0.0.1' }
    const kept = keepPod({ metadata, status, spec: { hostNetwork: true } })
    expect(kept).toMatchObject({ labels: {}, configRev: '', staticHash: 'abc', address: undefined })
    expect(keepPod({ metadata, status }).address).toEqual({ ip: '10.0.0.1', port: 4142 })
  })

  test('are grouped by the labels that they have, however many a tenant asks for', () => {
    // A group's name of all keys asked took half a megabyte for each pod.
    const ordered = Array.from({ length: 1_000 }, (_, i) => {
      const matchExpressions = Array.from({ length: 16 }, (_item, k) => ({ key: `k${i}-${k}`, operator: 'Exists' }))
      return policy(`p${i}`, { selector: { matchExpressions } })
    })
    const pods = Array.from({ length: 2_000 }, (_, i) => pod({ app: String(i), 'k7-3': String(i % 2) }))
    const counts = tallyPods({ ordered, pods, hashOf: () => 'new', reportOf: () => 'silent' })
    expect(counts.size).toBe(0)
  })

  test('are counted as one by one, however they are grouped', () => {
    const selector = fc.constantFrom(
      undefined,
      { matchLabels: { a: '1' } },
      { matchLabels: { a: '2', b: '1' } },
      {
        matchExpressions: [{ key: 'b', operator: 'DoesNotExist' as const }],
      },
    )
    const specs = fc.array(
      selector.map((each) => (each === undefined ? {} : { selector: each })),
      { maxLength: 5 },
    )
    const pods = fc.array(
      fc.record({
        labels: fc.dictionary(fc.constantFrom('a', 'b', 'other'), fc.constantFrom('1', '2')),
        isLive: fc.boolean(),
        staticHash: fc.constantFrom(undefined, staticHash({}), 'older'),
        report: fc.constantFrom<PodReport>('silent', 'not asked', 'not looked at', { hash: 'new' }, { hash: 'old' }),
      }),
    )
    assertProperty(
      fc.property(specs, pods, (written, given) => {
        const ordered = policiesOf(
          SHOP,
          written.map((spec, i) => policy(`p${i}`, spec)),
        )
        const kept = given.map(({ labels, isLive, staticHash: hash }) => pod(labels, { isLive, staticHash: hash }))
        const reports = new Map(kept.map((each, i) => [each, given[i]!.report]))
        const counts = tallyPods({ ordered, pods: kept, hashOf: () => 'new', reportOf: (each) => reports.get(each)! })
        for (const self of ordered) {
          const mine = kept.filter((each) => each.isLive && matchesLabels(self.selector, each.labels))
          const won = mine.filter((each) => ordered.find(({ selector: s }) => matchesLabels(s, each.labels)) === self)
          const count = counts.get(`shop/${self.name}`) ?? NO_PODS
          const said = (report: PodReport): number =>
            won.filter((each) => JSON.stringify(reports.get(each)) === JSON.stringify(report)).length
          expect(count).toEqual({
            matched: won.length,
            overridden: mine.length - won.length,
            stale: said({ hash: 'old' }),
            silent: said('silent'),
            outdated: won.filter((each) => each.staticHash === 'older').length,
            isIncomplete: said('not asked') > 0,
          })
        }
      }),
    )
  })
})
