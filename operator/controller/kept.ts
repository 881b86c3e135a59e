/** What is kept in memory of each object: as little as the decisions need. 5,000 whole pods would take 200 MB. */

import { createHash } from 'node:crypto'
import { sidecarTrouble, type Trouble } from '../../src/core/injected/sidecar-trouble.ts'
import {
  acceptPolicy,
  adminPortOf,
  BUNDLE_INDEX,
  BUNDLE_VERSIONS,
  type BundleVersion,
  type ClusterPolicy,
  keysInAnnotation,
  type Labels,
  type PodPorts,
  type RefusedPolicy,
} from '../../src/core/policy/documents.ts'
import type { KubeObject } from '../kube/index.ts'
import { type KeptSidecar, keepSidecar, type ResizeTrouble, resizeTrouble } from './kept-sidecar.ts'
import { ANNOTATIONS } from './names.ts'
import type { PolicyStatus } from './status.ts'

export interface KeptPolicy {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly generation: number
  readonly resourceVersion: string
  readonly accepted: ClusterPolicy | RefusedPolicy
  /** Places of keys in the annotation of `kubectl apply`; the annotation itself is not kept. */
  readonly keysInAnnotation: readonly string[]
  readonly status: PolicyStatus
}

export interface KeptNamespace {
  readonly name: string
  readonly labels: Labels
  readonly isTerminating: boolean
}

export interface KeptPod {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly labels: Labels
  /** Its sidecar runs, or will. */
  readonly isLive: boolean
  /** Of the sidecar's `/metrics`; undefined while it has none. */
  readonly address: { readonly ip: string; readonly port: number } | undefined
  readonly bundleVersion: BundleVersion
  readonly staticHash: string | undefined
  readonly configRev: string | undefined
  readonly trouble: Trouble | undefined
  /** Undefined where its resources are not to be changed. */
  readonly sidecar: KeptSidecar | undefined
  /** Of the kubelet, with a change of resources. */
  readonly resizeTrouble: ResizeTrouble | undefined
}

export interface KeptBundle {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  /** Of its content as it is: see `digestOf`. */
  readonly digest: string
  /** Of its content as the operator left it. */
  readonly writtenDigest: string | undefined
  /** Hash by file name, as its index says; empty where that cannot be read. */
  readonly hashes: ReadonlyMap<string, string>
  readonly isImmutable: boolean
}

export function keepPolicy(raw: KubeObject, operatorNamespace: string): KeptPolicy {
  const { namespace = '', name, uid = '', generation = 0, resourceVersion = '', annotations } = raw.metadata
  const { creationTimestamp } = raw.metadata
  // Annotations stay behind here, so that nothing later can copy them anywhere.
  const object = { metadata: { namespace, name, creationTimestamp }, spec: raw['spec'] }
  return {
    namespace,
    name,
    uid,
    generation,
    resourceVersion,
    accepted: acceptPolicy(object, operatorNamespace),
    keysInAnnotation: keysInAnnotation(annotations),
    status: (raw['status'] ?? {}) as PolicyStatus,
  }
}

export function keepNamespace({ metadata, status }: KubeObject): KeptNamespace {
  const { phase } = (status ?? {}) as { readonly phase?: string }
  const { name, labels = {}, deletionTimestamp } = metadata
  return { name, labels, isTerminating: deletionTimestamp !== undefined || phase === 'Terminating' }
}

/** What is read of a pod beside its metadata. */
interface RawPod {
  readonly spec?: PodPorts & { readonly hostNetwork?: boolean }
  readonly status?: { readonly phase?: string; readonly podIP?: string }
}

export function keepPod(raw: KubeObject): KeptPod {
  const { namespace = '', name, uid = '', labels = {}, annotations = {}, deletionTimestamp } = raw.metadata
  const { spec = {}, status = {} } = raw as RawPod
  const ip = status.podIP
  return {
    namespace,
    name,
    uid,
    labels: bounded(labels),
    isLive: deletionTimestamp === undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed',
    address: isAskable(ip, { spec, status }) ? { ip, port: adminPortOf(spec) } : undefined,
    bundleVersion: versionOf(annotations[ANNOTATIONS.bundleVersion]),
    staticHash: short(annotations[ANNOTATIONS.staticHash]),
    configRev: short(annotations[ANNOTATIONS.configRev]),
    trouble: sidecarTrouble(raw),
    sidecar: keepSidecar(raw),
    resizeTrouble: resizeTrouble(raw),
  }
}

/** A pod of the host's network gets no sidecar, and its ports are those of the node. */
function isAskable(ip: string | undefined, { spec = {}, status = {} }: RawPod): ip is string {
  return ip !== undefined && status.phase === 'Running' && spec.hostNetwork !== true
}

/** Kubernetes has no limit for labels but that of an object, a megabyte; pods have a few hundred bytes of them. */
const MAX_LABELS = 16 * 1024

/** More are as none: the pod counts for policies without selector. */
function bounded(labels: Labels): Labels {
  let length = 0
  for (const key in labels) length += key.length + (labels[key]?.length ?? 0)
  return length > MAX_LABELS ? {} : labels
}

/** Of the hashes that such annotations hold; by hand anything may have been written there. */
function short(hash: string | undefined): string | undefined {
  return hash === undefined || hash.length <= 64 ? hash : ''
}

/** A sidecar that reads later versions reads the newest that is written here. One that is older than all gets the oldest. */
function versionOf(written: string | undefined): BundleVersion {
  const newest = BUNDLE_VERSIONS[0]
  const asked = written === undefined ? newest : Number(written)
  return BUNDLE_VERSIONS.find((version) => version <= asked) ?? BUNDLE_VERSIONS.at(-1) ?? newest
}

export function keepBundle(raw: KubeObject): KeptBundle {
  const { namespace = '', name, uid = '', resourceVersion = '', annotations = {} } = raw.metadata
  const { data = {}, binaryData, immutable } = raw as ConfigMapContent
  return {
    namespace,
    name,
    uid,
    resourceVersion,
    digest: digestOf(data, binaryData),
    writtenDigest: annotations[ANNOTATIONS.bundleHash],
    hashes: hashesIn(data[BUNDLE_INDEX]),
    isImmutable: immutable === true,
  }
}

export interface ConfigMapContent {
  readonly data?: Readonly<Record<string, string>>
  readonly binaryData?: Readonly<Record<string, string>>
  readonly immutable?: boolean
}

/** @returns SHA-256 in hex of all files, in any order */
export function digestOf(
  data: Readonly<Record<string, string>>,
  binaryData: ConfigMapContent['binaryData'] = {},
): string {
  const files = [data, binaryData].map((each) => Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(JSON.stringify(files)).digest('hex')
}

/** By hand anything may have been written there. */
function hashesIn(index: string | undefined): ReadonlyMap<string, string> {
  try {
    const { policies } = JSON.parse(index ?? '') as { policies: readonly { key: unknown; hash: unknown }[] }
    return new Map(policies.map(({ key, hash }) => [String(key), String(hash)]))
  } catch {
    return new Map()
  }
}
