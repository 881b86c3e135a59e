/** What is decided about a pod that is about to be made: to give it a sidecar, and by which patch, or why not. */

import type { NamespaceFacts, PolicySpec } from '../policy/documents.ts'

/** RFC 6902. No other operation is needed: what the pod has stays, and parents that are missing come whole. */
export interface AddOperation {
  readonly op: 'add'
  /** A JSON pointer (RFC 6901). */
  readonly path: string
  readonly value: unknown
}

/** A pod as the API server sends it: raw JSON, of which only what is named here is read. */
export interface RawPod {
  readonly metadata?: {
    readonly name?: string
    readonly generateName?: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly OwnerReference[]
  }
  readonly spec?: RawPodSpec
}

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
}

export interface RawPodSpec {
  readonly containers?: readonly RawContainer[]
  readonly initContainers?: readonly RawContainer[]
  readonly volumes?: readonly { readonly name: string }[]
  readonly hostNetwork?: boolean
  readonly os?: { readonly name?: string }
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms?: readonly NodeTerm[] }
    }
  }
  /** Of the pod as a whole (Kubernetes >= 1.34). */
  readonly resources?: unknown
  readonly securityContext?: unknown
  readonly restartPolicy?: string
  readonly terminationGracePeriodSeconds?: number
}

interface NodeTerm {
  readonly matchExpressions?: readonly NodeRequirement[]
}

export interface NodeRequirement {
  readonly key?: string
  readonly operator?: string
  readonly values?: readonly string[]
}

export interface RawContainer {
  readonly name: string
  readonly image?: string
  readonly restartPolicy?: string
  readonly env?: readonly RawVariable[]
  readonly envFrom?: readonly unknown[]
  readonly [member: string]: unknown
}

export interface RawVariable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: unknown
}

export interface InjectContext {
  readonly namespace: NamespaceFacts
  /** That holds for the pod's labels, with what an Override leaves to others; undefined: none, the sidecar's default serves. */
  readonly policy: PolicySpec | undefined
  readonly settings: SidecarSettings
  /** Where the chart is installed: its pods never get a sidecar. Default: `OPERATOR_NAMESPACE`. */
  readonly releaseNamespace?: string
}

/** What is the same for all pods of a cluster: values of the chart. */
export interface SidecarSettings {
  readonly image: string
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never'
  /** Native: an init container that stays (Kubernetes >= 1.29). Classic: one more container. */
  readonly mode: 'Native' | 'Classic'
  readonly resources: { readonly requests: Quantities; readonly limits: Quantities }
  /** More variables of the sidecar, such as `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly env: Readonly<Record<string, string>>
}

export type Quantities = Readonly<Record<string, string>>

export type Injection = Injected | Skipped | NotAsked

/** Without operations: the pod has all of it already. */
export interface Injected {
  readonly result: 'injected'
  readonly patch: readonly AddOperation[]
  /** What people should know: kubectl shows it as a warning. */
  readonly notes: readonly Note[]
}

export interface Note {
  /** In CamelCase, for Events and metrics. */
  readonly reason: string
  readonly message: string
}

/** The pod, or its namespace, asks for a sidecar and cannot have one; or the pod says what nobody understands. */
export interface Skipped extends Note {
  readonly result: 'skipped'
  /** The annotation `m2m.io/status` alone. */
  readonly patch: readonly AddOperation[]
}

export interface NotAsked extends Note {
  readonly result: 'not-asked'
}
