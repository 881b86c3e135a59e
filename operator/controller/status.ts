/** The status of a policy, from facts alone: what its owner and `kubectl get` are told. */

import {
  type ClusterPolicy,
  type Conflict,
  isRefused,
  MAX_CONFLICTS,
  type RefusedPolicy,
} from '../../src/core/policy/documents.ts'
import { type Condition, conditionsOf, type Finding } from './conditions.ts'
import { BUNDLE_NAME } from './names.ts'

/** As stored. Another version, or a hand, may have written it: every member may be absent. */
export interface PolicyStatus {
  readonly observedGeneration?: number
  /** Of its entry in bundles: what a pod should run. SHA-256 in hex. */
  readonly configHash?: string
  /** Its size there: that of the whole bundle would change with every other policy. */
  readonly bundle?: { readonly configMap: string; readonly bytes: number }
  readonly pods?: { readonly matched: number; readonly stale: number; readonly overridden: number }
  readonly conflicts?: readonly Conflict[]
  readonly conditions?: readonly Condition[]
}

export interface PolicyFacts {
  readonly generation: number
  readonly accepted: ClusterPolicy | RefusedPolicy
  readonly keysInAnnotation: readonly string[]
  /** Where it holds, by name. */
  readonly places: readonly PlaceFacts[]
  readonly pods: PodFacts
  readonly conflicts: readonly Conflict[]
}

/** A namespace with a bundle in which the policy holds. */
export interface PlaceFacts {
  readonly namespace: string
  readonly isCovered: boolean
  readonly result: PlaceResult
  /** Of its entry as it should be; undefined where the version of the bundle cannot say it. */
  readonly hash: string | undefined
  readonly bytes: number
  /** Why the bundle must not be written, where the policy is to blame. */
  readonly blame: RefusalReason | undefined
  readonly message: string
}

/** written: as it should be. refused, failed: the last one stays. */
export type PlaceResult = 'written' | 'refused' | 'failed'

export type RefusalReason = 'TooLarge' | 'LiteralKey'

/** Of all places together. */
export interface PodFacts {
  /** It holds for them. */
  readonly matched: number
  /** Of these: their sidecar reported another hash. */
  readonly stale: number
  /** Of these: their sidecar did not answer. */
  readonly silent: number
  /** Of these: they were made with other static fields. */
  readonly outdated: number
  /** Not all of those that are looked at were asked by now. */
  readonly isIncomplete: boolean
  /** Its selectors match them, but another policy holds for them. */
  readonly overridden: number
}

export function statusOf(facts: PolicyFacts, before: PolicyStatus, now: Date): PolicyStatus {
  const { generation, places, conflicts } = facts
  const findings = [accepted(facts), programmed(facts), ...flagged(facts, before)]
  const [first] = places
  const hash = places.find((place) => place.hash !== undefined)?.hash
  return {
    observedGeneration: generation,
    ...(hash !== undefined && { configHash: hash }),
    ...(first !== undefined && { bundle: { configMap: BUNDLE_NAME, bytes: first.bytes } }),
    pods: podsOf(facts, before),
    ...(conflicts.length > 0 && { conflicts: conflicts.slice(0, MAX_CONFLICTS) }),
    conditions: conditionsOf(findings, { ...(before.conditions && { before: before.conditions }), generation, now }),
  }
}

/** After a start nobody was asked yet: what is known of stale pods stays until then. */
function podsOf({ pods }: PolicyFacts, before: PolicyStatus): NonNullable<PolicyStatus['pods']> {
  const { matched, overridden, stale, isIncomplete } = pods
  const known = Math.min(before.pods?.stale ?? 0, matched)
  return { matched, stale: isIncomplete ? Math.max(known, stale) : stale, overridden }
}

