/** What a change in the cluster concerns. Nothing is decided here but whom to wake. */

import { type ClusterPolicy, isRefused, type Labels, whyNotInNamespace } from '../../src/core/policy/documents.ts'
import { namespaceOf } from './by-namespace.ts'
import type { Outcome } from './deps.ts'
import type { KeptBundle, KeptNamespace, KeptPod, KeptPolicy } from './kept.ts'
import { BUNDLE_NAME } from './names.ts'
import type { ClusterView } from './view.ts'

type Change<T> = (key: string, before: T | undefined, after: T | undefined) => void

export interface Changes {
  readonly policy: Change<KeptPolicy>
  readonly namespace: Change<KeptNamespace>
  readonly pod: Change<KeptPod>
  readonly bundle: Change<KeptBundle>
}

interface ChangeDeps {
  readonly view: ClusterView
  readonly outcomes: Map<string, Outcome>
  wakeBundle(namespace: string): void
  wakePods(namespace: string): void
  wakeStatus(key: string): void
  readonly gone: { bundle(namespace: string): void; policy(key: string): void }
}

export function createChanges({ view, outcomes, wakeBundle, wakePods, wakeStatus, gone }: ChangeDeps): Changes {
  const wakePlaces = (policy: ClusterPolicy | undefined): void => {
    // Also those that need a bundle no more without it.
    for (const [name, place] of policy?.isClusterWide === true ? view.namespaces : []) {
      if (policy !== undefined && whyNotInNamespace(policy, place) === undefined) wakeBundle(name)
    }
  }
  return {
    policy(key, _before, after) {
      const known = view.policies.get(key)
      const isSame = known?.generation === after?.generation && known?.uid === after?.uid
      // The same spec stays the same object: plans that were made of it still hold.
      view.setPolicy(key, isSame && after && known ? { ...after, accepted: known.accepted } : after)
      if (after === undefined) gone.policy(key)
      else wakeStatus(key)
      if (isSame) return
      wakeBundle(namespaceOf(key))
      for (const each of [usable(known), usable(after)]) wakePlaces(each)
    },
    namespace(key, before, after) {
      // A resource without namespace: `/name`.
      const name = key.slice(key.indexOf('/') + 1)
      if (after === undefined) view.namespaces.delete(name)
      else view.namespaces.set(name, after)
      if (after !== undefined && before?.isTerminating === after.isTerminating && areSame(before.labels, after.labels))
        return
      wakeBundle(name)
      for (const policy of view.policies.of(name)) wakeStatus(`${policy.namespace}/${policy.name}`)
    },
    pod(key, before, after) {
      view.pods.set(key, after)
      const namespace = namespaceOf(key)
      wakePods(namespace)
      const isNew = !outcomes.has(namespace) || (after === undefined && !view.pods.has(namespace))
      if (isNew || before?.bundleVersion !== after?.bundleVersion) wakeBundle(namespace)
    },
    bundle(key, _before, after) {
      if (after !== undefined && after.name !== BUNDLE_NAME) return
      view.bundles.set(key, after)
      if (after === undefined) gone.bundle(namespaceOf(key))
      wakeBundle(namespaceOf(key))
    },
  }
}

function usable(policy: KeptPolicy | undefined): ClusterPolicy | undefined {
  return policy === undefined || isRefused(policy.accepted) ? undefined : policy.accepted
}

function areSame(a: Labels | undefined, b: Labels): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
