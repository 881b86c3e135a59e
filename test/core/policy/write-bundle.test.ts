/** What the operator writes is what the sidecar reads, for every pod, in every version that a namespace may hold. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  acceptPolicy,
  type Bundle,
  type BundlePolicy,
  type ClusterPolicy,
  choosePolicy,
  explainPod,
  isRefused,
  type Labels,
  policiesOf,
  sidecarSpec,
  writeBundle,
} from '../../../src/core/policy/documents.ts'
import { isPolicyFile, type PolicyFile } from '../../../src/core/policy/index.ts'
import { localKeys } from '../../../src/core/policy/local-keys.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { validSpecs } from '../../support/policy-specs.ts'

const OPERATOR = 'm2m-system'
const NAMESPACE = { name: 'shop', labels: { team: 'red' } }

const label = fc.constantFrom('a', 'b', '')
const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'constructor'), label, { maxKeys: 3 })
const requirement = fc.record({
  key: fc.constantFrom('app', 'tier', 'constructor'),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.array(label, { minLength: 1, maxLength: 2 }),
})
const selector = fc
  .record(
    { matchLabels: labels, matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 2 }) },
    { requiredKeys: [] },
  )
  .map(({ matchLabels, matchExpressions }) => ({
    ...(matchLabels && Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions && {
      matchExpressions: matchExpressions.map(({ values, ...rest }) =>
        rest.operator.endsWith('In') ? { ...rest, values } : rest,
      ),
    }),
  }))
  .filter((made) => Object.keys(made).length > 0)

interface Made {
  readonly name: string
  readonly namespace: string
  readonly createdAt: string
  readonly spec: Readonly<Record<string, unknown>>
}

const made: fc.Arbitrary<Made> = fc
  .record({
    isClusterWide: fc.boolean(),
    isOverride: fc.boolean(),
    isForTeamRed: fc.boolean(),
    suspend: fc.constantFrom(undefined, false, true),
    priority: fc.constantFrom(undefined, 0, 1),
    selector: fc.option(selector, { nil: undefined }),
    day: fc.integer({ min: 1, max: 2 }),
    minTokens: fc.integer({ min: 0, max: 99 }),
    name: fc.constantFrom('a', 'b', 'c', 'd.e', 'd'),
  })
  .map(({ isClusterWide, isOverride, isForTeamRed, suspend, priority, selector: pods, day, minTokens, name }) => ({
    name,
    namespace: isClusterWide ? OPERATOR : 'shop',
    createdAt: `2026-01-0${day}T00:00:00Z`,
    spec: {
      compression: { minTokens },
      ...(suspend !== undefined && { suspend }),
      ...(priority !== undefined && { priority }),
      ...(pods && { selector: pods }),
      ...(isClusterWide && { namespaceSelector: { matchLabels: { team: isForTeamRed ? 'red' : 'blue' } } }),
      ...(isClusterWide && isOverride && { scope: 'Override' }),
    },
  }))

const policies = fc.uniqueArray(made, { maxLength: 6, selector: ({ namespace, name }) => `${namespace}/${name}` })

/** What `m2m policy explain` would say. */
function explained(all: readonly Made[], labels: Labels): string | undefined {
  const objects = all.map(({ name, namespace, createdAt, spec }) => ({
    metadata: { name, namespace, creationTimestamp: createdAt },
    spec,
  }))
  const { winner } = explainPod(objects, { namespace: NAMESPACE, labels }, OPERATOR)
  return winner && `${winner.namespace}/${winner.name}`
}

function accepted({ name, namespace, createdAt, spec }: Made): ClusterPolicy {
  const found = acceptPolicy({ metadata: { name, namespace, creationTimestamp: createdAt }, spec }, OPERATOR)
  if (isRefused(found)) throw new Error(found.message)
  return found
}

function filesOf({ files }: Bundle): PolicyFile[] {
  return Object.entries(files).map(([name, text]) => ({ name, file: name, text }))
}