function accepted({ accepted: found, keysInAnnotation, places }: PolicyFacts): Finding {
  const type = 'Accepted'
  const notes = keysInAnnotation.map(
    (place) =>
      `a key stands in the annotation of kubectl apply at ${place}: rotate it, and use kubectl apply --server-side`,
  )
  const told = (message: string): string => [message, ...notes].filter((text) => text !== '').join('; ')
  if (isRefused(found)) return { type, status: 'False', reason: found.reason, message: told(found.message) }
  const blamed = places.find(({ blame }) => blame !== undefined)
  if (blamed !== undefined) {
    const message = told(`the bundle of namespace ${blamed.namespace} stays as it was: ${blamed.message}`)
    return { type, status: 'False', reason: blamed.blame === 'TooLarge' ? 'BundleTooLarge' : 'Invalid', message }
  }
  return { type, status: 'True', reason: 'Accepted', message: told('') }
}

/** A key stands in the policy, or in the annotation beside it. */
export function hasKey({ accepted: found, keysInAnnotation, places }: PolicyFacts): boolean {
  const isInSpec = isRefused(found) && found.hasKey === true
  return isInSpec || keysInAnnotation.length > 0 || places.some(({ blame }) => blame === 'LiteralKey')
}

function programmed({ accepted: found, places, pods }: PolicyFacts): Finding {
  const no = (reason: string, message: string): Finding => ({ type: 'Programmed', status: 'False', reason, message })
  if (isRefused(found)) return no('NotAccepted', 'it is in no bundle')
  if (found.isSuspended) return no('Suspended', 'it is in no bundle: the next policy by precedence holds')
  const failed = places.filter(({ result }) => result !== 'written')
  const [first] = failed
  if (first !== undefined) {
    const what = first.result === 'failed' ? 'could not be written' : 'stays as it was'
    const message = `${failed.length} of ${places.length} bundles: that of ${first.namespace} ${what}: ${first.message}`
    return no(first.result === 'failed' ? 'WriteFailed' : 'Pending', message)
  }
  const unsaid = places.find(({ hash }) => hash === undefined)
  if (unsaid !== undefined) {
    return no(
      'Pending',
      `pods of ${unsaid.namespace} have older sidecars, whose bundles hold one policy without selector`,
    )
  }
  if (places.length === 0) return no('Pending', 'no namespace with injected pods is selected')
  const silent = pods.silent === 0 ? '' : `${pods.silent} pods did not say what they run`
  return { type: 'Programmed', status: 'True', reason: 'Programmed', message: silent }
}

/** Conditions that are told only where they hold, or once did. */
function flagged(facts: PolicyFacts, before: PolicyStatus): readonly Finding[] {
  const found = [overridden(facts), restartRequired(facts)]
  return found.filter(
    ({ type, status }) => status === 'True' || before.conditions?.some((known) => known.type === type),
  )
}

function overridden({ places, pods }: PolicyFacts): Finding {
  const type = 'Overridden'
  const covered = places.filter(({ isCovered }) => isCovered)
  if (covered.length > 0) {
    const where = covered.length === 1 ? `namespace ${covered[0]?.namespace}` : `${covered.length} namespaces`
    const reason = covered.length === places.length ? 'Overridden' : 'PartlyOverridden'
    return {
      type,
      status: 'True',
      reason,
      message: `other policies hold for all of its pods in ${where}: see conflicts`,
    }
  }
  if (pods.overridden > 0) {
    const message = `other policies hold for ${pods.overridden} of the pods that it selects: see conflicts`
    return { type, status: 'True', reason: 'PartlyOverridden', message }
  }
  return { type, status: 'False', reason: 'Effective', message: '' }
}

function restartRequired({ pods }: PolicyFacts): Finding {
  const type = 'RestartRequired'
  if (pods.outdated === 0) return { type, status: 'False', reason: 'UpToDate', message: '' }
  const message = `${pods.outdated} pods were made with other static fields; they change with their next rollout`
  return { type, status: 'True', reason: 'StaticFieldsChanged', message }
}
