/**
 * Tells pods whose sidecar does not run: an Event for each new state of one, where `kubectl describe pod` shows it. The
 * containers after a sidecar wait for it, and the table of `kubectl get pod` does not always say why.
 */

import { TROUBLE_REASONS, type Trouble, type TroubleReason } from '../../src/core/injected/sidecar-trouble.ts'
import { pause } from '../../src/kube/index.ts'
import type { KeptPod } from '../controller/kept.ts'
import { createQueue, type EventRecorder } from '../kube/index.ts'

export interface Stuck {
  /** Everything that is known is told; later what changes. */
  start(): void
  /** A pod has changed, or is gone. */
  pod(key: string, before: KeptPod | undefined, after: KeptPod | undefined): void
  /** How many have which trouble now; 0 where none has. */
  counts(): ReadonlyMap<TroubleReason, number>
  stop(): Promise<void>
}

export interface StuckOptions {
  readonly events: Pick<EventRecorder, 'emit'>
  /** Before the same pod is told of again, and after which a sidecar that runs counts as well. 10 min. */
  readonly quietMs?: number
  /** Events in a second: a registry that is away stops thousands of pods at once. 20. */
  readonly perSecond?: number
  now?(): number
}

interface Told {
  readonly uid: string
  /** When it was last seen in trouble. */
  seenMs: number
  readonly states: Map<TroubleReason, { readonly state: string; readonly atMs: number }>
}

export function createStuck(options: StuckOptions): Stuck {
  return new StuckSidecars(options)
}

class StuckSidecars implements Stuck {
  readonly #options: Required<StuckOptions>
  /** Pods in trouble. */
  readonly #pods = new Map<string, KeptPod>()
  /** What was said of pods that are, or lately were, in trouble. */
  readonly #told = new Map<string, Told>()
  readonly #queue = createQueue({ reconcile: (key) => this.#look(key) })
  readonly #generation = new AbortController()
  #isStarted = false

  constructor({ quietMs = 600_000, perSecond = 20, now = Date.now, ...options }: StuckOptions) {
    this.#options = { quietMs, perSecond, now, ...options }
  }

  start(): void {
    this.#isStarted = true
    for (const key of this.#pods.keys()) this.#queue.add(key)
  }

  pod(key: string, before: KeptPod | undefined, after: KeptPod | undefined): void {
    if (after?.isLive === true && after.trouble !== undefined) this.#pods.set(key, after)
    else this.#pods.delete(key)
    const told = this.#told.get(key)
    if (told !== undefined && before?.trouble !== undefined) told.seenMs = this.#options.now()
    if (after === undefined) this.#told.delete(key)
    const isSame = before?.uid === after?.uid && before?.trouble === undefined && after?.trouble === undefined
    if (this.#isStarted && !isSame) this.#queue.add(key)
  }

  counts(): ReadonlyMap<TroubleReason, number> {
    const counts = new Map(TROUBLE_REASONS.map((reason) => [reason, 0]))
    for (const { trouble } of this.#pods.values()) {
      if (trouble !== undefined && this.#dueMs(trouble) <= 0)
        counts.set(trouble.reason, (counts.get(trouble.reason) ?? 0) + 1)
    }
    return counts
  }

  stop(): Promise<void> {
    this.#generation.abort()
    return this.#queue.close()
  }

  async #look(key: string): Promise<void> {
    const pod = this.#pods.get(key)
    const told = this.#toldOf(key, pod)
    if (pod?.trouble === undefined) return this.#forgetLater(key, told)
    const waitMs = Math.max(this.#dueMs(pod.trouble), this.#quietFor(told, pod.trouble))
    if (waitMs === Number.POSITIVE_INFINITY) return
    if (waitMs > 0) return this.#queue.addAfter(key, waitMs)
    const { reason, state } = pod.trouble
    const nowMs = this.#options.now()
    const states = told?.states ?? new Map()
    this.#told.set(key, { uid: pod.uid, seenMs: nowMs, states: states.set(reason, { state, atMs: nowMs }) })
    this.#options.events.emit(eventOf(pod, pod.trouble))
    await pause(1000 / this.#options.perSecond, this.#generation.signal)
  }

  /** Of this pod: another one of the same name begins anew. */
  #toldOf(key: string, pod: KeptPod | undefined): Told | undefined {
    const told = this.#told.get(key)
    if (told === undefined || pod === undefined || told.uid === pod.uid) return told
    this.#told.delete(key)
    return undefined
  }

  #dueMs({ fromMs = 0 }: Trouble): number {
    return fromMs - this.#options.now()
  }

  /** Infinity: this state was told. */
  #quietFor(told: Told | undefined, { reason, state }: Trouble): number {
    const last = told?.states.get(reason)
    if (last === undefined) return 0
    return last.state === state ? Number.POSITIVE_INFINITY : last.atMs + this.#options.quietMs - this.#options.now()
  }

  /** A sidecar that crashes runs in between: only one that has run for a while is well, and news when it is not. */
  #forgetLater(key: string, told: Told | undefined): void {
    if (told === undefined) return
    const waitMs = told.seenMs + this.#options.quietMs - this.#options.now()
    if (waitMs > 0) this.#queue.addAfter(key, waitMs)
    else this.#told.delete(key)
  }
}

function eventOf({ namespace, name, uid }: KeptPod, { reason, message }: Trouble) {
  const regarding = { apiVersion: 'v1', kind: 'Pod', namespace, name, uid }
  return { regarding, type: 'Warning' as const, reason, action: 'Watch', note: message }
}
