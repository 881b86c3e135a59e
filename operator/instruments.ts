/** Makes a table of figures something that can be recorded and served as Prometheus text. */

import type { Counter, Gauge, Histogram } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { type AggregationOption, AggregationType, MeterProvider } from '@opentelemetry/sdk-metrics'
import { VERSION } from '../src/core/version.ts'

export interface Instrument {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly about: string
  readonly labels: readonly string[]
  /** Of a histogram: upper bounds. */
  readonly buckets?: readonly number[]
}

/** Names as Prometheus shows them, without the `_total` of counters. */
export type InstrumentTable = Readonly<Record<string, Instrument>>

export interface Metrics<Name extends string> {
  /** Adds to a counter or a histogram, sets a gauge. @param labels in the order of the table */
  record(name: Name, value: number, ...labels: readonly string[]): void
  /** Prometheus text. */
  text(): Promise<string>
}

/** @param service `m2m-operator` */
export function createMetrics<T extends InstrumentTable>(service: string, table: T): Metrics<keyof T & string> {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': VERSION }),
    readers: [exporter],
    views: Object.entries(table).flatMap(([instrumentName, { buckets }]) =>
      buckets === undefined ? [] : [{ instrumentName, aggregation: explicit(buckets) }],
    ),
  })
  const meter = provider.getMeter(service, VERSION)
  const made = new Map<string, Counter | Gauge | Histogram>()
  for (const [name, { type, about }] of Object.entries(table)) {
    const options = { description: about }
    if (type === 'counter') made.set(name, meter.createCounter(name, options))
    else if (type === 'gauge') made.set(name, meter.createGauge(name, options))
    else made.set(name, meter.createHistogram(name, options))
  }
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true)
  return {
    record(name, value, ...values) {
      const attributes = Object.fromEntries((table[name]?.labels ?? []).map((label, i) => [label, values[i] ?? '']))
      const instrument = made.get(name)
      if (instrument === undefined) return
      if ('add' in instrument) instrument.add(value, attributes)
      else instrument.record(value, attributes)
    },
    text: async () => serializer.serialize((await exporter.collect()).resourceMetrics),
  }
}

function explicit(boundaries: readonly number[]): AggregationOption {
  return { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [...boundaries] } }
}
