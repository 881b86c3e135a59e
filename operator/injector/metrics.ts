/** Every figure of the injector by name, in one table; `/metrics` and docs/reference/injector.md come from it. */

import { createMetrics, type InstrumentTable, type Metrics } from '../instruments.ts'
import { KUBE_INSTRUMENTS } from '../kube-instruments.ts'

/** A review waits for nobody: 0.25 ms to 4 s. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 2 ** i / 4000)

/** Names as Prometheus shows them, without the `_total` of counters. */
export const INSTRUMENTS = {
  m2m_injector_reviews: {
    type: 'counter',
    about:
      'Answered reviews by result (injected, unchanged, skipped, not-asked, failed), reason and kind of the owner. Failed: a fault of the injector; the pod went through without a sidecar',
    labels: ['result', 'reason', 'owner_kind'],
  },
  m2m_injector_review_duration_seconds: {
    type: 'histogram',
    about: 'From the last byte of a review to its answer',
    labels: ['result'],
    buckets: SECONDS,
  },
  m2m_injector_notes: {
    type: 'counter',
    about: 'What was left out or changed in injected pods, by reason',
    labels: ['reason'],
  },
  m2m_injector_refused_requests: {
    type: 'counter',
    about:
      'Requests that were no AdmissionReview v1, by cause (path, method, too-large, too-many, cut, json, kind, version, uid)',
    labels: ['cause'],
  },
  m2m_injector_tls_errors: {
    type: 'counter',
    about: 'Handshakes that failed: after a change of certificates, an API server that does not trust the new one',
    labels: [],
  },
  m2m_injector_certificate_expiry_seconds: {
    type: 'gauge',
    about: 'Until the certificate of the webhook ends; 0: it has none, or it has ended',
    labels: [],
  },
  m2m_injector_authority_end_timestamp_seconds: {
    type: 'gauge',
    about: 'With Own: when the authority ends that signs, in Unix time. It is renewed four months before',
    labels: [],
  },
  m2m_injector_authority_changes: {
    type: 'counter',
    about:
      'Writes of this replica by change (created, begun, published, promoted, adopted, forgotten); published again and again: somebody else writes caBundle',
    labels: ['change'],
  },
  m2m_injector_leading: { type: 'gauge', about: '1 while this process keeps the authority, else 0', labels: [] },
  m2m_injector_policies: {
    type: 'gauge',
    about: 'Policies that pods are made by; 0 too where the definition of policies is missing',
    labels: [],
  },
  m2m_injector_lists: KUBE_INSTRUMENTS.lists,
  m2m_injector_watch_restarts: KUBE_INSTRUMENTS.watchRestarts,
  m2m_injector_missed_changes: KUBE_INSTRUMENTS.missedChanges,
  m2m_injector_api_requests: KUBE_INSTRUMENTS.apiRequests,
} as const satisfies InstrumentTable

export type InjectorMetrics = Metrics<keyof typeof INSTRUMENTS>

export function createInjectorMetrics(): InjectorMetrics {
  return createMetrics('m2m-injector', INSTRUMENTS)
}
