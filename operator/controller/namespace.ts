/** One namespace: its bundle is made what the policies say, and its pods are counted by policy. */

import { isDeepStrictEqual } from 'node:util'
import { idOf, withOverrides } from '../../src/core/policy/documents.ts'
import { isTerminating, KubeError } from '../../src/kube/index.ts'
import { type BundleWriter, ContestedBundle } from './bundle-writer.ts'
import type { ControllerDeps, Outcome, PodSizes } from './deps.ts'
import { digestOf, type KeptBundle } from './kept.ts'
import type { BundlePlan } from './plan.ts'
import { groupPods, tallyPods } from './tally.ts'
import type { ClusterView } from './view.ts'

export interface NamespaceReconciler {
  bundle(namespace: string): Promise<void>
  pods(namespace: string): Promise<void>
}

interface NamespaceDeps {
  readonly view: ClusterView
  readonly outcomes: Map<string, Outcome>
  readonly deps: ControllerDeps
  readonly bundles: BundleWriter
  wakeStatus(key: string, ms?: number): void
  wakeLater(namespace: string, ms: number): void
}

/** A rollout changes the counts of a policy many times a second. */
const PODS_STATUS_DELAY_MS = 1000

/** A permission does not come back within milliseconds, and each try is a line in the audit log. */
const FORBIDDEN_RETRY_MS = 60_000

export function createNamespaceReconciler(all: NamespaceDeps): NamespaceReconciler {
  const { view, outcomes, deps, wakeStatus } = all
  const settle = createSettle(all)
  const countPods = (plan: BundlePlan, bundle: KeptBundle | undefined, namespace: string): Outcome['pods'] => {
    const { resize, reportOf } = deps
    if (resize !== undefined) followPods(plan, namespace, resize)
    return tallyPods({
      ordered: plan.ordered,
      pods: view.pods.of(namespace),
      hashOf: (id) => bundle?.hashes.get(plan.entries.get(id)?.key ?? ''),
      reportOf,
      ...(resize && { needsRestart: (pod, spec) => resize.needsRestart(pod, spec) }),
    })
  }
  const followPods = ({ ordered }: BundlePlan, namespace: string, resize: PodSizes): void => {
    for (const { live, spec } of groupPods(ordered, view.pods.of(namespace))) {
      for (const pod of live) resize.follow(pod, spec)
    }
  }
  return {
    async bundle(namespace) {
      const before = outcomes.get(namespace)
      const settled = await settle(namespace)
      if (settled === undefined) {
        outcomes.delete(namespace)
        all.bundles.forget(namespace)
      } else {
        const { again: _, ...outcome } = settled
        outcomes.set(namespace, { ...outcome, pods: countPods(outcome.plan, outcome.bundle, namespace) })
      }
      const concerned = [before, settled].flatMap((outcome) => outcome?.plan.ordered.map(idOf) ?? [])
      for (const id of new Set(concerned)) wakeStatus(id)
      if (settled?.again !== undefined) throw settled.again
    },
    async pods(namespace) {
      const outcome = outcomes.get(namespace)
      if (outcome === undefined) return
      const pods = countPods(outcome.plan, outcome.bundle, namespace)
      outcomes.set(namespace, { ...outcome, pods })
      for (const policy of outcome.plan.ordered) {
        const id = idOf(policy)
        if (!isDeepStrictEqual(pods.get(id), outcome.pods.get(id))) wakeStatus(id, PODS_STATUS_DELAY_MS)
      }
    },
  }
}

interface Settled extends Omit<Outcome, 'pods'> {
  /** Why it has to be tried again at once. */
  readonly again?: KubeError
}

type Settle = (namespace: string) => Promise<Settled | undefined>

/** @returns undefined where the namespace has, and needs, no bundle, or is on its way out */
function createSettle({ view, deps, bundles, wakeLater }: NamespaceDeps): Settle {
  const write = async (namespace: string, plan: BundlePlan): Promise<KeptBundle> => {
    const { bundle, did } = await bundles.settle(namespace, plan, view.bundleOf(namespace))
    if (did === 'nothing') return bundle
    const { bytes, digest, ordered } = plan
    const line = { namespace, policies: ordered.length, bytes, hash: digest.slice(0, 16) }
    if (did === 'written') deps.log.info(line, 'bundle written')
    else {
      deps.observe.repaired()
      deps.log.warn(line, 'bundle was changed by others, written again')
    }
    deps.onBundle(namespace, digest.slice(0, 16))
    return bundle
  }
  /** What must not be written leaves the last bundle as it was, but for Overrides: nobody escapes them by it. */
  const keep = async (
    namespace: string,
    plan: BundlePlan,
    seen: KeptBundle | undefined,
  ): Promise<Outcome['bundle']> => {
    const others = plan.ordered.filter((policy) => plan.refusal?.culprits.has(idOf(policy)) !== true)
    const last = await bundles.lastGood(namespace, seen)
    if (last === undefined) return seen
    const files = withOverrides({ namespace, files: last }, others, plan.version) ?? last
    if (Object.keys(files).length === 0) return seen
    return write(namespace, { ...plan, files, digest: digestOf(files) })
  }
  const bring = async (namespace: string, plan: BundlePlan, seen: KeptBundle | undefined): Promise<Settled> => {
    const { refusal, bytes } = plan
    if (refusal === undefined) return { plan, result: 'written', message: '', bundle: await write(namespace, plan) }
    const { reason, message } = refusal
    deps.log.warn({ namespace, reason, bytes }, `bundle kept as it is: ${message}`)
    return { plan, result: 'refused', message, bundle: await keep(namespace, plan, seen) }
  }
  return async (namespace) => {
    const place = view.namespaces.get(namespace)
    if (place === undefined || place.isTerminating) return undefined
    const seen = bundles.current(namespace, view.bundleOf(namespace))
    if (!view.needsBundle(namespace)) {
      if (seen !== undefined) await bundles.remove(namespace, seen)
      return undefined
    }
    const plan = view.plan(namespace)
    try {
      return await bring(namespace, plan, seen)
    } catch (error) {
      const wait = (err: KubeError): void => {
        deps.log.error(
          { namespace, err },
          'bundle not written: the operator lacks a permission, and tries again in a minute',
        )
        wakeLater(namespace, FORBIDDEN_RETRY_MS)
      }
      const hold = ({ pause, message }: ContestedBundle): void => {
        if (pause.isNew) deps.log.warn({ namespace, retry_ms: Math.round(pause.ms) }, message)
        wakeLater(namespace, pause.ms)
      }
      return afterFault(error, { plan, bundle: seen, wait, hold })
    }
  }
}

interface Failed {
  readonly plan: BundlePlan
  readonly bundle: KeptBundle | undefined
  wait(error: KubeError): void
  hold(error: ContestedBundle): void
}

function afterFault(error: unknown, { plan, bundle, wait, hold }: Failed): Settled | undefined {
  if (error instanceof ContestedBundle) {
    hold(error)
    return { plan, result: 'refused', message: error.message, bundle }
  }
  if (!(error instanceof KubeError) || error.reason === 'NotLeader') throw error
  // The namespace went away between the watch and the write.
  if (error.status === 404 || isTerminating(error)) return undefined
  const failed = { plan, result: 'failed', message: error.message, bundle } as const
  if (error.status !== 403) return { ...failed, again: error }
  wait(error)
  return failed
}
