/** Tells of each review: figures, log lines, Events, spans. Dry runs leave no Event, and a pod that asks for nothing leaves none. */

import type { Logger } from 'pino'
import type { RawPod } from '../../src/core/inject/injection.ts'
import type { EventRecorder } from '../kube/index.ts'
import { inSpan } from '../tracing.ts'
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

export function createObserve({ metrics, events, log }: ObserveDeps): Observe {
  const isWithin = createBudget()
  const count = (review: Review, injection: Outcome, ms: number): void => {
    const result = resultOf(injection)
    metrics.record('m2m_injector_reviews', 1, result, reasonOf(injection), ownerKindOf(review.pod))
    metrics.record('m2m_injector_review_duration_seconds', ms / 1000, result)
    for (const note of notesOf(injection)) metrics.record('m2m_injector_notes', 1, note.reason)
  }
  const write = ({ uid, namespace, isDryRun, pod }: Review, injection: Outcome, ms: number): void => {
    const line = { namespace, pod: nameOf(pod), result: resultOf(injection), reason: reasonOf(injection) }
    log.debug({ ...line, uid, dry_run: isDryRun, ms: Math.round(ms * 10) / 10 }, 'review answered')
    for (const { message } of skipOf(injection)) log.info(line, message)
  }
  const tell = (review: Review, injection: Outcome): void => {
    for (const event of eventsOf(review, injection)) {
      if (event.type === 'Warning' || isWithin()) events.emit(event)
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

function nameOf(pod: RawPod | undefined): string {
  const { name, generateName = '' } = pod?.metadata ?? {}
  return name ?? generateName
}

/** Good news: so many at once, and so many a second after that. A cluster that starts anew has 5,000 of them. */
const BURST = 50

const PER_SECOND = 5

function createBudget(): () => boolean {
  let tokens = BURST
  let atMs = performance.now()
  return () => {
    const nowMs = performance.now()
    tokens = Math.min(BURST, tokens + ((nowMs - atMs) / 1000) * PER_SECOND)
    atMs = nowMs
    if (tokens < 1) return false
    tokens--
    return true
  }
}
