/** Why a pod has a sidecar, or none. From facts alone. */

import type { RawPod } from '../../core/inject/injection.ts'
import { skipReasonOf } from '../../core/inject/skip-reasons.ts'
import { wishOf } from '../../core/inject/wish.ts'
import { ANNOTATIONS, LABELS, type NamespaceFacts, SIDECAR_NAME } from '../../core/policy/documents.ts'
import type { Injector, Presence } from './read-injector.ts'

export interface Injection {
  /** Without a cluster: it would be. */
  readonly isInjected: boolean
  /** Where it asks for a sidecar, or why it does not, or why it has none. */
  readonly because: string
}

export interface InjectionFacts {
  readonly pod: StoredPod
  readonly namespace: NamespaceFacts
  readonly operatorNamespace: string
  /** Undefined where nothing is missing, and it was not asked for. */
  readonly injector: Injector | undefined
}

export type StoredPod = RawPod & { readonly metadata: { readonly creationTimestamp?: string } }

/** A pod as it is in a cluster. */
export function injectionOf(facts: InjectionFacts): Injection {
  const { pod, namespace } = facts
  const [isMarked, hasContainer] = [isMarkedPod(pod), hasSidecar(pod)]
  if (isMarked && hasContainer)
    return { isInjected: true, because: askedBy(pod, namespace) ?? 'nothing asks for it now' }
  return { isInjected: false, because: isMarked ? COPIED : whyNone(facts, hasContainer) }
}

/** A pod that is about to be made. */
export function injectionOfNew({ pod, namespace, operatorNamespace }: Omit<InjectionFacts, 'injector'>): Injection {
  const by = askedBy(pod, namespace)
  if (by === undefined) return { isInjected: false, because: notAsked(pod, namespace) }
  const skip = skipReasonOf(withContainer(pod), { namespace, releaseNamespace: operatorNamespace })
  if (skip === undefined) return { isInjected: true, because: by }
  return { isInjected: false, because: `${by}; it can have none: ${skip.reason}: ${skip.message}` }
}

/** Nothing is known of its spec but that it is an ordinary one. */
function withContainer(pod: StoredPod): StoredPod {
  return { ...pod, spec: { containers: [{ name: 'app' }] } }
}

/** It asks for a sidecar and has none: then the injector is of interest. */
export function isMissing(pod: StoredPod, namespace: NamespaceFacts): boolean {
  return askedBy(pod, namespace) !== undefined && !hasSidecar(pod)
}

function isMarkedPod({ metadata }: StoredPod): boolean {
  return metadata.labels?.[LABELS.injected] === 'true'
}

function hasSidecar({ spec = {} }: StoredPod): boolean {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])].some(({ name }) => name === SIDECAR_NAME)
}

/** Undefined: it does not ask. */
function askedBy(pod: StoredPod, { name, labels }: NamespaceFacts): string | undefined {
  const wish = wishOf(pod, labels)
  if (!wish.isAsked) return undefined
  if (wish.by === 'namespace') return `the label ${LABELS.inject}: "true" of namespace ${name}`
  const place = pod.metadata.annotations?.[ANNOTATIONS.inject] === 'true' ? 'annotation' : 'label'
  return `the pod's ${place} ${LABELS.inject}: "true"`
}

function notAsked(pod: StoredPod, { labels }: NamespaceFacts): string {
  const wish = wishOf(pod, labels)
  return wish.isAsked ? '' : wish.message
}

const COPIED =
  `it has the label ${LABELS.injected}=true and no container ${SIDECAR_NAME}: the label was copied from another pod, or ` +
  'another webhook took the container out'

function whyNone(facts: InjectionFacts, hasContainer: boolean): string {
  const { pod, namespace, operatorNamespace } = facts
  if (hasContainer)
    return `its container ${SIDECAR_NAME} is its own, not the injector's: no policy of a bundle reaches it`
  const by = askedBy(pod, namespace)
  if (by === undefined) return notAsked(pod, namespace)
  const status = pod.metadata.annotations?.[ANNOTATIONS.status] ?? ''
  if (status.startsWith('skipped')) return `${by}; the injector left it out: ${status}`
  const skip = skipReasonOf(pod, { namespace, releaseNamespace: operatorNamespace })
  if (skip !== undefined) return `${by}; it can have none: ${skip.reason}: ${skip.message}`
  return `${by}; no injector has looked at it: ${missed(facts)}`
}

function missed({ injector, pod }: InjectionFacts): string {
  const { injection, guard } = injector ?? { injection: 'unknown', guard: 'unknown' }
  const { creationTimestamp: createdAt = '' } = pod.metadata
  if (injection === 'missing') return 'none is installed (helm install m2m charts/m2m)'
  if (isYounger(injection, createdAt)) return 'the pod is older than the injector; a new one gets a sidecar'
  const later = `${LABELS.inject} was set after the pod was made`
  const next = 'a new pod gets a sidecar'
  if (typeof guard === 'object' && !isYounger(guard, createdAt)) {
    return `${later}, or injector.withoutSidecar is not Deny: else m2m-injected would have refused the pod; ${next}`
  }
  const open =
    guard === 'missing' ? ', and the admission policy m2m-injected, which refuses such pods, is not there' : ''
  return `it did not answer then${open}, or ${later}; m2m check --cluster looks at it, ${next}`
}

/** Both are of the API server's clock, in whole seconds. */
function isYounger(presence: Presence, createdAt: string): boolean {
  return typeof presence === 'object' && Date.parse(presence.since) > Date.parse(createdAt)
}
