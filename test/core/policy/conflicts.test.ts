import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  acceptPolicy,
  type ClusterPolicy,
  conflictsOf,
  idOf,
  isCovered,
  isRefused,
  type LabelSelector,
  type Labels,
  matchesLabels,
  PRECEDENCE_RULES,
  policiesOf,
  winnerOf,
} from '../../../src/core/policy/documents.ts'
import type { PolicySpec } from '../../../src/core/policy/index.ts'
import { comparePrecedence, decidingRule } from '../../../src/core/policy/precedence.ts'
import { selectorCovers, selectorsMeet } from '../../../src/core/policy/selector-sets.ts'
import { assertProperty } from '../../support/assert-property.ts'

const OPERATOR = 'm2m-system'
const PLACE = { name: 'shop', labels: { team: 'a' } }

function policy(
  name: string,
  spec: PolicySpec,
  { namespace = 'shop', createdAt = '2026-01-01T00:00:00Z' } = {},
): ClusterPolicy {
  return accepted({ namespace, name, createdAt, spec })
}

interface Written {
  readonly namespace: string
  readonly name: string
  readonly createdAt: string
  readonly spec: PolicySpec
}

function accepted({ namespace, name, createdAt, spec }: Written): ClusterPolicy {
  const found = acceptPolicy({ metadata: { namespace, name, creationTimestamp: createdAt }, spec }, OPERATOR)
  if (isRefused(found)) throw new Error(found.message)
  return found
}

/** Few values, so that pairs are equal, covered and apart about equally often. */
const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b', 'c'))
const someLabels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b', 'c'), { minKeys: 1 })
const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom('app', 'tier'),
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
  }),
  fc.record({
    key: fc.constantFrom('app', 'tier'),
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
  }),
)
const selector: fc.Arbitrary<LabelSelector | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ matchLabels: someLabels }),
  fc.record({ matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 3 }) }),
  fc.record({ matchLabels: someLabels, matchExpressions: fc.array(requirement, { minLength: 1, maxLength: 2 }) }),
)

const spec: fc.Arbitrary<PolicySpec> = fc
  .record({ selector, priority: fc.constantFrom(undefined, 0, 1) })
  .map(withoutUndefined)
const wideSpec = fc
  .record({
    selector,
    priority: fc.constantFrom(undefined, 0, 1),
    scope: fc.constantFrom(undefined, 'Default' as const, 'Override' as const),
    suspend: fc.constantFrom(undefined, true, false),
    namespaceSelector: fc.constantFrom({ matchLabels: { team: 'a' } }, { matchLabels: { team: 'b' } }),
  })
  .map(withoutUndefined)

function withoutUndefined(members: object): PolicySpec {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as PolicySpec
}

const policies = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      createdAt: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
      where: fc.oneof(
        fc.record({ namespace: fc.constantFrom('shop', 'other'), spec }),
        fc.record({ namespace: fc.constant(OPERATOR), spec: wideSpec }),
      ),
    })
    .map(({ name, createdAt, where }) => accepted({ name, createdAt, ...where })),
  { selector: idOf, maxLength: 6 },
)

/** The order of the specification in the plainest words: a tuple of numbers and texts, the smaller one first. */
function rank({ namespace, name, createdAt, spec }: ClusterPolicy): (number | string)[] {
  const isOverride = spec.scope === 'Override'
  const depth = (spec.namespaceSelector === undefined ? 2 : 0) + (spec.selector === undefined ? 0 : 1)
  return [isOverride ? 0 : 1, isOverride ? depth : -depth, -(spec.priority ?? 0), createdAt, `${namespace}/${name}`]
}

function oracle(all: readonly ClusterPolicy[], pod: Labels): ClusterPolicy[] {
  return all
    .filter(({ spec }) => spec.suspend !== true)
    .filter(({ namespace, spec }) =>
      spec.namespaceSelector === undefined
        ? namespace === PLACE.name
        : matchesLabels(spec.namespaceSelector, PLACE.labels),
    )
    .filter(({ spec }) => matchesLabels(spec.selector, pod))
    .sort((a, b) => (isBefore(rank(a), rank(b)) ? -1 : 1))
}

function isBefore(a: (number | string)[], b: (number | string)[]): boolean {
  const index = a.findIndex((value, i) => value !== b[i])
  return index !== -1 && a[index]! < b[index]!
}

/** One of each that precedence can tell apart. */
const EVERY_KIND: readonly Written[] = [
  { namespace: 'shop' },
  { namespace: OPERATOR, namespaceSelector: { matchLabels: { team: 'a' } } },
  { namespace: OPERATOR, namespaceSelector: { matchLabels: { team: 'a' } }, scope: 'Override' as const },
].flatMap(({ namespace, ...place }) =>
  [{}, { selector: { matchLabels: { app: 'a' } } }].flatMap((chosen) =>
    [0, 1].flatMap((priority) =>
      ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'].flatMap((createdAt) =>
        ['a', 'b'].map((name) => ({ namespace, name, createdAt, spec: { ...place, ...chosen, priority } })),
      ),
    ),
  ),
)

