/**
 * The reconcile loop. Watches put keys into one queue, and the queue makes the cluster what the policies say:
 * `bundle:NAMESPACE` its ConfigMap, `pods:NAMESPACE` the count of its pods, `status:NAMESPACE/NAME` the status of a policy.
 */

import { isRefused } from '../../src/core/policy/documents.ts'
import { createQueue } from '../kube/index.ts'
import { createBundleWriter } from './bundle-writer.ts'
import { type Changes, createChanges } from './changes.ts'
import type { ControllerDeps, Kind, Outcome } from './deps.ts'
import type { KeptPod } from './kept.ts'
import { createNamespaceReconciler } from './namespace.ts'
import { createPolicyReconciler } from './policy.ts'
import { createStatusWriter } from './status-writer.ts'
import { type ClusterView, createView } from './view.ts'

export interface Controller {
  /** What the watches call; they return at once and never throw. */
  readonly changes: Changes
  /** Everything is looked at once; later what changed. Called when the watches are in step and the lease is held. */
  start(): void
  /** Nothing new is begun; resolves when what runs has ended. */
  stop(): Promise<void>
  /** All that waits has been done (tests). */
  idle(): Promise<void>
  /** Pods that have a sidecar, for looks at them. */
  pods(): Iterable<KeptPod>
  podsOf(namespace: string): Iterable<KeptPod>
  figures(): Figures
  /** A look at a pod of this namespace has found something new. */
  looked(namespace: string): void
}

/** How much there is in the cluster. */
export interface Figures {
  /** By the reason of their acceptance, those without one included. */
  readonly policies: ReadonlyMap<string, number>
  readonly pods: number
}

/** `kubectl apply` of a folder, or an edit that is mended at once, is one write. */
const BUNDLE_DELAY_MS = 50
/** Several changes of one policy set are one status. */
const STATUS_DELAY_MS = 100
/** Pods come and go in crowds. */
const PODS_DELAY_MS = 1000
/** Reconciles that wait for the API server at once. */
const CONCURRENCY = 8

export function createController(deps: ControllerDeps): Controller {
  const { client, events, observe, now = () => new Date() } = deps
  const view = createView()
  const outcomes = new Map<string, Outcome>()
  const bundles = createBundleWriter({ client, events, onWrite: (verb) => observe.write('bundle', verb) })
  const statuses = createStatusWriter({ client, events, now })
  let isStarted = false
  const wake = (kind: Kind, key: string, ms = 0): void => {
    if (isStarted) queue.addAfter(`${kind}:${key}`, ms)
  }
  const wakeStatus = (key: string, ms = STATUS_DELAY_MS): void => wake('status', key, ms)
  const shared = { view, outcomes, deps, wakeStatus }
  const namespaces = createNamespaceReconciler({
    ...shared,
    bundles,
    wakeLater: (name, ms) => wake('bundle', name, ms),
  })
  const policies = createPolicyReconciler({ ...shared, statuses })
  const work: Readonly<Record<Kind, (key: string) => Promise<void>>> = {
    bundle: namespaces.bundle,
    pods: namespaces.pods,
    status: policies.status,
  }
  const queue = createQueue({
    concurrency: CONCURRENCY,
    // A namespace of thousands of policies has as many statuses: the bundles of others do not wait for them.
    isUrgent: (entry) => split(entry)[0] === 'bundle',
    ...(deps.queueHooks && { hooks: deps.queueHooks }),
    reconcile: async (entry) => {
      const [kind, key] = split(entry)
      await observe.reconcile(kind, key, () => work[kind](key))
    },
  })
  return {
    changes: createChanges({
      view,
      outcomes,
      wakeBundle: (namespace) => wake('bundle', namespace, BUNDLE_DELAY_MS),
      wakePods: (namespace) => wake('pods', namespace, PODS_DELAY_MS),
      wakeStatus,
      gone: { bundle: bundles.gone, policy: statuses.gone },
    }),
    start() {
      isStarted = true
      for (const namespace of view.namespaces.keys()) wake('bundle', namespace)
      for (const { namespace, name } of view.policies.all()) wakeStatus(`${namespace}/${name}`)
    },
    stop: () => queue.close(),
    idle: () => queue.idle(),
    pods: () => view.pods.all(),
    podsOf: (namespace) => view.pods.of(namespace),
    figures: () => figuresOf(view),
    looked: (namespace) => wake('pods', namespace, PODS_DELAY_MS),
  }
}

function split(entry: string): [Kind, string] {
  const end = entry.indexOf(':')
  return [entry.slice(0, end) as Kind, entry.slice(end + 1)]
}

function figuresOf({ policies, pods }: ClusterView): Figures {
  const counts = new Map([
    ['Accepted', 0],
    ['Invalid', 0],
    ['NamespaceSelectorNotAllowed', 0],
  ])
  for (const { accepted } of policies.all()) {
    const reason = isRefused(accepted) ? accepted.reason : 'Accepted'
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return { policies: counts, pods: [...pods.all()].length }
}
