/** Events (events.k8s.io/v1): what `kubectl describe` shows. Repeated ones are counted, many are dropped. */

import type { KubeClient } from '../../src/kube/index.ts'

export interface EventRecorder {
  /** Returns at once and never throws. */
  emit(event: KubeEvent): void
  /** Sends what waits, for a second at most. */
  close(): Promise<void>
}

export interface KubeEvent {
  readonly regarding: ObjectReference
  readonly type: 'Normal' | 'Warning'
  /** One word in CamelCase: `DriftRepaired`. */
  readonly reason: string
  /** What was done: `Reconcile`. */
  readonly action: string
  /** Cut at 1,024 bytes. */
  readonly note: string
}

export interface ObjectReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
}

export interface EventRecorderOptions {
  /** `m2m.io/operator`. */
  readonly controller: string
  /** The pod. */
  readonly instance: string
  onFault?(error: unknown): void
}

export function createEventRecorder(_client: KubeClient, _options: EventRecorderOptions): EventRecorder {
  throw new Error('not built')
}