describe('3: the policy of a pod', () => {
  test('3: is the one of a brute-force oracle, whatever the order of all policies, and names the deciding rule', () => {
    assertProperty(
      fc.property(policies, labels, (all, pod) => {
        const [first, second] = oracle(all, pod)
        const differing = first && second && rank(first).findIndex((value, i) => value !== rank(second)[i])
        const expected = {
          winner: first && idOf(first),
          rule: differing === undefined ? undefined : PRECEDENCE_RULES[differing],
        }
        for (const permutation of permutations(all)) {
          const found = winnerOf(policiesOf(PLACE, permutation), pod)
          expect({ winner: found && idOf(found.winner), rule: found?.rule }).toEqual(expected)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('3: is decided between any two, by each rule in turn', () => {
    const all = EVERY_KIND.map(accepted)
    const rules = new Set<unknown>()
    for (const [a, b] of all.flatMap((one) => all.map((other) => [one, other] as const))) {
      if (a === b) continue
      const differing = rank(a).findIndex((value, i) => value !== rank(b)[i])
      expect(Math.sign(comparePrecedence(a, b))).toBe(isBefore(rank(a), rank(b)) ? -1 : 1)
      expect(decidingRule(a, b)).toBe(PRECEDENCE_RULES[differing])
      rules.add(decidingRule(a, b))
    }
    expect(rules).toEqual(new Set(PRECEDENCE_RULES))
  })

  test('3: loses or wins by the same rule on both sides of a conflict', () => {
    assertProperty(
      fc.property(policies, (all) => {
        const ordered = policiesOf(PLACE, all)
        const told = new Set(
          ordered.flatMap((self) =>
            conflictsOf(self, ordered).map(
              ({ policy: other, ...how }) => `${idOf(self)} ${other} ${Object.values(how)}`,
            ),
          ),
        )
        for (const line of told) {
          const [self = '', other = '', how = ''] = line.split(' ')
          const [place, there] = [self, other].map((id) => ordered.findIndex((each) => idOf(each) === id))
          expect(how).toMatch(there! < place! ? /^Loses/ : /^Wins/)
          const mirrored = how.startsWith('Loses') ? how.replace('Loses', 'Wins') : how.replace('Wins', 'Loses')
          expect(told).toContain(`${other} ${self} ${mirrored}`)
        }
      }),
    )
  })
})

function* permutations<T>(list: readonly T[]): Generator<T[], void> {
  if (list.length === 0) yield []
  for (const [index, item] of list.entries()) {
    for (const rest of permutations(list.toSpliced(index, 1))) yield [item, ...rest]
  }
}

/** Every labelling that the selectors above can tell apart: `z` is a value that none of them lists. */
const EVERY_POD: readonly Labels[] = [undefined, 'a', 'b', 'c', 'z'].flatMap((app) =>
  [undefined, 'a', 'b', 'c', 'z'].map((tier) => ({ ...(app && { app }), ...(tier && { tier }) })),
)

test('selectors meet, and cover each other, exactly as the pods say', () => {
  assertProperty(
    fc.property(selector, selector, (a, b) => {
      const [ofA, ofB] = [a, b].map((each) => EVERY_POD.filter((pod) => matchesLabels(each, pod)))
      expect(selectorsMeet(a, b)).toBe(ofA!.some((pod) => ofB!.includes(pod)))
      expect(selectorCovers(a, b)).toBe(ofB!.every((pod) => ofA!.includes(pod)))
    }),
    { numRuns: 2000 },
  )
})

describe('policies of a namespace', () => {
  test('are covered by an earlier one that selects all of their pods', () => {
    const some = { selector: { matchLabels: { app: 'a' } } }
    const ordered = policiesOf(PLACE, [policy('all', {}), policy('some', some), policy('twin', some)])
    expect(ordered.map((each) => [each.name, isCovered(each, ordered)])).toEqual([
      ['some', false],
      ['twin', true],
      ['all', false],
    ])
  })

  test('in conflict with very many name sixteen, those that win first', () => {
    const all = Array.from({ length: 40 }, (_, i) => policy(`p${i}`, { priority: i }))
    const ordered = policiesOf(PLACE, all)
    const conflicts = conflictsOf(ordered[20]!, ordered)
    expect(conflicts.map(({ policy: id }) => id)).toEqual(ordered.slice(0, 16).map(idOf))
    expect(new Set(conflicts.map(({ outcome, rule }) => `${outcome} ${rule}`))).toEqual(new Set(['Loses Priority']))
  })
})
