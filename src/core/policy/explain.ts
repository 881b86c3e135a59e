/** Why a pod gets its policy: who is in question, who wins by which rule, and why the others are not in question. */

import {
  acceptPolicy,
  type ClusterPolicy,
  type Exclusion,
  isRefused,
  type NamespaceFacts,
  type PolicyObject,
  type RefusedPolicy,
  whyNotForPod,
} from './candidates.ts'
import { idOf } from './conflicts.ts'
import { comparePrecedence, decidingRule, type PrecedenceRule } from './precedence.ts'
import type { Labels } from './selector.ts'

export interface PodFacts {
  readonly namespace: NamespaceFacts
  readonly labels: Labels
}

export interface Explanation {
  /** The policy that holds; undefined: none, and the sidecar's default serves. */
  readonly winner: ClusterPolicy | undefined
  /** The rule by which it won over the next one; undefined where it is alone. */
  readonly rule: PrecedenceRule | undefined
  /** Those that lost, in order of precedence. */
  readonly losers: readonly Loser[]
  /** Those that are not in question, by name. Policies of namespaces that do not concern the pod are left out. */
  readonly others: readonly Excluded[]
}

export interface Loser {
  readonly policy: ClusterPolicy
  /** What decided between it and the winner. */
  readonly rule: PrecedenceRule
}

export interface Excluded {
  /** `{namespace}/{name}` */
  readonly id: string
  readonly reason: RefusedPolicy['reason'] | Exclusion['reason']
  /** The mistakes, or the term that does not match; may be empty. */
  readonly detail: string
}

/** @param objects as the API server has them: of the pod's namespace and of the operator's at least */
export function explainPod(objects: readonly PolicyObject[], pod: PodFacts, operatorNamespace: string): Explanation {
  const judged = objects.map((object) => judge(object, pod, operatorNamespace))
  const candidates = judged.flatMap((each) => ('policy' in each ? [each.policy] : [])).sort(comparePrecedence)
  const others = judged.flatMap((each) => ('policy' in each ? [] : [each]))
  const [winner, next] = candidates
  return {
    winner,
    rule: winner && next && decidingRule(winner, next),
    losers: candidates.slice(1).map((policy) => ({ policy, rule: ruleOver(winner, policy) })),
    others: others.filter(({ reason }) => reason !== 'OtherNamespace').sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

function judge(object: PolicyObject, pod: PodFacts, operatorNamespace: string): Excluded | { policy: ClusterPolicy } {
  const { namespace = '', name } = object.metadata
  const id = idOf({ namespace, name })
  const accepted = acceptPolicy(object, operatorNamespace)
  if (isRefused(accepted)) return { id, reason: accepted.reason, detail: accepted.message }
  const exclusion = whyNotForPod(accepted, pod)
  return exclusion === undefined ? { policy: accepted } : { id, reason: exclusion.reason, detail: exclusion.term }
}

/** Two policies of one name are one object, which a list does not hold twice. */
function ruleOver(winner: ClusterPolicy | undefined, loser: ClusterPolicy): PrecedenceRule {
  return (winner && decidingRule(winner, loser)) ?? 'Name'
}
