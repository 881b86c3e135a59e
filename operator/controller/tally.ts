/** The pods of a namespace, counted by policy. Pods with the same labels, as far as selectors ask, are counted at once. */

import {
  type ClusterPolicy,
  idOf,
  matchesLabels,
  type PolicySpec,
  specInForce,
  staticHash,
} from '../../src/core/policy/documents.ts'
import type { KeptPod } from './kept.ts'
import type { PodFacts } from './status.ts'

/** What a pod's sidecar said of the policy that it runs; silent: it did not answer. */
export type PodReport = { readonly hash: string } | 'silent' | 'not asked' | 'not looked at'

export interface TallyInput {
  readonly ordered: readonly ClusterPolicy[]
  readonly pods: Iterable<KeptPod>
  /** The hash of a policy's entry in the bundle as it is now. */
  hashOf(id: string): string | undefined
  reportOf(pod: KeptPod): PodReport
  /** Must it be made anew for this spec? Undefined: its hash decides. */
  needsRestart?(pod: KeptPod, spec: PolicySpec): boolean | undefined
}

/** Pods for which the same policies hold. */
export interface PodGroup {
  readonly live: readonly KeptPod[]
  /** By precedence. */
  readonly matching: readonly ClusterPolicy[]
  /** That holds for them. */
  readonly spec: PolicySpec
}

/** @returns by `{namespace}/{name}` of the policy; none where it matches no pod */
export function tallyPods({ ordered, pods, ...questions }: TallyInput): ReadonlyMap<string, PodFacts> {
  const counts = new Map<string, Count>()
  for (const group of groupPods(ordered, pods)) {
    for (const [place, policy] of group.matching.entries()) {
      const id = idOf(policy)
      const count = counts.get(id) ?? emptyCount()
      counts.set(id, count)
      if (place > 0) count.overridden += group.live.length
      else countOwn(count, group, { ...questions, hash: questions.hashOf(id) })
    }
  }
  return counts
}

export function groupPods(ordered: readonly ClusterPolicy[], pods: Iterable<KeptPod>): readonly PodGroup[] {
  const asked = new Set(ordered.flatMap(keysOf))
  // By the labels that a pod has: a tenant may ask for 30,000 others.
  const groups = Map.groupBy(pods, ({ labels }) =>
    JSON.stringify(
      Object.entries(labels)
        .filter(([key]) => asked.has(key))
        .sort(),
    ),
  )
  return [...groups.values()].map((group) => {
    const matching = ordered.filter(({ selector }) => matchesLabels(selector, group[0]?.labels ?? {}))
    return { live: group.filter(({ isLive }) => isLive), matching, spec: specInForce(matching.map(({ spec }) => spec)) }
  })
}

export const NO_PODS: PodFacts = emptyCount()

export function addPods(a: PodFacts, b: PodFacts): PodFacts {
  return {
    matched: a.matched + b.matched,
    overridden: a.overridden + b.overridden,
    stale: a.stale + b.stale,
    silent: a.silent + b.silent,
    outdated: a.outdated + b.outdated,
    isIncomplete: a.isIncomplete || b.isIncomplete,
  }
}

type Count = { -readonly [M in keyof PodFacts]: PodFacts[M] }

function emptyCount(): Count {
  return { matched: 0, overridden: 0, stale: 0, silent: 0, outdated: 0, isIncomplete: false }
}

interface Questions extends Pick<TallyInput, 'reportOf' | 'needsRestart'> {
  readonly hash: string | undefined
}

function countOwn(count: Count, { live, spec }: PodGroup, { hash, reportOf, needsRestart }: Questions): void {
  const expected = staticHash(spec)
  count.matched += live.length
  for (const pod of live) {
    const report = reportOf(pod)
    const isOutdated = needsRestart?.(pod, spec) ?? (pod.staticHash !== undefined && pod.staticHash !== expected)
    if (isOutdated) count.outdated++
    if (report === 'silent') count.silent++
    else if (report === 'not asked') count.isIncomplete = true
    else if (report !== 'not looked at' && hash !== undefined && report.hash !== hash) count.stale++
  }
}

/** Labels that decide. */
function keysOf({ selector }: { readonly selector?: ClusterPolicy['selector'] }): readonly string[] {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {}
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)]
}
