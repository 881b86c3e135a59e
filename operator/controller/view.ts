/** What the operator knows of the cluster, and the questions that decisions ask of it. */

import {
  BUNDLE_VERSIONS,
  type BundleVersion,
  type ClusterPolicy,
  whyNotInNamespace,
} from '../../src/core/policy/documents.ts'
import { createPolicyIndex } from '../policy-index.ts'
import { type ByNamespace, createByNamespace } from './by-namespace.ts'
import type { KeptBundle, KeptNamespace, KeptPod, KeptPolicy } from './kept.ts'
import { BUNDLE_NAME, LABELS } from './names.ts'
import { type BundlePlan, planBundle } from './plan.ts'

export interface ClusterView {
  readonly policies: ByNamespace<KeptPolicy>
  readonly pods: ByNamespace<KeptPod>
  readonly bundles: ByNamespace<KeptBundle>
  readonly namespaces: Map<string, KeptNamespace>
  setPolicy(key: string, policy: KeptPolicy | undefined): void
  /** Must the namespace have a bundle? One that has lost its last reason keeps it while a policy holds there. */
  needsBundle(namespace: string): boolean
  plan(namespace: string): BundlePlan
  bundleOf(namespace: string): KeptBundle | undefined
  /** Where a policy may hold: namespaces with a bundle, or in need of one, in one order. */
  placesOf(policy: ClusterPolicy): readonly string[]
}

export function createView(): ClusterView {
  const policies = createByNamespace<KeptPolicy>()
  const pods = createByNamespace<KeptPod>()
  const bundles = createByNamespace<KeptBundle>()
  const namespaces = new Map<string, KeptNamespace>()
  const index = createPolicyIndex()
  const bundleOf = (namespace: string): KeptBundle | undefined => bundles.get(`${namespace}/${BUNDLE_NAME}`)
  const orderedIn = (name: string): readonly ClusterPolicy[] =>
    index.orderedFor({ name, labels: namespaces.get(name)?.labels ?? {} })
  const needsBundle = (name: string): boolean => {
    const labels = namespaces.get(name)?.labels
    if (labels === undefined) return false
    if (policies.has(name) || pods.has(name) || labels[LABELS.inject] === 'true') return true
    return bundleOf(name) !== undefined && orderedIn(name).length > 0
  }
  return {
    policies,
    pods,
    bundles,
    namespaces,
    setPolicy(key, policy) {
      policies.set(key, policy)
      index.set(key, policy?.accepted)
    },
    needsBundle,
    plan: (namespace) => planBundle(orderedIn(namespace), versionFor(pods.of(namespace))),
    bundleOf,
    placesOf(policy) {
      const near = policy.isClusterWide ? namespaces.keys() : [policy.namespace]
      return [...near].filter((name) => mayHold(policy, namespaces.get(name)) && needsBundle(name)).sort()
    },
  }
}

function mayHold(policy: ClusterPolicy, place: KeptNamespace | undefined): boolean {
  return place !== undefined && !place.isTerminating && whyNotInNamespace(policy, place) === undefined
}

/** The newest that all sidecars of a namespace read. */
function versionFor(pods: Iterable<KeptPod>): BundleVersion {
  let version: BundleVersion = BUNDLE_VERSIONS[0]
  for (const { bundleVersion, isLive } of pods) {
    if (isLive && bundleVersion < version) version = bundleVersion
  }
  return version
}
