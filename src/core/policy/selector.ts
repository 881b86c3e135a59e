/** Kubernetes label selectors (apimachinery, `LabelSelector`): which labels do they match? */

import type { LabelSelector } from './schema/kubernetes.ts'

export type { LabelSelector }

export type Labels = Readonly<Record<string, string>>

/** @param selector undefined matches everything */
export function matchesLabels(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return true
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([key, value]) => labelValue(labels, key) === value) &&
    matchExpressions.every((requirement) => meets(labels, requirement))
  )
}

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number]

/** A label that is absent is not in any list, so NotIn holds for it. */
function meets(labels: Labels, { key, operator, values = [] }: Requirement): boolean {
  const value = labelValue(labels, key)
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

/** Own members only: `constructor` is a valid label key. */
function labelValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
