/** What the injector knows of the cluster, from memory alone: the facts of a namespace, and the policy of a pod in it. */

import { EventEmitter, once } from 'node:events'
import {
  type ClusterPolicy,
  LABELS,
  type Labels,
  matchesLabels,
  type NamespaceFacts,
  type PolicySpec,
  type RefusedPolicy,
  specInForce,
} from '../../src/core/policy/documents.ts'
import { createPolicyIndex } from '../policy-index.ts'

export interface KnownCluster {
  /** @param key `/name` */
  setNamespace(key: string, labels: Labels | undefined): void
  /** @param key `namespace/name` */
  setPolicy(key: string, policy: ClusterPolicy | RefusedPolicy | undefined): void
  /** Undefined where the watch has not told of it. */
  namespace(name: string): NamespaceFacts | undefined
  /** Resolves with its facts once the watch has told of it; undefined after a while. @param ms how long */
  soon(name: string, ms: number): Promise<NamespaceFacts | undefined>
  /** That holds for a pod; undefined: none, the sidecar's default serves. */
  policyFor(namespace: NamespaceFacts, labels: Labels): PolicySpec | undefined
  readonly policies: number
}

export function createKnownCluster(): KnownCluster {
  const namespaces = new Map<string, NamespaceFacts>()
  const index = createPolicyIndex()
  const keys = new Set<string>()
  /** Orders that were asked for since the last change. */
  const orders = new Map<NamespaceFacts, readonly ClusterPolicy[]>()
  const told = new EventEmitter().setMaxListeners(0)

  const orderedFor = (namespace: NamespaceFacts): readonly ClusterPolicy[] => {
    const known = orders.get(namespace) ?? index.orderedFor(namespace)
    // Facts that were made up for one review are of no use to the next.
    if (namespaces.get(namespace.name) === namespace) orders.set(namespace, known)
    return known
  }
  return {
    setNamespace(key, labels) {
      const name = key.slice(1)
      orders.clear()
      if (labels === undefined) namespaces.delete(name)
      else {
        namespaces.set(name, { name, labels })
        told.emit(key)
      }
    },
    setPolicy(key, policy) {
      orders.clear()
      index.set(key, policy)
      if (policy === undefined) keys.delete(key)
      else keys.add(key)
    },
    namespace: (name) => namespaces.get(name),
    async soon(name, ms) {
      if (!namespaces.has(name)) await once(told, `/${name}`, { signal: AbortSignal.timeout(ms) }).catch(() => {})
      return namespaces.get(name)
    },
    policyFor(namespace, labels) {
      // The sidecar reads its labels once the injector has added this one.
      const own = { ...labels, [LABELS.injected]: 'true' }
      const specs = orderedFor(namespace)
        .filter(({ selector }) => matchesLabels(selector, own))
        .map(({ spec }) => spec)
      return specs.length === 0 ? undefined : specInForce(specs)
    },
    get policies() {
      return keys.size
    },
  }
}
