/**
 * Why a pod's sidecar does not run, from the status that the kubelet writes. Everything after it in the pod waits until it has
 * started; while it runs without being ready, `kubectl get pod` shows no more than `Init:0/1` or `PodInitializing`.
 */

import { SIDECAR_NAME } from '../policy/documents.ts'

/** A state of the sidecar that a person has to know of. */
export interface Trouble {
  readonly reason: TroubleReason
  /** Which state it is: a change of it is news. The words of the kubelet change with each try. */
  readonly state: string
  /** The cause in the kubelet's words, and what to do. */
  readonly message: string
  /** It counts from then on, in ms of the epoch: a sidecar may take its time to start. Undefined: at once. */
  readonly fromMs: number | undefined
}

/** Also those of Events. */
export const TROUBLE_REASONS = ['SidecarNotStarted', 'SidecarCrashLoop', 'SidecarOutOfMemory'] as const

export type TroubleReason = (typeof TROUBLE_REASONS)[number]

/** What is read of a pod. */
export interface PodWithStatus {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly deletionTimestamp?: string }
  readonly status?: {
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

interface ContainerStatus {
  readonly name: string
  readonly restartCount?: number
  readonly started?: boolean
  readonly state?: ContainerState
  readonly lastState?: ContainerState
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly message?: string }
}

/** Ten times what a start takes on a busy node, and a quarter of what the startup probe allows. */
const START_MS = 30_000

/** Undefined: it runs, or nothing is known yet. */
export function sidecarTrouble({ metadata, status = {} }: PodWithStatus): Trouble | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = status
  const sidecar = [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === SIDECAR_NAME)
  if (sidecar === undefined) return undefined
  const { namespace = 'default', name } = metadata
  const logs = `kubectl logs ${name} -n ${namespace} -c ${SIDECAR_NAME}`
  const isNeeded = metadata.deletionTimestamp === undefined && containerStatuses.some((each) => mayRun(each))
  const found = outOfMemory(sidecar) ?? waiting(sidecar, logs) ?? starting(sidecar, logs)
  return found ?? (isNeeded ? endedAgain(sidecar, logs) : undefined)
}

/** A container of the application that has not ended. */
function mayRun({ name, state }: ContainerStatus): boolean {
  return name !== SIDECAR_NAME && state?.terminated === undefined
}

function outOfMemory({ state, lastState, restartCount = 0 }: ContainerStatus): Trouble | undefined {
  const isKilled = [state, lastState].some((each) => each?.terminated?.reason === 'OOMKilled')
  if (!isKilled) return undefined
  // The state lasts until the container ends in another way: the number of restarts tells one time from the next.
  return trouble('SidecarOutOfMemory', `restart ${restartCount}`, [
    'the kernel ended the sidecar at its memory limit',
    'raise sidecar.resources.limits.memory of its policy, or the annotation m2m.io/memory-limit of the pod',
  ])
}

function waiting({ state, lastState }: ContainerStatus, logs: string): Trouble | undefined {
  const { reason = '', message = '' } = state?.waiting ?? {}
  if (reason === 'CrashLoopBackOff') return crashing(lastState?.terminated, logs)
  const kind = KINDS[reason]
  if (kind === undefined) return undefined
  const { state: name, remedy } = kind
  return trouble('SidecarNotStarted', name, [`the sidecar cannot start (${reason})${said(message)}`, remedy])
}

const IMAGE = {
  state: 'image',
  remedy: "check its image (the chart's value sidecar.image), and that this namespace may pull it",
}

const CONTAINER = {
  state: 'container',
  remedy: 'mend what it names; a pod is made with it, so a new pod may be needed',
}

/** By the reason for which the kubelet waits; it takes turns between those of one kind. */
const KINDS: Readonly<Record<string, typeof IMAGE>> = {
  ErrImagePull: IMAGE,
  ImagePullBackOff: IMAGE,
  ErrImageNeverPull: IMAGE,
  ImageInspectError: IMAGE,
  InvalidImageName: IMAGE,
  RegistryUnavailable: IMAGE,
  SignatureValidationFailed: IMAGE,
  CreateContainerConfigError: CONTAINER,
  CreateContainerError: CONTAINER,
  RunContainerError: CONTAINER,
  PreCreateHookError: CONTAINER,
  PreStartHookError: CONTAINER,
  PostStartHookError: CONTAINER,
}

/** Of one that ended with 0 the kubelet does not say `CrashLoopBackOff` while it waits: the end itself stays its state. */
function endedAgain({ state, restartCount = 0 }: ContainerStatus, logs: string): Trouble | undefined {
  return state?.terminated === undefined || restartCount === 0 ? undefined : crashing(state.terminated, logs)
}

function crashing(last: ContainerState['terminated'], logs: string): Trouble {
  const { exitCode, message = '' } = last ?? {}
  const ended = exitCode === undefined ? 'the sidecar ends again and again' : `the sidecar ended with code ${exitCode}`
  // A sidecar that is asked to end does so with 0. Nobody but the kubelet asks it while its pod lives.
  const why = exitCode === 0 ? ', as the kubelet asks of one whose startup or liveness probe fails' : ''
  return trouble('SidecarCrashLoop', `code ${exitCode}`, [
    `${ended}${why}${said(message)}`,
    `${logs} --previous shows its last words`,
  ])
}

function starting({ state, started }: ContainerStatus, logs: string): Trouble | undefined {
  const startedMs = Date.parse(state?.running?.startedAt ?? '')
  if (started === true || Number.isNaN(startedMs)) return undefined
  const message = `the sidecar runs since ${state?.running?.startedAt} and its startup probe has not passed`
  const found = trouble('SidecarNotStarted', 'probe', [message, `${logs} shows why`])
  return { ...found, fromMs: startedMs + START_MS }
}

function trouble(reason: TroubleReason, state: string, sentences: readonly string[]): Trouble {
  return { reason, state, message: sentences.join('; '), fromMs: undefined }
}

/** The kubelet repeats what registries and runtimes answer, of any length. `kubectl get events` shows one line of it. */
const MAX_SAID = 400

function said(message: string): string {
  const text = message.trim().slice(0, MAX_SAID).replaceAll(/\s+/g, ' ').toWellFormed()
  return text === '' ? '' : `: ${text}`
}
