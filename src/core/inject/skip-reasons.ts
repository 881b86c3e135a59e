/** Why a pod that asks for a sidecar gets none. The list is closed: these are reasons of Events and labels of metrics. */

import { ANNOTATIONS, OPERATOR_NAMESPACE, SIDECAR_NAME } from '../policy/documents.ts'
import type { InjectContext, NodeRequirement, Note, RawContainer, RawPod, RawPodSpec } from './injection.ts'
import { isInjectedByOthers } from './meshes/index.ts'
import { findOwn, isOurs, isOverride } from './own-container.ts'
import { isObject, listOf } from './patch.ts'

export const SKIP_REASONS = {
  Unreadable: 'the pod has no list of containers, or one that is no container',
  ExcludedNamespace: 'its namespace is part of the control plane, or that of M2M itself',
  MirrorPod: 'it is made from a file of its node, which no webhook changes',
  HostNetwork: 'it uses the network of its node, whose loopback address all its pods would share',
  Windows: 'it runs on Windows, for which there is no sidecar',
  TooManyContainers: 'it has more than 500 containers',
  NoContainers: 'it has no container of an application',
  SidecarPresent: `it has a container ${SIDECAR_NAME} with an image of its own, which is left as it is`,
} as const

export type SkipReason = keyof typeof SKIP_REASONS

/** Where a stuck pod would take the cluster down, or M2M itself. */
const EXCLUDED_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease']

/** Far more than a node can run. Each is given some variables, and one pod's patch must not take the memory of all reviews. */
const MAX_CONTAINERS = 500

type Place = Pick<InjectContext, 'namespace' | 'releaseNamespace'>

export function skipReasonOf(pod: RawPod, context: Place): (Note & { reason: SkipReason }) | undefined {
  const reason = reasonOf(pod, context)
  return reason === undefined ? undefined : { reason, message: SKIP_REASONS[reason] }
}

function reasonOf(pod: RawPod, { namespace, releaseNamespace = OPERATOR_NAMESPACE }: Place) {
  if (!isReadable(pod)) return 'Unreadable'
  const { spec = {}, metadata = {} } = pod
  if ([...EXCLUDED_NAMESPACES, releaseNamespace].includes(namespace.name)) return 'ExcludedNamespace'
  if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return 'MirrorPod'
  if (spec.hostNetwork === true) return 'HostNetwork'
  if (isWindows(pod)) return 'Windows'
  if (countOf(spec) > MAX_CONTAINERS) return 'TooManyContainers'
  if (!spec.containers?.some(isApplication)) return 'NoContainers'
  const own = findOwn(pod)
  if (own !== undefined && !isOverride(own.container) && !isOurs(pod)) return 'SidecarPresent'
  return undefined
}

function isReadable({ spec }: RawPod): boolean {
  if (!isObject(spec)) return false
  const { containers, initContainers = [] } = spec
  return [containers, initContainers ?? []].every((list) => Array.isArray(list) && list.every(isContainer))
}

function countOf({ containers, initContainers }: RawPodSpec): number {
  return listOf(containers).length + listOf(initContainers).length
}

function isContainer(value: unknown): boolean {
  return isObject(value) && typeof value['name'] === 'string'
}

/** Labels of nodes that say their system. */
const SYSTEM = ['kubernetes.io/os', 'beta.kubernetes.io/os']

function isWindows({ spec = {} }: RawPod): boolean {
  if (spec.os?.name === 'windows' || SYSTEM.some((label) => spec.nodeSelector?.[label] === 'windows')) return true
  const terms = listOf(spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms)
  return terms.length > 0 && terms.every((term) => listOf(term?.matchExpressions).some(isForWindows))
}

function isForWindows(requirement: NodeRequirement | null): boolean {
  const { key = '', operator, values } = requirement ?? {}
  return SYSTEM.includes(key) && operator === 'In' && listOf(values).every((value) => value === 'windows')
}

/** Neither the sidecar nor what another injector puts into pods. */
export function isApplication({ name }: RawContainer): boolean {
  return name !== SIDECAR_NAME && !isInjectedByOthers(name)
}

/** The value of the annotation that says it on the pod. */
export function skippedStatus({ reason, message }: Note): Readonly<Record<string, string>> {
  return { [ANNOTATIONS.status]: `skipped: ${reason}: ${message}` }
}
