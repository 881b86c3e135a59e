/** Policies by the namespaces in which they may hold, so that a question for one of them reads few. */

import type { RefusedPolicy } from '../src/core/policy/documents.ts'
import { type ClusterPolicy, isRefused, type NamespaceFacts, policiesOf } from '../src/core/policy/documents.ts'
import { createByNamespace } from './controller/by-namespace.ts'

export interface PolicyIndex {
  /** @param key `namespace/name` @param policy undefined: it is gone */
  set(key: string, policy: ClusterPolicy | RefusedPolicy | undefined): void
  /** Those that may hold for a namespace's pods, the first one first. */
  orderedFor(namespace: NamespaceFacts): readonly ClusterPolicy[]
}

export function createPolicyIndex(): PolicyIndex {
  const own = createByNamespace<ClusterPolicy>()
  const clusterWide = new Map<string, ClusterPolicy>()
  return {
    set(key, policy) {
      const usable = policy === undefined || isRefused(policy) ? undefined : policy
      own.set(key, usable)
      if (usable?.isClusterWide === true) clusterWide.set(key, usable)
      else clusterWide.delete(key)
    },
    orderedFor(namespace) {
      const others = [...clusterWide.values()].filter((policy) => policy.namespace !== namespace.name)
      return policiesOf(namespace, [...own.of(namespace.name), ...others])
    },
  }
}
