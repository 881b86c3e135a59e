/** What the reconcile loop is given, and what its parts tell each other. */

import type { Logger } from 'pino'
import type { PolicySpec } from '../../src/core/policy/documents.ts'
import type { KubeClient } from '../../src/kube/index.ts'
import type { EventRecorder, QueueHooks } from '../kube/index.ts'
import type { KeptBundle, KeptPod } from './kept.ts'
import type { BundlePlan } from './plan.ts'
import type { PlaceResult, PodFacts } from './status.ts'
import type { PodReport } from './tally.ts'

export interface ControllerDeps {
  readonly client: KubeClient
  readonly events: Pick<EventRecorder, 'emit'>
  readonly log: Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>
  readonly observe: Observe
  reportOf(pod: KeptPod): PodReport
  /** A bundle was written: its pods may be told. @param rev different for each content */
  onBundle(namespace: string, rev: string): void
  /** Live changes of resources; undefined: they come with the next rollout. */
  readonly resize?: PodSizes | undefined
  now?(): Date
  readonly queueHooks?: QueueHooks
}

/** What running pods are given in place. */
export interface PodSizes {
  /** What holds for a live pod now. */
  follow(pod: KeptPod, spec: PolicySpec): void
  /** Must it be made anew for what holds for it? Undefined: its resources do not change in place. */
  needsRestart(pod: KeptPod, spec: PolicySpec): boolean | undefined
}

/** Figures and spans around the work. */
export interface Observe {
  reconcile<T>(kind: Kind, key: string, work: () => Promise<T>): Promise<T>
  write(kind: 'bundle' | 'status', verb: string): void
  repaired(): void
}

export type Kind = 'bundle' | 'pods' | 'status'

/** What came of a namespace's bundle. */
export interface Outcome {
  readonly plan: BundlePlan
  readonly result: PlaceResult
  /** Why it is not as planned. */
  readonly message: string
  /** The bundle in the cluster. */
  readonly bundle: KeptBundle | undefined
  readonly pods: ReadonlyMap<string, PodFacts>
}
