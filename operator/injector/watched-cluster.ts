/** Keeps what the injector knows of the cluster in step with it: namespaces and policies, by list and watch. */

import { acceptPolicy } from '../../src/core/policy/documents.ts'
import { type KubeClient, KubeError } from '../../src/kube/index.ts'
import { keepNamespace } from '../controller/kept.ts'
import { PATHS } from '../controller/names.ts'
import { createListWatch, createWatchSet, type ListWatchHooks } from '../kube/index.ts'
import type { Cluster } from './handler.ts'
import { createKnownCluster } from './known-cluster.ts'

export interface WatchedCluster extends Cluster {
  start(): void
  stop(): Promise<void>
  /** Why reviews cannot be answered well yet, one cause a line; none: they can. */
  notReady(): readonly string[]
  readonly policies: number
}

export interface WatchedClusterOptions {
  readonly client: Pick<KubeClient, 'pages' | 'stream'>
  /** The only one whose policies may be for other namespaces. */
  readonly operatorNamespace: string
  hooks(resource: string): ListWatchHooks
}

/** The first pod of a new namespace comes milliseconds after it, and may overtake the watch. A time-out is 5 s. */
const WAIT_MS = 500

export function createWatchedCluster({ client, operatorNamespace, hooks }: WatchedClusterOptions): WatchedCluster {
  const known = createKnownCluster()
  const synced = { namespaces: false, m2mpolicies: false }
  /** The definition of policies is not installed: there are none, and pods need not wait for it. */
  let isUndefined = false
  const namespaces = createListWatch({
    client,
    path: PATHS.namespaces,
    keep: keepNamespace,
    onChange: (key, _, namespace) => known.setNamespace(key, namespace?.labels),
    hooks: hooks('namespaces'),
  })
  const policyHooks = hooks('m2mpolicies')
  const policies = createListWatch({
    client,
    path: PATHS.policies,
    keep: ({ metadata: { namespace, name, creationTimestamp }, ...rest }) =>
      acceptPolicy({ metadata: { namespace, name, creationTimestamp }, spec: rest['spec'] }, operatorNamespace),
    onChange: (key, _, policy) => known.setPolicy(key, policy),
    hooks: {
      ...policyHooks,
      onFault(error) {
        isUndefined = error instanceof KubeError && error.status === 404
        policyHooks.onFault?.(error)
      },
    },
  })
  const all = createWatchSet({ namespaces, m2mpolicies: policies })
  return {
    start() {
      all.start()
      void namespaces.synced.then((isWhole) => {
        synced.namespaces = isWhole
      })
      void policies.synced.then((isWhole) => {
        synced.m2mpolicies = isWhole
      })
    },
    stop: () => all.stop(),
    notReady() {
      const states = all.states()
      const waiting = [
        ...(synced.namespaces ? [] : ['namespaces']),
        ...(synced.m2mpolicies || isUndefined ? [] : ['m2mpolicies']),
      ]
      return waiting.map((resource) => `${resource}: ${states[resource]}`)
    },
    facts: (namespace) => known.namespace(namespace) ?? known.soon(namespace, WAIT_MS),
    policyFor: known.policyFor,
    get knowsPolicies() {
      return synced.m2mpolicies || isUndefined
    },
    get policies() {
      return known.policies
    },
  }
}
