/**
 * Two label selectors as sets of pods: do they have one in common, and does one hold all of the other? Exact, and without a
 * pod: each requirement speaks of one label, so labels are decided one by one (Kubernetes: a label that is absent meets NotIn).
 */

import type { LabelSelector } from './selector.ts'

/** Is there a set of labels that both match? @param a undefined matches everything; so does `b` */
export function selectorsMeet(a: LabelSelector | undefined, b: LabelSelector | undefined): boolean {
  return isSatisfiable([...requirementsOf(a), ...requirementsOf(b)])
}

/** Does `outer` match all labels that `inner` matches? */
export function selectorCovers(outer: LabelSelector | undefined, inner: LabelSelector | undefined): boolean {
  const within = requirementsOf(inner)
  return requirementsOf(outer).every((requirement) => !isSatisfiable([...within, negationOf(requirement)]))
}

type Requirement =
  | { readonly key: string; readonly operator: 'In' | 'NotIn'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'Exists' | 'DoesNotExist' }

function requirementsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}): readonly Requirement[] {
  const equal = Object.entries(matchLabels).map(
    ([key, value]): Requirement => ({ key, operator: 'In', values: [value] }),
  )
  const expressions = matchExpressions.map(({ key, operator, values = [] }): Requirement => ({ key, operator, values }))
  return [...equal, ...expressions]
}

const OPPOSITES = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const

function negationOf(requirement: Requirement): Requirement {
  return { ...requirement, operator: OPPOSITES[requirement.operator] } as Requirement
}

function isSatisfiable(requirements: readonly Requirement[]): boolean {
  const byKey = Map.groupBy(requirements, ({ key }) => key)
  return [...byKey.values()].every(hasValue)
}

/** Can one label meet all of these? Labels have more values than any list, so NotIn alone can be met. */
function hasValue(requirements: readonly Requirement[]): boolean {
  const mustBeAbsent = requirements.some(({ operator }) => operator === 'DoesNotExist')
  const mustBePresent = requirements.some(({ operator }) => operator === 'Exists' || operator === 'In')
  if (mustBeAbsent) return !mustBePresent
  const [first, ...others] = listsOf(requirements, 'In')
  if (first === undefined) return true
  const refused = new Set(listsOf(requirements, 'NotIn').flat())
  return first.some((value) => !refused.has(value) && others.every((list) => list.includes(value)))
}

function listsOf(requirements: readonly Requirement[], operator: 'In' | 'NotIn'): (readonly string[])[] {
  return requirements.flatMap((requirement) =>
    requirement.operator === operator && 'values' in requirement ? [requirement.values] : [],
  )
}
