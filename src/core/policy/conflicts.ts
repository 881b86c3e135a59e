/** What the policies of a namespace say about each other: who wins for a pod, by which rule, and who is in whose way. */

import { decidingRule, firstMatch, type PrecedenceRule, type Standing } from './precedence.ts'
import type { Labels } from './selector.ts'
import { selectorCovers, selectorsMeet } from './selector-sets.ts'

export interface Conflict {
  /** The other one, `{namespace}/{name}`. */
  readonly policy: string
  readonly outcome: 'Wins' | 'Loses'
  /** What decided. */
  readonly rule: PrecedenceRule
}

/** More are not told: a cluster-wide policy may have one in every namespace. */
export const MAX_CONFLICTS = 16

/**
 * The policy of a pod, and the rule by which it won over the next one that matches; no rule where it is the only one.
 * @param ordered by precedence: see `policiesOf`
 */
export function winnerOf<T extends Standing>(
  ordered: readonly T[],
  labels: Labels,
): { readonly winner: T; readonly rule: PrecedenceRule | undefined } | undefined {
  const winner = firstMatch(ordered, labels)
  if (winner === undefined) return undefined
  const next = firstMatch(ordered.slice(ordered.indexOf(winner) + 1), labels)
  return { winner, rule: next && decidingRule(winner, next) }
}

/**
 * Which other policies of a namespace may ask for the same pods, those that win first.
 * @returns at most `MAX_CONFLICTS`
 */
export function conflictsOf<T extends Standing>(self: T, ordered: readonly T[]): readonly Conflict[] {
  const place = ordered.indexOf(self)
  const conflicts: Conflict[] = []
  for (const [index, other] of ordered.entries()) {
    if (conflicts.length === MAX_CONFLICTS) break
    const rule = selectorsMeet(self.selector, other.selector) ? decidingRule(self, other) : undefined
    if (rule !== undefined) conflicts.push({ policy: idOf(other), outcome: index < place ? 'Loses' : 'Wins', rule })
  }
  return conflicts
}

/** Can no pod of the namespace get this policy, because an earlier one takes all that it selects? */
export function isCovered<T extends Standing>(self: T, ordered: readonly T[]): boolean {
  return ordered.slice(0, ordered.indexOf(self)).some(({ selector }) => selectorCovers(selector, self.selector))
}

export function idOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`
}
