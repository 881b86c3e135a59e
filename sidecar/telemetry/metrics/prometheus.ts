/** Writes the instruments as Prometheus text, through OpenTelemetry's own data model and serialiser. */

import { type HrTime, ValueType } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import { VERSION } from '../../../src/core/version.ts'
import { INSTRUMENTS, type Instrument, type InstrumentName } from './instruments.ts'
import type { Series, SeriesStore } from './series.ts'

/** Suffixes of names by unit, as in OpenTelemetry's mapping; annotations in braces are not units. */
const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' }

const NO_TIME: HrTime = [0, 0]

/** @param resource attributes of what is measured: `target_info` */
export function prometheusText(series: SeriesStore, resource: Readonly<Record<string, string>>): string {
  const names = Object.keys(INSTRUMENTS) as InstrumentName[]
  const metrics = names.map((name) => metricData(name, [...series.read(name)])).filter(hasPoints)
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true)
  return serializer.serialize({
    resource: resourceFromAttributes(resource),
    scopeMetrics: [{ scope: { name: 'm2m', version: VERSION }, metrics }],
  })
}

function metricData(name: InstrumentName, all: readonly Series[]): MetricData {
  const instrument: Instrument = INSTRUMENTS[name]
  const metric = {
    descriptor: {
      name: nameWithUnit(name, instrument.unit),
      description: instrument.about,
      unit: instrument.unit,
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  if (instrument.type === 'histogram') {
    return {
      ...metric,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: all.map((series) => pointOf(instrument, series, histogramOf(instrument, series))),
    }
  }
  const dataPoints = all.map((series) => pointOf(instrument, series, series.sum))
  return instrument.type === 'gauge'
    ? { ...metric, dataPointType: DataPointType.GAUGE, dataPoints }
    : { ...metric, dataPointType: DataPointType.SUM, dataPoints, isMonotonic: true }
}

/** A name that already holds its unit (`m2m.bytes.sent`) gets no suffix. */
function nameWithUnit(name: string, unit: string): string {
  const suffix = UNIT_SUFFIXES[unit]
  return suffix === undefined || name.split('.').includes(suffix) ? name : `${name}.${suffix}`
}

function pointOf<V>(
  instrument: Instrument,
  series: Series,
  value: V,
): {
  startTime: HrTime
  endTime: HrTime
  attributes: Record<string, string>
  value: V
} {
  const attributes: Record<string, string> = {}
  for (const [index, label] of instrument.labels.entries()) {
    const labelValue = series.labels[index]
    if (labelValue !== undefined) attributes[label] = labelValue
  }
  // The text format carries no times: Prometheus takes its own.
  return { startTime: NO_TIME, endTime: NO_TIME, attributes, value }
}

function histogramOf(
  instrument: Instrument,
  series: Series,
): {
  buckets: { boundaries: number[]; counts: number[] }
  sum: number
  count: number
} {
  return {
    buckets: { boundaries: [...(instrument.buckets ?? [])], counts: series.buckets },
    sum: series.sum,
    count: series.count,
  }
}

function hasPoints(metric: MetricData): boolean {
  return metric.dataPoints.length > 0
}
