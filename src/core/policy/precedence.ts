/**
 * Which of several policies holds for a pod. One order for all who ask: operator, injector, sidecar and command line. The
 * winner holds whole; no fields are mixed (Gateway API GEP-713: atomic defaults and overrides).
 */

import { type LabelSelector, type Labels, matchesLabels } from './selector.ts'

/** What decides about a policy's place. */
export interface Standing {
  readonly namespace: string
  readonly name: string
  /** `metadata.creationTimestamp`, RFC 3339 in UTC. */
  readonly createdAt: string
  readonly scope: 'Default' | 'Override'
  readonly priority: number
  /** It has a `namespaceSelector`, so it stands in the operator's namespace. */
  readonly isClusterWide: boolean
  readonly selector: LabelSelector | undefined
}

/** The first of these in which two policies differ decides between them. */
export const PRECEDENCE_RULES = ['Override', 'Specificity', 'Priority', 'Age', 'Name'] as const

export type PrecedenceRule = (typeof PRECEDENCE_RULES)[number]

/** Negative where `a` goes before `b`, positive where it goes after. 0 only for one and the same policy. */
export function comparePrecedence(a: Standing, b: Standing): number {
  const rule = decidingRule(a, b)
  return rule === undefined ? 0 : COMPARISONS[rule](a, b)
}

/** The rule that decides between two policies; undefined for one and the same. */
export function decidingRule(a: Standing, b: Standing): PrecedenceRule | undefined {
  return PRECEDENCE_RULES.find((rule) => COMPARISONS[rule](a, b) !== 0)
}

/** The first of an ordered list whose selector matches a pod's labels: the policy that holds for it. */
export function firstMatch<T extends { readonly selector?: LabelSelector | undefined }>(
  ordered: readonly T[],
  labels: Labels,
): T | undefined {
  return ordered.find(({ selector }) => matchesLabels(selector, labels))
}

const COMPARISONS: Readonly<Record<PrecedenceRule, (a: Standing, b: Standing) => number>> = {
  Override: (a, b) => Number(b.scope === 'Override') - Number(a.scope === 'Override'),
  // Among two overrides the less specific one wins: nobody further down can escape it.
  Specificity: (a, b) => (specificity(b) - specificity(a)) * (a.scope === 'Override' ? -1 : 1),
  Priority: (a, b) => b.priority - a.priority,
  Age: (a, b) => byCodeUnits(a.createdAt, b.createdAt),
  Name: (a, b) => byCodeUnits(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`),
}

/** Own namespace before cluster-wide; within each, some pods before all pods. */
function specificity({ isClusterWide, selector }: Standing): number {
  return (isClusterWide ? 0 : 2) + (selector === undefined ? 0 : 1)
}

/** The same everywhere, whatever the locale. */
function byCodeUnits(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
