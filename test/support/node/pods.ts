/** Pods of the test node: an application as a user writes it, and what becomes of it. */

import { setTimeout as sleep } from 'node:timers/promises'
import { SIDECAR_NAME } from '../../../src/core/policy/documents.ts'
import type { AdminApi, Json } from '../kube/admin-api.ts'
import { APP_IMAGE } from './images/build.ts'
import { EXPOSED_PORT, NODE_ADDRESS } from './order.ts'

/** Where pods find the test's mock. */
export const MODEL_URL = `http://${NODE_ADDRESS}:${EXPOSED_PORT}/v1`

export interface AppOptions {
  /** Of the application (`app/main.ts`). */
  readonly args?: readonly string[]
  readonly isInjected?: boolean
  readonly annotations?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  /** Members of the pod's spec. */
  readonly spec?: object
  /** Members of the application's container. */
  readonly container?: object
}

export interface PodTemplate {
  readonly metadata: object
  readonly spec: object
}

/** A template that fits a namespace with the restricted standard. */
export function appTemplate({ isInjected = true, ...options }: AppOptions = {}): PodTemplate {
  const { args = ['wait'], annotations, labels, spec, container } = options
  return {
    metadata: { labels, annotations: { ...(isInjected && { 'm2m.io/inject': 'true' }), ...annotations } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 10,
      restartPolicy: 'Never',
      ...spec,
      containers: [
        {
          name: 'app',
          image: APP_IMAGE,
          imagePullPolicy: 'Never',
          args,
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            runAsNonRoot: true,
            readOnlyRootFilesystem: true,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          ...container,
        },
      ],
    },
  }
}

export function appPod(name: string, options: AppOptions = {}): object {
  const { metadata, spec } = appTemplate(options)
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec }
}

export interface PodObject extends Json {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: { readonly initContainers?: readonly Json[]; readonly containers: readonly Json[] }
  readonly status: {
    readonly phase: string
    readonly podIP?: string
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export interface ContainerStatus {
  readonly name: string
  readonly restartCount: number
  /** `containerd://...`, once there is one. */
  readonly containerID?: string
  readonly started?: boolean
  readonly state: {
    readonly running?: Json
    readonly terminated?: Terminated
    readonly waiting?: { readonly reason: string }
  }
  readonly lastState: { readonly terminated?: Terminated }
  readonly resources?: { readonly limits?: Record<string, string>; readonly requests?: Record<string, string> }
}

interface Terminated {
  readonly exitCode: number
  readonly reason: string
  /** RFC 3339, in seconds. */
  readonly finishedAt: string
}

export function podPath(namespace: string, name = ''): string {
  return `/api/v1/namespaces/${namespace}/pods${name === '' ? '' : `/${name}`}`
}

/** A bound, not a measurement. */
const MAX_MS = 120_000

/** Waits until the pod is as it should be. @throws with its status */
export async function untilPod(
  api: AdminApi,
  { namespace, name }: { namespace: string; name: string },
  isSo: (pod: PodObject) => boolean,
): Promise<PodObject> {
  const end = Date.now() + MAX_MS
  for (;;) {
    const pod = await api.get<PodObject>(podPath(namespace, name))
    if (isSo(pod)) return pod
    if (Date.now() > end) throw new Error(`pod ${name}: ${JSON.stringify(pod.status)}`)
    await sleep(50)
  }
}

export function hasPhase(phase: string): (pod: PodObject) => boolean {
  return ({ status }) => status.phase === phase
}

/** All of its containers run, the sidecar first of all. */
export function isRunning({ status }: PodObject): boolean {
  return status.phase === 'Running' && (status.containerStatuses ?? []).every(({ started }) => started === true)
}

export function statusIn({ status }: PodObject, name: string): ContainerStatus | undefined {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  return all.find((container) => container.name === name)
}

export function sidecarOf(pod: PodObject): ContainerStatus | undefined {
  return statusIn(pod, SIDECAR_NAME)
}

/** What the application has printed so far, one object a line. */
export async function saidBy(api: AdminApi, namespace: string, name: string): Promise<readonly Json[]> {
  const text = await api.text(`${podPath(namespace, name)}/log?container=app`)
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Json)
}

/** The sidecar's figures, through the API server. */
export async function sidecarMetrics(api: AdminApi, namespace: string, name: string): Promise<string> {
  return api.text(`${podPath(namespace, `${name}:4142`)}/proxy/metrics`)
}

/** @returns the pod as the API server has stored it: with its sidecar, where it asks for one */
export function createApp(api: AdminApi, namespace: string, name: string, options?: AppOptions): Promise<PodObject> {
  return api.create<PodObject>(podPath(namespace), appPod(name, options))
}
