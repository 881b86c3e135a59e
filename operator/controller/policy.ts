/** One policy: facts from every namespace where it holds become its status. */

import {
  type ClusterPolicy,
  type Conflict,
  conflictsOf,
  idOf,
  isCovered,
  isRefused,
  MAX_CONFLICTS,
} from '../../src/core/policy/documents.ts'
import type { ControllerDeps, Outcome } from './deps.ts'
import type { PlaceFacts, PodFacts } from './status.ts'
import type { StatusWriter } from './status-writer.ts'
import { addPods, NO_PODS } from './tally.ts'
import type { ClusterView } from './view.ts'

export interface PolicyReconciler {
  status(key: string): Promise<void>
}

interface PolicyDeps {
  readonly view: ClusterView
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly deps: ControllerDeps
  readonly statuses: StatusWriter
}

export function createPolicyReconciler({ view, outcomes, deps, statuses }: PolicyDeps): PolicyReconciler {
  return {
    async status(key) {
      const kept = view.policies.get(key)
      if (kept === undefined || view.namespaces.get(kept.namespace)?.isTerminating !== false) return
      const { accepted, generation, keysInAnnotation } = kept
      const held = isRefused(accepted) ? NOWHERE : holdings(accepted, { view, outcomes })
      // A bundle is on its way, and wakes this policy when it has come.
      if (held === undefined) return
      const isWritten = await statuses.settle(kept, { generation, accepted, keysInAnnotation, ...held })
      if (isWritten) deps.observe.write('status', 'apply')
    },
  }
}

interface Holdings {
  readonly places: readonly PlaceFacts[]
  readonly pods: PodFacts
  readonly conflicts: readonly Conflict[]
}

const NOWHERE: Holdings = { places: [], pods: NO_PODS, conflicts: [] }

/** @returns undefined while a namespace of the policy was not looked at with this version of it */
function holdings(
  policy: ClusterPolicy,
  { view, outcomes }: Pick<PolicyDeps, 'view' | 'outcomes'>,
): Holdings | undefined {
  const id = idOf(policy)
  const places: PlaceFacts[] = []
  const conflicts = new Map<string, Conflict>()
  let pods = NO_PODS
  for (const namespace of view.placesOf(policy)) {
    const outcome = outcomes.get(namespace)
    const self = outcome?.plan.ordered.find((each) => idOf(each) === id)
    if (outcome === undefined || self?.spec !== policy.spec) return undefined
    places.push(placeFacts(namespace, self, outcome))
    pods = addPods(pods, outcome.pods.get(id) ?? NO_PODS)
    if (conflicts.size < MAX_CONFLICTS) {
      for (const conflict of conflictsOf(self, outcome.plan.ordered)) conflicts.set(conflict.policy, conflict)
    }
  }
  return { places, pods, conflicts: losesFirst([...conflicts.values()]) }
}

function placeFacts(namespace: string, self: ClusterPolicy, outcome: Outcome): PlaceFacts {
  const { plan, bundle, message } = outcome
  const entry = plan.entries.get(idOf(self))
  // A bundle that stays as it was may hold this entry all the same.
  const isInForce = entry !== undefined && bundle?.hashes.get(entry.key) === entry.hash
  return {
    namespace,
    isCovered: isCovered(self, plan.ordered),
    result: isInForce ? 'written' : outcome.result,
    hash: entry?.hash,
    bytes: plan.sizes.get(entry?.key ?? '') ?? 0,
    blame: plan.refusal?.culprits.has(idOf(self)) === true ? plan.refusal.reason : undefined,
    message,
  }
}

function losesFirst(conflicts: readonly Conflict[]): readonly Conflict[] {
  return conflicts.toSorted((a, b) => Number(b.outcome === 'Loses') - Number(a.outcome === 'Loses'))
}
