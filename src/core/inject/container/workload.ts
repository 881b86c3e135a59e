/** The workload that a pod belongs to, as people know it: the Deployment behind a ReplicaSet. */

import type { RawPod } from '../injection.ts'
import { listOf } from '../patch.ts'

export interface Workload {
  readonly kind: string
  readonly name: string
}

/** As the sidecar's settings take them: with any other it would not start. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const KIND = /^[A-Za-z][A-Za-z0-9]{0,62}$/

/** Labels with the hash that a ReplicaSet's name ends in, by who makes ReplicaSets. */
const MAKERS_OF_REPLICA_SETS = [
  { label: 'pod-template-hash', kind: 'Deployment' },
  { label: 'rollouts-pod-template-hash', kind: 'Rollout' },
]

/** Undefined for a pod that nobody controls. */
export function workloadOf({ metadata = {} }: RawPod): Workload | undefined {
  const owner = listOf(metadata.ownerReferences).find((each) => each?.controller === true)
  if (owner === undefined || !NAME.test(owner.name) || !KIND.test(owner.kind)) return undefined
  const { kind, name } = owner
  if (kind === 'ReplicaSet') return behindReplicaSet(name, metadata.labels ?? {}) ?? { kind, name }
  // A CronJob names its Jobs by the minute.
  const cronJob = kind === 'Job' ? /^(.+)-\d{8}$/.exec(name)?.[1] : undefined
  return cronJob === undefined ? { kind, name } : { kind: 'CronJob', name: cronJob }
}

function behindReplicaSet(name: string, labels: Readonly<Record<string, string>>): Workload | undefined {
  for (const { label, kind } of MAKERS_OF_REPLICA_SETS) {
    const end = `-${labels[label]}`
    if (labels[label] !== undefined && name.length > end.length && name.endsWith(end)) {
      return { kind, name: name.slice(0, -end.length) }
    }
  }
  return undefined
}
