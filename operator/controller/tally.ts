/** The pods of a namespace, counted by policy. Pods with the same labels, as far as selectors ask, are counted at once. */

import { type ClusterPolicy, idOf, matchesLabels, specInForce, staticHash } from '../../src/core/policy/documents.ts'
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
}

/** @returns by `{namespace}/{name}` of the policy; none where it matches no pod */
export function tallyPods({ ordered, pods, hashOf, reportOf }: TallyInput): ReadonlyMap<string, PodFacts> {
  const counts = new Map<string, Count>()
  const asked = new Set(ordered.flatMap(keysOf))
  // By the labels that a pod has: a tenant may ask for 30,000 others.
  const groups = Map.groupBy(pods, ({ labels }) =>
    JSON.stringify(
      Object.entries(labels)
        .filter(([key]) => asked.has(key))
        .sort(),
    ),
  )
  for (const group of groups.values()) {
    const live = group.filter(({ isLive }) => isLive)
    const matching = ordered.filter(({ selector }) => matchesLabels(selector, group[0]?.labels ?? {}))
    const expected = staticHash(specInForce(matching.map(({ spec }) => spec)))
    for (const [place, policy] of matching.entries()) {
      const id = idOf(policy)
      const count = counts.get(id) ?? emptyCount()
      counts.set(id, count)
      if (place > 0) count.overridden += live.length
      else countOwn(count, { live, expected, hash: hashOf(id), reportOf })
    }
  }
  return counts
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

interface Own {
  readonly live: readonly KeptPod[]
  readonly expected: string
  readonly hash: string | undefined
  reportOf(pod: KeptPod): PodReport
}

function countOwn(count: Count, { live, expected, hash, reportOf }: Own): void {
  count.matched += live.length
  for (const pod of live) {
    const report = reportOf(pod)
    if (pod.staticHash !== undefined && pod.staticHash !== expected) count.outdated++
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
