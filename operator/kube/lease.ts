/** Leader election by a Lease. Time is measured here alone: no clock of another machine is believed. */

import { type KubeClient, KubeError, pause } from '../../src/kube/index.ts'
import { heldBy, type LeaseObject, type LeaseSpec, mayTake, released, type Sighting, see } from './lease-record.ts'

export interface Lease {
  start(): void
  /** Gives the lease back, so that another need not wait for its end: call it once no write runs. Never rejects. */
  stop(): Promise<void>
  /** By the monotonic clock, at this moment: a process that was frozen learns it before its first write. */
  isHeld(): boolean
}

export interface LeaseOptions {
  /** One of its own: other calls must not keep a renewal waiting. */
  readonly client: Pick<KubeClient, 'request'>
  readonly namespace: string
  readonly name: string
  /** Different in each process: the pod's name and a random part. */
  readonly identity: string
  /** Others take over so long after the last renewal that they saw. 15 s. */
  readonly durationMs?: number
  /** The holder gives up so long after its last renewal. 10 s. */
  readonly renewDeadlineMs?: number
  /** Between two tries. 2 s. */
  readonly retryMs?: number
  onStartedLeading(): void
  /** Writes are fenced by then. */
  onStoppedLeading(): void
  /** A try that failed, or what a handler threw; for the log. */
  onFault?(error: unknown): void
}

/** The proportions of client-go: what the holder gives up is safe before others take it. */
export function createLease(options: LeaseOptions): Lease {
  const { durationMs = 15_000, renewDeadlineMs = 10_000, retryMs = 2_000 } = options
  if (!(retryMs < renewDeadlineMs && renewDeadlineMs < durationMs)) {
    throw new RangeError('a lease needs retryMs < renewDeadlineMs < durationMs')
  }
  return new Elector(options, { durationMs, renewDeadlineMs, retryMs })
}

interface Times {
  readonly durationMs: number
  readonly renewDeadlineMs: number
  readonly retryMs: number
}

class Elector implements Lease {
  readonly #options: LeaseOptions
  readonly #times: Times
  readonly #path: string
  /** Of the last renewal that succeeded, taken before it was sent; undefined: not held. */
  #renewedAtMs: number | undefined
  #isLeading = false
  #deadline: NodeJS.Timeout | undefined
  #lease: LeaseObject | undefined
  #sighting: Sighting | undefined
  readonly #generation = new AbortController()
  #ended: Promise<void> | undefined

  constructor(options: LeaseOptions, times: Times) {
    this.#options = options
    this.#times = times
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`
  }

  start(): void {
    this.#ended ??= this.#run(this.#generation.signal)
  }

  async stop(): Promise<void> {
    this.#generation.abort()
    await this.#ended
    clearTimeout(this.#deadline)
    const wasHeld = this.isHeld()
    this.#stopLeading()
    if (wasHeld) await this.#release()
  }

  isHeld(): boolean {
    return this.#renewedAtMs !== undefined && performance.now() - this.#renewedAtMs < this.#times.renewDeadlineMs
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // After a freeze, or renewals that failed for too long: another may hold it by now.
      if (!this.isHeld()) this.#stopLeading()
      try {
        await this.#claim(signal)
      } catch (error) {
        if (!signal.aborted) this.#fault(error)
        this.#lease = undefined
      }
      await pause(this.#times.retryMs * (1 + Math.random() / 10), signal)
    }
  }

  async #claim(signal: AbortSignal): Promise<void> {
    try {
      await this.#takeOrRenew(signal)
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 409)) throw error
      // Somebody else wrote it: whether it is still ours must be known at once.
      this.#lease = undefined
      await this.#takeOrRenew(signal)
    }
  }

  /** By the version last seen: of two that try, one is told of a conflict. */
  async #takeOrRenew(signal: AbortSignal): Promise<void> {
    const lease = this.#lease ?? (await this.#read(signal))
    const spec = lease?.spec ?? {}
    const nowMs = performance.now()
    this.#sighting = see(spec, nowMs, this.#sighting)
    const { identity } = this.#options
    if (!mayTake(spec, this.#sighting, { identity, nowMs, durationMs: this.#times.durationMs })) {
      this.#lease = undefined
      return this.#stopLeading()
    }
    const next = heldBy(identity, spec, { wallMs: Date.now(), durationMs: this.#times.durationMs })
    this.#lease = await this.#write(lease, next, signal)
    this.#renewedAtMs = nowMs
    this.#endAtDeadline(nowMs)
    // Not if the answer took so long that it counts no more.
    if (this.isHeld()) this.#startLeading()
  }

  /** Told at its time, also while a renewal hangs. `isHeld` does not depend on it. */
  #endAtDeadline(renewedAtMs: number): void {
    clearTimeout(this.#deadline)
    const restMs = renewedAtMs + this.#times.renewDeadlineMs - performance.now()
    this.#deadline = setTimeout(() => {
      if (!this.isHeld()) this.#stopLeading()
    }, restMs + 1)
  }

  async #read(signal: AbortSignal): Promise<LeaseObject | undefined> {
    const { client, name } = this.#options
    try {
      return await client.request({ method: 'GET', path: `${this.#path}/${name}`, ...this.#limits(signal) })
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined
      throw error
    }
  }

  async #write(lease: LeaseObject | undefined, spec: LeaseSpec, signal?: AbortSignal): Promise<LeaseObject> {
    const { client, namespace, name } = this.#options
    const metadata = lease?.metadata ?? { namespace, name }
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }
    const limits = this.#limits(signal)
    return lease === undefined
      ? client.request({ method: 'POST', path: this.#path, body, ...limits })
      : client.request({ method: 'PUT', path: `${this.#path}/${name}`, body, ...limits })
  }

  /** A try that hangs leaves time for another before the deadline. */
  #limits(signal: AbortSignal | undefined): { timeoutMs: number; maxWaitMs: number; signal?: AbortSignal } {
    const timeoutMs = this.#times.renewDeadlineMs / 2
    return { timeoutMs, maxWaitMs: 0, ...(signal === undefined ? {} : { signal }) }
  }

  async #release(): Promise<void> {
    try {
      const lease = this.#lease ?? (await this.#read(new AbortController().signal))
      if (lease?.spec?.holderIdentity !== this.#options.identity) return
      await this.#write(lease, released(lease.spec, Date.now()))
    } catch (error) {
      this.#fault(error)
    }
  }

  #startLeading(): void {
    if (this.#isLeading) return
    this.#isLeading = true
    this.#call(this.#options.onStartedLeading)
  }

  #stopLeading(): void {
    this.#renewedAtMs = undefined
    if (!this.#isLeading) return
    this.#isLeading = false
    this.#call(this.#options.onStoppedLeading)
  }

  #call(handler: () => void): void {
    try {
      handler.call(this.#options)
    } catch (error) {
      this.#fault(error)
    }
  }

  #fault(error: unknown): void {
    this.#options.onFault?.(error)
  }
}
