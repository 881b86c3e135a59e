/**
 * Gives running sidecars the resources of their policy: the kubelet changes a container in place (Kubernetes 1.33 or later).
 * Each size is sent to a pod once. Who changes it afterwards, a vertical autoscaler say, is not fought.
 */

import type { Resources } from '../../src/core/inject/resources.ts'
import { type PolicySpec, SIDECAR_NAME, wiringHash } from '../../src/core/policy/documents.ts'
import { type KubeClient, KubeError, pause } from '../../src/kube/index.ts'
import type { PodSizes } from '../controller/deps.ts'
import type { KeptPod } from '../controller/kept.ts'
import type { KeptSidecar } from '../controller/kept-sidecar.ts'
import { FIELD_MANAGER, PATHS } from '../controller/names.ts'
import { createQueue, type EventRecorder } from '../kube/index.ts'
import { planResize, type ResizePlan } from './resize-plan.ts'

export interface Resize extends PodSizes {
  /** Asks the API server whether it can, until it says so. */
  start(): void
  /** The pod is gone. */
  gone(key: string): void
  /** What is under way is finished. */
  stop(): Promise<void>
}

export interface ResizeOptions {
  readonly client: Pick<KubeClient, 'request' | 'get'>
  readonly events: Pick<EventRecorder, 'emit'>
  /** The resources of a sidecar with this policy. */
  wantedFor(spec: PolicySpec, sidecar: KeptSidecar): Resources
  /** 1 to 50. */
  readonly perSecond: number
  onResize?(result: 'done' | 'refused' | 'failed'): void
  onFault?(error: unknown): void
  /** The API server has said that it cannot: pods have to be made anew as without this. */
  onUnserved?(): void
}

/** What a pod should have, and what came of it. */
interface Wish {
  readonly uid: string
  readonly wanted: string
  readonly plan: Exclude<ResizePlan, { readonly action: 'none' }>
  state: 'waiting' | 'sent' | 'refused'
  /** The trouble of the kubelet with it that was told. */
  told: string | undefined
}

const FORBIDDEN_RETRY_MS = 60_000

const DISCOVERY_RETRY_MS = 5_000

export function createResize(options: ResizeOptions): Resize {
  return new SidecarResize(options)
}

