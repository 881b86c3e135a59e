/** Every figure of the operator by name, in one table; `/metrics` and docs/reference/operator-metrics.md come from it. */

import type { Counter, Gauge, Histogram } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics'
import { VERSION } from '../src/core/version.ts'

interface Instrument {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly about: string
  readonly labels: readonly string[]
}

/** Names as Prometheus shows them, without the `_total` of counters. */
export const INSTRUMENTS = {
  m2m_operator_reconciles: {
    type: 'counter',
    about: 'Pieces of work by kind (bundle, pods, status) and result (ok, failed)',
    labels: ['kind', 'result'],
  },
  m2m_operator_reconcile_duration_seconds: { type: 'histogram', about: 'Their time, by kind', labels: ['kind'] },
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
  m2m_operator_lists: {
    type: 'counter',
    about: 'Full lists by resource and reason (start, expired, periodic)',
    labels: ['resource', 'reason'],
  },
  m2m_operator_watch_restarts: { type: 'counter', about: 'Watches that broke, by resource', labels: ['resource'] },
  m2m_operator_missed_changes: {
    type: 'counter',
    about: 'Changes that a full list found and the watch had not told, by resource',
    labels: ['resource'],
  },
  m2m_operator_api_requests: {
    type: 'counter',
    about: 'Answers of the API server by method and status; status 0: none came',
    labels: ['method', 'status'],
  },
} as const satisfies Readonly<Record<string, Instrument>>

export type MetricName = keyof typeof INSTRUMENTS

export interface OperatorMetrics {
  /** Adds to a counter or a histogram, sets a gauge. @param labels in the order of the table */
  record(name: MetricName, value: number, ...labels: readonly string[]): void
  /** Prometheus text. */
  text(): Promise<string>
}

/** A reconcile waits for the API server: 1 ms to 16 s. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 2 ** i / 1000)

export function createOperatorMetrics(): OperatorMetrics {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const buckets = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: SECONDS } } as const
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'm2m-operator', 'service.version': VERSION }),
    readers: [exporter],
    views: [{ instrumentName: 'm2m_operator_reconcile_duration_seconds', aggregation: buckets }],
  })
  const meter = provider.getMeter('m2m-operator', VERSION)
  const made = new Map<string, Counter | Gauge | Histogram>()
  for (const [name, { type, about }] of Object.entries(INSTRUMENTS)) {
    const options = { description: about }
    if (type === 'counter') made.set(name, meter.createCounter(name, options))
    else if (type === 'gauge') made.set(name, meter.createGauge(name, options))
    else made.set(name, meter.createHistogram(name, options))
  }
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true)
  return {
    record(name, value, ...values) {
      const attributes = Object.fromEntries(INSTRUMENTS[name].labels.map((label, i) => [label, values[i] ?? '']))
      const instrument = made.get(name)
      if (instrument === undefined) return
      if ('add' in instrument) instrument.add(value, attributes)
      else instrument.record(value, attributes)
    },
    text: async () => serializer.serialize((await exporter.collect()).resourceMetrics),
  }
}
