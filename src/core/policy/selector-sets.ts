/**
 * Two label selectors as sets of pods: do they have one in common, and does one hold all of the other? Exact, and without a
 * pod: each requirement speaks of one label, so labels are decided one by one (Kubernetes: a label that is absent meets NotIn).
 */

import type { LabelSelector } from './selector.ts'

/** Is there a set of labels that both match? @param a undefined matches everything; so does `b` */
export function selectorsMeet(a: LabelSelector | undefined, b: LabelSelector | undefined): boolean {
  const [one, other] = [termsOf(a), termsOf(b)]
  if (!one.isSatisfiable || !other.isSatisfiable) return false
  const [few, many] = one.byKey.size <= other.byKey.size ? [one, other] : [other, one]
  for (const [key, requirements] of few.byKey) {
    const others = many.byKey.get(key)
    if (others !== undefined && !hasValue([...requirements, ...others])) return false
  }
  return true
}

/** Does `outer` match all labels that `inner` matches? */
export function selectorCovers(outer: LabelSelector | undefined, inner: LabelSelector | undefined): boolean {
  const within = termsOf(inner)
  if (!within.isSatisfiable) return true
  return termsOf(outer).negations.every((negation) => !hasValue([...(within.byKey.get(negation.key) ?? []), negation]))
}

interface Terms {
  readonly byKey: ReadonlyMap<string, readonly Requirement[]>
  readonly negations: readonly Requirement[]
  readonly isSatisfiable: boolean
}

/** A policy is compared with every other one of its namespace, of which there may be thousands. */
const known = new WeakMap<LabelSelector, Terms>()

function termsOf(selector: LabelSelector | undefined): Terms {
  const found = selector && known.get(selector)
  if (found !== undefined) return found
  const requirements = requirementsOf(selector)
  const byKey = Map.groupBy(requirements, ({ key }) => key)
  const isSatisfiable = [...byKey.values()].every(hasValue)
  const terms = { byKey, negations: requirements.map(negationOf), isSatisfiable }
  if (selector !== undefined) known.set(selector, terms)
  return terms
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

/** Can one label meet all of these? Labels have more values than any list, so NotIn alone can be met. */
function hasValue(requirements: readonly Requirement[]): boolean {
  let first: readonly string[] | undefined
  let isPresent = false
  let isAbsent = false
  for (const each of requirements) {
    if (each.operator === 'In') first ??= each.values
    isPresent ||= each.operator === 'In' || each.operator === 'Exists'
    isAbsent ||= each.operator === 'DoesNotExist'
  }
  if (isAbsent) return !isPresent
  return first === undefined || first.some((value) => requirements.every((each) => isMet(each, value)))
}

function isMet(requirement: Requirement, value: string): boolean {
  if (requirement.operator === 'In') return requirement.values.includes(value)
  return requirement.operator !== 'NotIn' || !requirement.values.includes(value)
}