class SidecarResize implements Resize {
  readonly #options: ResizeOptions
  readonly #pods = new Map<string, KeptPod>()
  readonly #wishes = new Map<string, Wish>()
  readonly #generation = new AbortController()
  readonly #queue = createQueue({
    reconcile: (key) => this.#send(key),
    hooks: { onRetry: (_, error) => this.#failed(error) },
  })
  readonly #served = Promise.withResolvers<boolean>()
  #isServed = true

  constructor(options: ResizeOptions) {
    this.#options = options
  }

  start(): void {
    void this.#discover()
  }

  follow(pod: KeptPod, spec: PolicySpec): void {
    if (pod.sidecar === undefined || !pod.isLive || !this.#isServed) return
    const key = keyOf(pod)
    const resources = this.#options.wantedFor(spec, pod.sidecar)
    const plan = planResize(pod.sidecar, resources)
    const known = this.#wishOf(pod)
    if (plan.action === 'none') {
      if (known?.state === 'sent') this.#tellPending(pod, known)
      else this.#forget(key)
      return
    }
    this.#pods.set(key, pod)
    const wanted = JSON.stringify(resources)
    if (known?.wanted === wanted) return
    this.#wishes.set(key, { uid: pod.uid, wanted, plan, state: 'waiting', told: undefined })
    this.#queue.add(key)
  }

  needsRestart(pod: KeptPod, spec: PolicySpec): boolean | undefined {
    if (pod.sidecar === undefined || !this.#isServed) return undefined
    const wish = this.#wishOf(pod)
    const isInfeasible = wish?.state === 'sent' && pod.resizeTrouble?.reason === 'Infeasible'
    const isFixed = wish?.plan.action === 'refuse' || wish?.state === 'refused' || isInfeasible
    return isFixed || pod.sidecar.wiringHash !== hashOf(spec)
  }

  gone(key: string): void {
    this.#forget(key)
  }

  stop(): Promise<void> {
    this.#generation.abort()
    this.#served.resolve(false)
    return this.#queue.close()
  }

  #forget(key: string): void {
    this.#wishes.delete(key)
    this.#pods.delete(key)
  }

  #wishOf(pod: KeptPod): Wish | undefined {
    const wish = this.#wishes.get(keyOf(pod))
    return wish?.uid === pod.uid ? wish : undefined
  }

  async #discover(): Promise<void> {
    const { signal } = this.#generation
    while (!signal.aborted) {
      try {
        const { resources } = await this.#options.client.get<ResourceList>('/api/v1')
        this.#isServed = resources.some(({ name }) => name === 'pods/resize')
        this.#served.resolve(this.#isServed)
        if (!this.#isServed) this.#options.onUnserved?.()
        return
      } catch (error) {
        this.#options.onFault?.(error)
        await pause(DISCOVERY_RETRY_MS, signal)
      }
    }
  }

  async #send(key: string): Promise<void> {
    if (!(await this.#served.promise)) return this.#forget(key)
    const pod = this.#pods.get(key)
    const wish = this.#wishes.get(key)
    if (pod?.sidecar === undefined || wish?.state !== 'waiting') return
    try {
      if (wish.plan.action === 'refuse') this.#refuse(pod, wish, wish.plan.message)
      else await this.#patch(pod, wish, wish.plan.resources)
    } catch (error) {
      this.#afterFault(error, { key, pod, wish })
    }
    await pause(1000 / this.#options.perSecond, this.#generation.signal)
  }

  async #patch(pod: KeptPod, wish: Wish, resources: Resources): Promise<void> {
    const list = pod.sidecar?.list ?? 'initContainers'
    await this.#options.client.request({
      method: 'PATCH',
      path: `${PATHS.pod(pod.namespace, pod.name)}/resize`,
      query: { fieldManager: FIELD_MANAGER },
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { [list]: [{ name: SIDECAR_NAME, resources }] } },
    })
    wish.state = 'sent'
    this.#options.onResize?.('done')
  }

  #afterFault(error: unknown, { key, pod, wish }: { key: string; pod: KeptPod; wish: Wish }): void {
    if (!(error instanceof KubeError)) throw error
    const { status, message } = error
    if (status === 404) this.#forget(key)
    else if (status === 422) this.#refuse(pod, wish, message)
    else if (status !== 403) throw error
    else {
      this.#failed(error)
      this.#queue.addAfter(key, FORBIDDEN_RETRY_MS)
    }
  }

  #failed(error: unknown): void {
    this.#options.onResize?.('failed')
    this.#options.onFault?.(error)
  }

  #refuse(pod: KeptPod, wish: Wish, message: string): void {
    wish.state = 'refused'
    this.#options.onResize?.('refused')
    this.#tell(pod, 'SidecarResizeRefused', `the sidecar keeps its resources: ${message}`)
  }

  /** A node that has no room now, or never can. */
  #tellPending(pod: KeptPod, wish: Wish): void {
    const { reason, message = '' } = pod.resizeTrouble ?? {}
    if (wish.told === reason) return
    wish.told = reason
    if (reason === undefined) return
    const remedy =
      reason === 'Infeasible' ? 'a new pod, on another node, has them' : 'the kubelet tries again by itself'
    this.#tell(pod, `SidecarResize${reason}`, `the sidecar's new resources are not in force: ${message}; ${remedy}`)
  }

  #tell({ namespace, name, uid }: KeptPod, reason: string, note: string): void {
    const regarding = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid }
    this.#options.events.emit({ regarding, type: 'Warning', reason, action: 'Resize', note })
  }
}

interface ResourceList {
  readonly resources: readonly { readonly name: string }[]
}

function keyOf({ namespace, name }: KeptPod): string {
  return `${namespace}/${name}`
}

/** Asked for each pod of a spec. */
const hashes = new WeakMap<PolicySpec, string>()

function hashOf(spec: PolicySpec): string {
  const known = hashes.get(spec) ?? wiringHash(spec)
  hashes.set(spec, known)
  return known
}