describe('the policy that a sidecar takes from a written bundle', () => {
  test('3: is the one that wins every comparison, and that is explained, for any policies and labels', () => {
    assertProperty(
      fc.property(policies, labels, (all, pod) => {
        const bundle = writeBundle(policiesOf(NAMESPACE, all.map(accepted)))
        const { policy, errors, hash } = choosePolicy(filesOf(bundle), pod)
        const winner = oracle(all, pod)
        expect(errors).toEqual([])
        expect(policy && `${policy.namespace}/${policy.name}`).toBe(winner && idOf(winner))
        expect(policy?.spec).toEqual(winner && { compression: winner.spec['compression'] })
        expect(explained(all, pod)).toBe(winner && idOf(winner))
        expect(hash).toBe(winner && bundle.entries.get(idOf(winner))?.hash)
      }),
      { numRuns: 500 },
    )
  })

  test('3: does not depend on the order in which the policies were listed', () => {
    assertProperty(
      fc.property(policies, fc.integer(), (all, seed) => {
        const shuffled = [...all].sort((a, b) => rank(seed, a) - rank(seed, b))
        const [one, other] = [all, shuffled].map((list) => writeBundle(policiesOf(NAMESPACE, list.map(accepted))))
        expect(other?.files).toEqual(one?.files)
      }),
    )
  })

  test('obeys the same spec as was written, whatever fields it has in a cluster', () => {
    assertProperty(
      fc.property(validSpecs(), (spec) => {
        fc.pre(localKeys(spec) === undefined)
        const bundle = writeBundle([{ namespace: 'shop', name: 'a', selector: undefined, spec }])
        const { policy, errors } = choosePolicy(filesOf(bundle))
        expect(errors).toEqual([])
        expect(policy?.spec).toEqual(JSON.parse(JSON.stringify(sidecarSpec(spec))))
      }),
    )
  })
})

describe('the files of a bundle', () => {
  test('have names that a ConfigMap takes and a sidecar reads, one for each policy', () => {
    const all = ['a', 'b.c', 'a.b'].map((name) => policyOf({ name }))
    const { files } = writeBundle([...all, policyOf({ namespace: 'm2m-system' })])
    const names = Object.keys(files)
    expect(names).toEqual(['index.json', 'shop.a.json', 'shop.b.c.json', 'shop.a.b.json', 'm2m-system.a.json'])
    for (const name of names) expect(name).toMatch(/^[-._a-zA-Z0-9]{1,253}$/)
    expect(names.every(isPolicyFile)).toBe(true)
  })

  test('hold nothing that only the operator or the next pod needs', () => {
    const spec = {
      scope: 'Override',
      priority: 3,
      suspend: false,
      selector: { matchLabels: { app: 'api' } },
      namespaceSelector: { matchLabels: { team: 'red' } },
      sidecar: { logLevel: 'debug' },
      rollout: { strategy: 'OnDelete' },
      providers: [{ name: 'openai', envVars: ['OPENAI_BASE_URL'] }],
      compression: { mode: 'Audit' },
    } as const
    const { files } = writeBundle([policyOf({ spec: spec as never })])
    expect(JSON.parse(files['shop.a.json'] ?? '').spec).toEqual({
      providers: [{ name: 'openai' }],
      compression: { mode: 'Audit' },
    })
  })

  test('have the same bytes and hashes in whatever order the members were written', () => {
    const one = writeBundle([policyOf({ spec: { failureMode: 'Open', compression: { minTokens: 1, mode: 'Audit' } } })])
    const two = writeBundle([policyOf({ spec: { compression: { mode: 'Audit', minTokens: 1 }, failureMode: 'Open' } })])
    expect(two).toEqual(one)
  })

  test('keep the hash of a policy when others come and go', () => {
    const first = policyOf({ name: 'first' })
    const alone = writeBundle([first]).entries.get('shop/first')
    expect(writeBundle([policyOf(), first]).entries.get('shop/first')).toEqual(alone)
  })
})

