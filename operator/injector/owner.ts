/** Who made a pod. A pod under review has no uid yet and often no name, so its owner is what people can look at. */

import type { OwnerReference, RawPod } from '../../src/core/inject/injection.ts'

/** Undefined: nobody did, or a node did, which belongs to no namespace. */
export function ownerOf(pod: RawPod | undefined): OwnerReference | undefined {
  const owners = pod?.metadata?.ownerReferences ?? []
  const owner = owners.find(({ controller }) => controller === true) ?? owners[0]
  return owner?.kind === 'Node' ? undefined : owner
}

const KINDS = ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicationController']

/** For a label of a figure: anybody may own pods, under any name. */
export function ownerKindOf(pod: RawPod | undefined): string {
  const kind = ownerOf(pod)?.kind
  if (kind === undefined) return 'none'
  return KINDS.includes(kind) ? kind : 'other'
}
