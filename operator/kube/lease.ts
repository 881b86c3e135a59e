/** Leader election by a Lease. Time is measured here alone: no clock of another machine is believed. */

import type { KubeClient } from '../../src/kube/index.ts'

export interface Lease {
  start(): void
  /** Gives the lease back, so that another need not wait for its end. Never rejects. */
  stop(): Promise<void>
  /** By the monotonic clock, at this moment: a process that was frozen learns it before its first write. */
  isHeld(): boolean
}

export interface LeaseOptions {
  readonly client: KubeClient
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
  onFault?(error: unknown): void
}

export function createLease(_options: LeaseOptions): Lease {
  throw new Error('not built')
}
