/** What the sidecar mounts: its policy, its pod's labels, keys of providers. */

import { canonicalJson } from '../policy/canonical-json.ts'
import { BUNDLE_NAME, type PolicySpec } from '../policy/documents.ts'
import { sha256 } from '../policy/sha256.ts'
import type { AddOperation, RawPod } from './injection.ts'
import type { OwnContainer } from './own-container.ts'
import { appendTo, isObject, listOf } from './patch.ts'

export const POLICY_PATH = '/etc/m2m/policy'
export const LABELS_PATH = '/etc/m2m/podinfo/labels'

const KEYS_PATH = '/var/run/secrets/m2m.io/keys'
const PODINFO_PATH = '/etc/m2m/podinfo'

/** Defaults of the API server stand here as well: a volume that it has completed must still be known as ours. */
const DEFAULT_MODE = 0o644

/**
 * Where the API server mounts a token of the service account, into each container that has nothing there: also into one that a
 * webhook has added, which is a change after ours: each pod would be reviewed twice. The sidecar speaks to no API server, so the
 * pod's labels stand there, which it may know. An emptyDir would keep autoscalers from moving the pod.
 */
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

interface Wanted {
  readonly name: string
  /** The first is the one that the sidecar reads. */
  readonly mountPaths: readonly string[]
  readonly source: Readonly<Record<string, unknown>>
}

export interface Mount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly: true
}

export interface Volumes {
  readonly mounts: readonly Mount[]
  readonly operations: readonly AddOperation[]
}

/** @param own the sidecar's container where the pod has one: what it mounts at our paths goes before ours */
export function planVolumes(pod: RawPod, own: OwnContainer | undefined, policy: PolicySpec | undefined): Volumes {
  const there = listOf(pod.spec?.volumes)
  const added: object[] = []
  const mounts: Mount[] = []
  for (const { name: usual, mountPaths, source } of wantedVolumes(policy)) {
    const [first = ''] = mountPaths
    const mounted = mountedAt(own, first)
    const name = mounted ?? freeName(usual, source, there)
    for (const mountPath of mountPaths) {
      if (mountedAt(own, mountPath) === undefined) mounts.push({ name, mountPath, readOnly: true })
    }
    const isMissing = !there.some((volume) => volume?.name === name)
    // A volume that a user's mount names is the user's to bring.
    if (isMissing && (mounted === undefined || mounted.startsWith(usual))) added.push({ name, ...source })
  }
  return { mounts, operations: appendTo(pod.spec?.volumes, ['spec', 'volumes'], added) }
}

function wantedVolumes(policy: PolicySpec | undefined): Wanted[] {
  const configMap = { name: BUNDLE_NAME, optional: true, defaultMode: DEFAULT_MODE }
  const items = [{ path: 'labels', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }]
  const keys = keysOf(policy)
  return [
    { name: 'm2m-policy', mountPaths: [POLICY_PATH], source: { configMap } },
    {
      name: 'm2m-podinfo',
      mountPaths: [PODINFO_PATH, TOKEN_PATH],
      source: { downwardAPI: { items, defaultMode: DEFAULT_MODE } },
    },
    ...(keys.length === 0
      ? []
      : [
          {
            name: 'm2m-keys',
            mountPaths: [KEYS_PATH],
            source: { projected: { sources: keys, defaultMode: DEFAULT_MODE } },
          },
        ]),
  ]
}

/** One file for each provider, of its name. A Secret that is missing must not keep the pod from starting. */
function keysOf(policy: PolicySpec | undefined): object[] {
  const providers = policy?.providers ?? []
  return providers.flatMap(({ name, credentials }) => {
    const ref = credentials?.mode === 'SecretRef' ? credentials.secretKeyRef : undefined
    if (ref === undefined) return []
    return [{ secret: { name: ref.name, items: [{ key: ref.key, path: name }], optional: true } }]
  })
}

function mountedAt(own: OwnContainer | undefined, mountPath: string): string | undefined {
  const mounts = listOf(own?.container['volumeMounts'] as readonly unknown[] | undefined)
  const mount = mounts.filter(isObject).find((each) => each['mountPath'] === mountPath)
  return typeof mount?.['name'] === 'string' ? mount['name'] : undefined
}

/** The usual name, or one that says nothing but is free, where the pod has another volume of that name. */
function freeName(usual: string, source: object, there: readonly object[]): string {
  const names = new Map(there.filter(isObject).map((volume) => [volume['name'], volume]))
  for (let turn = 0; ; turn++) {
    const name = turn === 0 ? usual : `${usual}-${sha256(`${usual} ${turn}`).slice(0, 8)}`
    const known = names.get(name)
    if (known === undefined || canonicalJson(known) === canonicalJson({ name, ...source })) return name
  }
}
