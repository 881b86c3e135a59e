/**
 * Which policies of a cluster are in question for the pods of a namespace, in which order, and why the others are not.
 * Operator and command line ask the same functions, so that one explains exactly what the other does.
 */

import { checkPolicy, formatPath } from './check.ts'
import { keysInPolicy, LITERAL_KEY, maskedKey } from './literal-keys.ts'
import { localKeys } from './local-keys.ts'
import { comparePrecedence, type Standing } from './precedence.ts'
import { API_VERSION, KIND, type PolicySpec } from './schema.ts'
import { failingTerm, type LabelSelector, type Labels } from './selector.ts'

/** An M2MPolicy as the API server gives it. Its spec may break every rule: a stored object can be older than its CRD. */
export interface PolicyObject {
  readonly metadata: {
    readonly namespace?: string | undefined
    readonly name: string
    readonly creationTimestamp?: string | undefined
  }
  readonly spec?: unknown
}

/** A policy that can hold for pods. */
export interface ClusterPolicy extends Standing {
  readonly spec: PolicySpec
  readonly isSuspended: boolean
  readonly namespaceSelector: LabelSelector | undefined
}

/** A policy that cannot: the reason is that of its condition `Accepted`. */
export interface RefusedPolicy {
  readonly reason: 'Invalid' | 'NamespaceSelectorNotAllowed'
  /** Every mistake, joined by semicolons. */
  readonly message: string
  /** One of them is a text that looks like a key. */
  readonly hasKey?: true
}

export interface NamespaceFacts {
  readonly name: string
  readonly labels: Labels
}

/** Why an accepted policy is not in question for a pod. */
export interface Exclusion {
  readonly reason: 'Suspended' | 'OtherNamespace' | 'NamespaceSelector' | 'Selector'
  /** What of the selector does not match, in words; empty for the other reasons. */
  readonly term: string
}

/** @param operatorNamespace the only one whose policies may have a `namespaceSelector` */
export function acceptPolicy(object: PolicyObject, operatorNamespace: string): ClusterPolicy | RefusedPolicy {
  const { metadata, spec = {} } = object
  const { document, found } = checkPolicy({ apiVersion: API_VERSION, kind: KIND, metadata, spec })
  const keys = keysInPolicy(metadata.name, spec).map((place) => `${place}: ${LITERAL_KEY}`)
  if (document === undefined || keys.length > 0) {
    const mistakes = document === undefined ? found : []
    const told = mistakes.map(({ path, message }) => `${formatPath(path.map(maskedKey))}: ${message}`)
    const message = [...keys, ...told].join('; ').slice(0, MAX_MESSAGE)
    return { reason: 'Invalid', message, ...(keys.length > 0 && { hasKey: true }) }
  }
  const local = localKeys(document.spec)
  if (local !== undefined) return { reason: 'Invalid', message: `${local}: ${NOT_LOCAL}` }
  const { namespace = '' } = metadata
  if (document.spec.namespaceSelector !== undefined && namespace !== operatorNamespace) {
    const message = `spec.namespaceSelector: only a policy in the operator's namespace ${operatorNamespace} may have one`
    return { reason: 'NamespaceSelectorNotAllowed', message }
  }
  return { ...standingOf(object, document.spec), spec: document.spec }
}

/** A condition takes 32 KiB; nobody reads that. */
const MAX_MESSAGE = 2048

const NOT_LOCAL = 'must be Passthrough or SecretRef in a cluster'

export function isRefused(accepted: ClusterPolicy | RefusedPolicy): accepted is RefusedPolicy {
  return 'reason' in accepted
}

function standingOf({ metadata }: PolicyObject, spec: PolicySpec): Omit<ClusterPolicy, 'spec'> {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    createdAt: metadata.creationTimestamp ?? '',
    scope: spec.scope ?? 'Default',
    priority: spec.priority ?? 0,
    isSuspended: spec.suspend ?? false,
    isClusterWide: spec.namespaceSelector !== undefined,
    namespaceSelector: spec.namespaceSelector,
    selector: spec.selector,
  }
}

/** The policies that a namespace's bundle holds, the first one first: all but those that hold for none of its pods. */
export function policiesOf(namespace: NamespaceFacts, policies: readonly ClusterPolicy[]): ClusterPolicy[] {
  return policies.filter((policy) => whyNotInNamespace(policy, namespace) === undefined).sort(comparePrecedence)
}

/** Why a policy holds for no pod of a namespace; undefined where it may hold for some. */
export function whyNotInNamespace(policy: ClusterPolicy, namespace: NamespaceFacts): Exclusion | undefined {
  if (policy.isSuspended) return { reason: 'Suspended', term: '' }
  if (!policy.isClusterWide) {
    return policy.namespace === namespace.name ? undefined : { reason: 'OtherNamespace', term: '' }
  }
  const term = failingTerm(policy.namespaceSelector, namespace.labels)
  return term === undefined ? undefined : { reason: 'NamespaceSelector', term }
}

/** Why a policy does not hold for a pod; undefined where it is in question, and precedence decides. */
export function whyNotForPod(
  policy: ClusterPolicy,
  pod: { readonly namespace: NamespaceFacts; readonly labels: Labels },
): Exclusion | undefined {
  const outside = whyNotInNamespace(policy, pod.namespace)
  if (outside !== undefined) return outside
  const term = failingTerm(policy.selector, pod.labels)
  return term === undefined ? undefined : { reason: 'Selector', term }
}
