/** Does a pod run the policy that it should, and if not, what stands in the way? From facts alone. */

import { differenceOf, type MadePod } from '../../core/injected/made-with.ts'
import type { Trouble, TroubleReason } from '../../core/injected/sidecar-trouble.ts'
import {
  ANNOTATIONS,
  BUNDLE_NAME,
  type ClusterPolicy,
  idOf,
  type PolicySpec,
  type RunningPolicy,
} from '../../core/policy/documents.ts'
import type { Injection } from './injection.ts'

/** Facts about a pod and its bundle; the policy that wins is not among them. */
export interface PodState {
  readonly namespace: string
  readonly injection: Injection
  /** Of its sidecar; undefined: it runs, as far as its status says. */
  readonly trouble: Trouble | undefined
  /** The newest version of a bundle that its sidecar reads; undefined: it does not say. */
  readonly bundleVersion: number | undefined
  /** With which static fields. */
  readonly made: MadePod
  /** Why other resources that it was given are not in force; undefined: none wait. */
  readonly pendingResize: string | undefined
  readonly bundle: BundleState
  readonly running: RunningPolicy | Unreachable
}

export type BundleState =
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly message: string }
  | { readonly state: 'read'; readonly version: number; readonly entry: EntryState | undefined }

/** The entry that holds for the pod's labels. */
export interface EntryState {
  readonly key: string
  readonly hash: string
}

export interface Unreachable {
  readonly problem: string
}

/** What the operator has written about the winner. */
export interface OperatorWord {
  readonly generation: number
  readonly observedGeneration: number | undefined
  readonly conditions: readonly {
    readonly type: string
    readonly status: string
    readonly message: string
    readonly reason: string
  }[]
}

export interface Block {
  readonly reason:
    | 'NotInjected'
    | TroubleReason
    | 'NoBundle'
    | 'BundleUnreadable'
    | 'NotObserved'
    | 'NotProgrammed'
    | 'BundleBehind'
    | 'VersionMismatch'
    | 'SidecarUnreachable'
    | 'SidecarRefuses'
    | 'NotYetRead'
    | 'RestartRequired'
  readonly message: string
}

/** The policy that should hold, with the hash of its entry, and the operator's word about it. */
export interface Expected {
  readonly policy: ClusterPolicy
  /** That holds for the pod: with what the policy leaves to others. */
  readonly spec: PolicySpec
  /** Undefined where no bundle of this version can say it. */
  readonly hash: string | undefined
  readonly word: OperatorWord
}

export function isUnreachable(running: RunningPolicy | Unreachable): running is Unreachable {
  return 'problem' in running
}

/** Everything that keeps a pod from running what it should, nearest to the operator first; empty where it does. */
export function blocksOf(pod: PodState, expected: Expected | undefined): readonly Block[] {
  const { isInjected, because } = pod.injection
  if (!isInjected) return [block('NotInjected', `the pod has no sidecar: ${because}`)]
  return [...bundleBlocks(pod, expected), ...sidecarBlocks(pod), ...staticBlocks(pod, expected)]
}

function bundleBlocks({ bundle, namespace, bundleVersion }: PodState, expected: Expected | undefined): Block[] {
  if (bundle.state === 'missing') {
    const message = `namespace ${namespace} has no ConfigMap ${BUNDLE_NAME}: the sidecar's default serves`
    return [block('NoBundle', message), ...operatorBlocks(expected)]
  }
  if (bundle.state === 'unreadable') return [block('BundleUnreadable', `the bundle's index ${bundle.message}`)]
  const behind = isBehind(bundle.entry, expected) ? behindBlocks(bundle.entry, expected) : []
  if (bundleVersion === undefined || bundleVersion >= bundle.version) return behind
  const message = `the bundle is of version ${bundle.version}, the pod's sidecar reads ${bundleVersion} at most`
  return [...behind, block('VersionMismatch', message)]
}

function isBehind(entry: EntryState | undefined, expected: Expected | undefined): boolean {
  if (expected === undefined) return entry !== undefined
  return expected.hash !== undefined && entry?.hash !== expected.hash
}

function behindBlocks(entry: EntryState | undefined, expected: Expected | undefined): Block[] {
  const should = expected === undefined ? 'no policy' : `${idOf(expected.policy)} as it is now`
  const message = `the bundle holds ${entry === undefined ? 'no policy' : entry.key} for this pod, and should hold ${should}`
  return [block('BundleBehind', message), ...operatorBlocks(expected)]
}

/** Why the operator has not written what it should, as far as it has said so. */
function operatorBlocks(expected: Expected | undefined): Block[] {
  if (expected === undefined) return []
  const { policy, word } = expected
  const id = idOf(policy)
  if (word.observedGeneration === undefined) {
    return [block('NotObserved', `no operator has looked at ${id}: is one running?`)]
  }
  if (word.observedGeneration < word.generation) {
    const message = `the operator has seen generation ${word.observedGeneration} of ${id}, which is at ${word.generation}`
    return [block('NotObserved', message)]
  }
  return word.conditions
    .filter(({ type, status }) => (type === 'Accepted' || type === 'Programmed') && status === 'False')
    .map(({ type, reason, message }) => block('NotProgrammed', `${id}: ${type}=False, ${reason}: ${message}`))
}

function sidecarBlocks({ running, bundle, trouble }: PodState): Block[] {
  if (trouble !== undefined && (trouble.fromMs ?? 0) <= Date.now()) return [block(trouble.reason, trouble.message)]
  if (isUnreachable(running))
    return [block('SidecarUnreachable', `its sidecar did not say what it runs: ${running.problem}`)]
  if (running.isStale) {
    return [
      block(
        'SidecarRefuses',
        'the sidecar cannot use the files that it has, its log says why: what held before serves',
      ),
    ]
  }
  const held = bundle.state === 'read' ? (bundle.entry?.hash ?? '') : ''
  if (bundle.state === 'unreadable' || running.hash === held) return []
  const message =
    `the sidecar has not read the bundle of now: the kubelet takes up to 90 s, and a change of the pod's annotation ` +
    `${ANNOTATIONS.configRev} makes it do so at once`
  return [block('NotYetRead', message)]
}

function staticBlocks({ made, pendingResize }: PodState, expected: Expected | undefined): Block[] {
  if (expected === undefined) return []
  const difference = differenceOf(made, expected.spec)
  if (difference === 'wiring') return [block('RestartRequired', OTHER_WIRING)]
  if (difference === 'none' || (difference === 'resized' && pendingResize === undefined)) return []
  const why = pendingResize === undefined ? '' : ` (waiting: ${pendingResize})`
  const message = `its sidecar has other resources than the policy says${why}: they come with its next rollout, or where`
  return [block('RestartRequired', `${message} the chart's hotReload.resize is true`)]
}

const OTHER_WIRING =
  'the pod was made with other sidecar settings, variables or key references: they come with its next rollout'

function block(reason: Block['reason'], message: string): Block {
  return { reason, message }
}
