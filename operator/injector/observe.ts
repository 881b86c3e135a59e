/** Tells of each review: figures, log lines, Events, spans. Dry runs leave no Event, and a pod that asks for nothing leaves none. */

import type { Logger } from 'pino'
import type { RawPod } from '../../src/core/inject/injection.ts'
import type { EventRecorder } from '../kube/index.ts'
import { inSpan } from '../tracing.ts'
import { createBudget, type Rate } from './budget.ts'
import { eventsOf } from './events.ts'
import type { InjectorMetrics } from './metrics.ts'
import { type Outcome, reasonOf, resultOf } from './outcome.ts'
import { ownerKindOf } from './owner.ts'
import type { Review, Unreadable } from './review.ts'
import type { RequestFault } from './webhook-server.ts'
import { notesOf, skipOf } from './words.ts'

export interface Observe {
  refused(cause: Unreadable['cause'] | RequestFault): void
  answered(review: Review, injection: Outcome, ms: number): void
  span<T>(namespace: string, work: () => Promise<T>): Promise<T>
}

interface ObserveDeps {
  readonly metrics: Pick<InjectorMetrics, 'record'>
  readonly events: Pick<EventRecorder, 'emit'>
  readonly log: Pick<Logger, 'debug' | 'info'>
}

/** A forged review costs nothing, and its Event is in etcd for an hour, in any namespace: 70 MB of them at most. */
const WARNINGS: Rate = { burst: 1_000, perSecond: 20 }

export function createObserve({ metrics, events, log }: ObserveDeps): Observe {
  // A cluster that starts anew has 5,000 pieces of good news at once.
  const isNewsWithin = createBudget()
  const isWarningWithin = createBudget(WARNINGS)
  // Anybody in the cluster may send reviews: the figures count them all, and their Events are bounded too.
  const isLineWithin = createBudget()
  const count = (review: Review, injection: Outcome, ms: number): void => {
    const result = resultOf(injection)
    metrics.record('m2m_injector_reviews', 1, result, reasonOf(injection), ownerKindOf(review.pod))
    metrics.record('m2m_injector_review_duration_seconds', ms / 1000, result)
    for (const note of notesOf(injection)) metrics.record('m2m_injector_notes', 1, note.reason)
  }
  const write = ({ uid, namespace, isDryRun, pod }: Review, injection: Outcome, ms: number): void => {
    const line = { namespace, pod: nameOf(pod), result: resultOf(injection), reason: reasonOf(injection) }
    log.debug({ ...line, uid, dry_run: isDryRun, ms: Math.round(ms * 10) / 10 }, 'review answered')
    for (const { message } of skipOf(injection)) if (isLineWithin()) log.info(line, message)
  }
  const tell = (review: Review, injection: Outcome): void => {
    for (const event of eventsOf(review, injection)) {
      if (event.type === 'Warning' ? isWarningWithin() : isNewsWithin()) events.emit(event)
    }
  }
  return {
    refused: (cause) => metrics.record('m2m_injector_refused_requests', 1, cause),
    answered(review, injection, ms) {
      count(review, injection, ms)
      write(review, injection, ms)
      if (!review.isDryRun) tell(review, injection)
    },
    span: (namespace, work) => inSpan('inject', { 'k8s.namespace.name': namespace }, work),
  }
}

const MAX_NAME = 253

function nameOf(pod: RawPod | undefined): string {
  const { name, generateName = '' } = pod?.metadata ?? {}
  return String(name ?? generateName).slice(0, MAX_NAME)
}
