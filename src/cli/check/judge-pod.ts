/** What is wrong with one pod, from its object and what is known of the cluster. */

import { wishOf } from '../../core/inject/index.ts'
import { differenceOf, type MadePod } from '../../core/injected/made-with.ts'
import { type PodWithStatus, sidecarTrouble } from '../../core/injected/sidecar-trouble.ts'
import {
  ANNOTATIONS,
  type ClusterPolicy,
  LABELS,
  type Labels,
  matchesLabels,
  type PolicySpec,
  SIDECAR_NAME,
  specInForce,
} from '../../core/policy/documents.ts'
import type { Known } from './known.ts'

export interface CheckedPod {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Labels
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec?: Readonly<Partial<Record<'containers' | 'initContainers', readonly CheckedContainer[]>>>
  readonly status?: NonNullable<PodWithStatus['status']> & { readonly phase?: string }
}

interface CheckedContainer {
  readonly name: string
  readonly resources?: MadePod['resources']
}

/**
 * Without: it asks for a sidecar and has none. Skipped: it cannot have one, and says why. Stuck: its sidecar does not run.
 * Behind: it cannot follow what holds now.
 */
export type Problem = 'without' | 'skipped' | 'stuck' | 'behind'

export interface PodVerdict {
  readonly isInjected: boolean
  /** With the reason in words; empty where the name says it all. */
  readonly problems: readonly { readonly problem: Problem; readonly why: string }[]
}

/** @param nowMs by our clock */
export function judgePod(pod: CheckedPod, known: Known, nowMs: number): PodVerdict {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return { isInjected: false, problems: [] }
  if (!hasSidecar(pod)) return { isInjected: false, problems: asking(pod, known) }
  return { isInjected: true, problems: [...stuck(pod, nowMs), ...behind(pod, known)] }
}

function hasSidecar(pod: CheckedPod): boolean {
  return pod.metadata.labels?.[LABELS.injected] === 'true' && sidecarOf(pod) !== undefined
}

function sidecarOf({ spec = {} }: CheckedPod): CheckedContainer | undefined {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])].find(({ name }) => name === SIDECAR_NAME)
}

/** Their pods get no sidecar, whatever their labels say. */
const NEVER: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease'])

function asking({ metadata }: CheckedPod, known: Known): PodVerdict['problems'] {
  const { namespace = '', annotations = {} } = metadata
  if (NEVER.has(namespace) || !wishOf({ metadata }, known.namespaces?.get(namespace) ?? {}).isAsked) return []
  const [, why] = /^skipped: (.*)/.exec(annotations[ANNOTATIONS.status] ?? '') ?? []
  return why === undefined ? [{ problem: 'without', why: '' }] : [{ problem: 'skipped', why }]
}

function stuck(pod: CheckedPod, nowMs: number): PodVerdict['problems'] {
  const trouble = sidecarTrouble(pod as PodWithStatus)
  if (trouble === undefined || (trouble.fromMs ?? 0) > nowMs) return []
  return [{ problem: 'stuck', why: trouble.reason }]
}

function behind(pod: CheckedPod, known: Known): PodVerdict['problems'] {
  const { namespace = '', labels = {}, annotations = {} } = pod.metadata
  const bundle = known.bundles.state === 'found' ? known.bundles.value.get(namespace) : undefined
  const reads = Number(annotations[ANNOTATIONS.bundleVersion])
  if (bundle !== undefined && 'version' in bundle && reads < bundle.version) {
    const why = `it reads version ${reads} of a bundle, and its own is of version ${bundle.version}`
    return [{ problem: 'behind', why }]
  }
  const policies = known.policiesFor(namespace)
  const made = { annotations, resources: sidecarOf(pod)?.resources }
  const difference = policies === undefined ? 'none' : differenceOf(made, specFor(policies, labels))
  if (difference === 'none' || difference === 'resized') return []
  return [{ problem: 'behind', why: 'the next pod gets other settings by its policy' }]
}

function specFor(policies: readonly ClusterPolicy[], labels: Labels): PolicySpec {
  return specInForce(policies.filter(({ selector }) => matchesLabels(selector, labels)).map(({ spec }) => spec))
}
