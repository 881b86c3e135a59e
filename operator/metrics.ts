/** Every figure of the operator by name, in one table; `/metrics` and docs/reference/operator.md come from it. */

import { createMetrics, type InstrumentTable, type Metrics } from './instruments.ts'
import { KUBE_INSTRUMENTS } from './kube-instruments.ts'

/** A reconcile waits for the API server: 1 ms to 16 s. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 2 ** i / 1000)

/** Names as Prometheus shows them, without the `_total` of counters. */
export const INSTRUMENTS = {
  m2m_operator_reconciles: {
    type: 'counter',
    about: 'Pieces of work by kind (bundle, pods, status) and result (ok, failed)',
    labels: ['kind', 'result'],
  },
  m2m_operator_reconcile_duration_seconds: {
    type: 'histogram',
    about: 'Their time, by kind',
    labels: ['kind'],
    buckets: SECONDS,
  },
  m2m_operator_queue_depth: { type: 'gauge', about: 'Pieces of work that wait for a worker', labels: [] },
  m2m_operator_writes: {
    type: 'counter',
    about: 'Writes by kind (bundle, status) and verb (apply, patch, delete)',
    labels: ['kind', 'verb'],
  },
  m2m_operator_drift_repaired: { type: 'counter', about: 'Bundles that others had changed, written again', labels: [] },
  m2m_operator_policies: {
    type: 'gauge',
    about: 'Policies by acceptance (Accepted, Invalid, ...)',
    labels: ['reason'],
  },
  m2m_operator_pods: { type: 'gauge', about: 'Pods with a sidecar', labels: [] },
  m2m_operator_stuck_sidecars: {
    type: 'gauge',
    about: 'Pods whose sidecar does not run, by reason (SidecarNotStarted, SidecarCrashLoop, SidecarOutOfMemory)',
    labels: ['reason'],
  },
  m2m_operator_looks: {
    type: 'counter',
    about: 'Questions to sidecars by result (answered, silent)',
    labels: ['result'],
  },
  m2m_operator_nudges: {
    type: 'counter',
    about: 'Pods told of a new bundle, by result (done, failed)',
    labels: ['result'],
  },
  m2m_operator_resizes: {
    type: 'counter',
    about: 'Running sidecars given other resources, by result (done, refused, failed)',
    labels: ['result'],
  },
  m2m_operator_leading: { type: 'gauge', about: '1 while this process holds the lease, else 0', labels: [] },
  m2m_operator_lists: KUBE_INSTRUMENTS.lists,
  m2m_operator_watch_restarts: KUBE_INSTRUMENTS.watchRestarts,
  m2m_operator_missed_changes: KUBE_INSTRUMENTS.missedChanges,
  m2m_operator_api_requests: KUBE_INSTRUMENTS.apiRequests,
} as const satisfies InstrumentTable

export type MetricName = keyof typeof INSTRUMENTS

export type OperatorMetrics = Metrics<MetricName>

export function createOperatorMetrics(): OperatorMetrics {
  return createMetrics('m2m-operator', INSTRUMENTS)
}