describe('skew', () => {
  const all = policyOf({ name: 'all', spec: { compression: { mode: 'Audit' } } })
  const some = policyOf({ name: 'some', selector: { matchLabels: { app: 'api' } } })

  test('a sidecar of now reads what is written for one of version 1', () => {
    const { policy, errors } = choosePolicy(filesOf(writeBundle([some, all], 1)), { app: 'api' })
    expect([policy?.name, errors]).toEqual(['all', []])
  })

  test('a sidecar of version 1 finds the first policy for all pods, without a field that it does not know', () => {
    const spec = {
      providers: [{ name: 'openai', credentials: { mode: 'SecretRef', secretKeyRef: { name: 's', key: 'k' } } }],
    } as const
    const { files } = writeBundle([some, policyOf({ name: 'keyed', spec: spec as never }), all], 1)
    expect(readAsVersionOne(files)).toMatchObject({
      metadata: { name: 'keyed' },
      spec: { providers: [{ name: 'openai' }] },
    })
  })

  test('a sidecar of version 1 finds an empty folder where no policy is for all pods: its default serves', () => {
    expect(writeBundle([some], 1).files).toEqual({})
    expect(readAsVersionOne({})).toBeUndefined()
  })

  test('a sidecar of version 1 refuses a bundle of version 2 by its number, and so keeps its last policy', () => {
    expect(() => readAsVersionOne(writeBundle([all]).files)).toThrow('version 2')
  })
})

/** The reader of the first version, in the words of its contract: exact members, the first entry, its hash. */
function readAsVersionOne(files: Readonly<Record<string, string>>): unknown {
  const index = files['index.json']
  if (index === undefined) return undefined
  const { version, policies: entries, ...others } = JSON.parse(index)
  if (version !== 1) throw new Error(`version ${version}`)
  expect(others).toEqual({})
  for (const entry of entries) expect(Object.keys(entry).sort()).toEqual(['hash', 'key'])
  const text = files[entries[0].key] ?? ''
  expect(createHash('sha256').update(text).digest('hex')).toBe(entries[0].hash)
  return JSON.parse(text)
}

function policyOf(changes: Partial<BundlePolicy> = {}): BundlePolicy {
  return { namespace: 'shop', name: 'a', selector: undefined, spec: {}, ...changes }
}

/** The winner by brute force: the one that no other candidate beats, rule by rule as docs/cluster-policies.md tells them. */
function oracle(all: readonly Made[], pod: Labels): Made | undefined {
  const candidates = all.filter((policy) => isCandidate(policy, pod))
  return candidates.find((policy) => candidates.every((other) => other === policy || beats(policy, other)))
}

function isCandidate({ namespace, spec }: Made, pod: Labels): boolean {
  const {
    suspend,
    selector: pods,
    namespaceSelector,
  } = spec as {
    suspend?: boolean
    selector?: { matchLabels?: Labels; matchExpressions?: Requirement[] }
    namespaceSelector?: { matchLabels: { team: string } }
  }
  const isHere = namespaceSelector === undefined ? namespace === 'shop' : namespaceSelector.matchLabels.team === 'red'
  const pairs = Object.entries(pods?.matchLabels ?? {})
  return (
    isHere &&
    suspend !== true &&
    pairs.every(([key, value]) => Object.hasOwn(pod, key) && pod[key] === value) &&
    (pods?.matchExpressions ?? []).every((each) =>
      holds(each, Object.hasOwn(pod, each.key) ? pod[each.key] : undefined),
    )
  )
}

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  const isListed = value !== undefined && values.includes(value)
  return operator === 'In' ? isListed : !isListed
}

function beats(a: Made, b: Made): boolean {
  const isOverride = ({ spec }: Made): boolean => spec['scope'] === 'Override'
  if (isOverride(a) !== isOverride(b)) return isOverride(a)
  const specificity = ({ spec }: Made): number => {
    const isWide = spec['namespaceSelector'] !== undefined
    return ['wide', 'wide+pods', 'own', 'own+pods'].indexOf(
      `${isWide ? 'wide' : 'own'}${spec['selector'] ? '+pods' : ''}`,
    )
  }
  if (specificity(a) !== specificity(b))
    return isOverride(a) ? specificity(a) < specificity(b) : specificity(a) > specificity(b)
  const priority = ({ spec }: Made): number => Number(spec['priority'] ?? 0)
  if (priority(a) !== priority(b)) return priority(a) > priority(b)
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt
  return idOf(a) < idOf(b)
}

function idOf({ namespace, name }: Made): string {
  return `${namespace}/${name}`
}

/** An order that depends on the seed alone. */
function rank(seed: number, policy: Made): number {
  return createHash('sha256')
    .update(`${seed} ${idOf(policy)}`)
    .digest()
    .readUInt32BE()
}
