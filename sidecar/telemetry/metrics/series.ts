/**
 * The figures behind the instruments: plain numbers per combination of label values. An OpenTelemetry counter or
 * histogram costs 1.0-1.3 us per record (attributes are sorted and serialised each time), 16 us per call; `record` takes
 * 2.6 us of a call, and what `series` returns an eighth of that.
 */

import { OTHER } from '../labels.ts'
import { INSTRUMENTS, type Instrument, type InstrumentName } from './instruments.ts'

/** Of one instrument: OpenTelemetry's own default. Later ones are added to the series whose labels are all `other`. */
const MAX_SERIES = 2000

/** Measured: a series with its place in the map, one letter of its labels, one bucket. */
const SERIES_BYTES = 350
const LETTER_BYTES = 2
const BUCKET_BYTES = 8
/** For the series named `other`, which are made when nothing else is. */
const RESERVED_BYTES = 40_000

export type LabelValue = string | undefined

export interface Series {
  readonly labels: readonly LabelValue[]
  /** A counter's or gauge's value, a histogram's sum. */
  sum: number
  count: number
  /** Per bucket, one more than bounds; empty unless a histogram. */
  readonly buckets: number[]
}

/** The series of one combination of label values. It is made when it gets its first value: none is shown before. */
export interface LabelledSeries {
  add(value: number): void
}

export interface SeriesStore {
  /** @param labels values in the order of the instrument's labels; undefined: without that label */
  record(name: InstrumentName, value: number, labels: readonly LabelValue[]): void
  /** What holds now, in place of all series of the instrument. One is so small that no limit counts it. */
  only(name: InstrumentName, value: number, labels: readonly LabelValue[]): void
  /** What many calls share: it is looked up once. @param labels as for `record` */
  series(name: InstrumentName, labels: readonly LabelValue[]): LabelledSeries
  read(name: InstrumentName): Iterable<Series>
  /** Memory of all series. */
  readonly bytes: number
}

/** @param maxBytes of all series; beyond them a new one counts as `other` */
export function createSeriesStore(maxBytes = Number.POSITIVE_INFINITY): SeriesStore {
  const store = new Map<InstrumentName, Map<string, Series>>()
  const memory: SeriesMemory = { bytes: 0, maxBytes: maxBytes - RESERVED_BYTES }
  const find = (name: InstrumentName, labels: readonly LabelValue[]): Series => {
    const all = store.get(name) ?? new Map<string, Series>()
    store.set(name, all)
    return seriesOf({ all, memory }, labels, INSTRUMENTS[name])
  }
  return {
    record: (name, value, labels) => add(find(name, labels), INSTRUMENTS[name], value),
    only(name, value, labels) {
      store.set(name, new Map([[labels.join(' '), { labels, sum: value, count: 1, buckets: [] }]]))
    },
    series(name, labels) {
      let series: Series | undefined
      return {
        add(value) {
          series ??= find(name, labels)
          add(series, INSTRUMENTS[name], value)
        },
      }
    },
    read: (name) => store.get(name)?.values() ?? [],
    get bytes() {
      return memory.bytes
    },
  }
}

function add(series: Series, { type, buckets }: Instrument, value: number): void {
  series.sum = type === 'gauge' ? value : series.sum + value
  series.count++
  if (buckets === undefined) return
  const index = bucketOf(buckets, value)
  series.buckets[index] = (series.buckets[index] ?? 0) + 1
}

interface SeriesMemory {
  bytes: number
  readonly maxBytes: number
}

interface Place {
  readonly all: Map<string, Series>
  readonly memory: SeriesMemory
}

function seriesOf({ all, memory }: Place, labels: readonly LabelValue[], instrument: Instrument): Series {
  // Label values are names of printable ASCII: a space keeps them apart.
  const key = labels.join(' ')
  const found = all.get(key)
  if (found !== undefined) return found
  const bucketCount = instrument.buckets === undefined ? 0 : instrument.buckets.length + 1
  const bytes = SERIES_BYTES + LETTER_BYTES * key.length + BUCKET_BYTES * bucketCount
  const isFull = all.size >= MAX_SERIES || memory.bytes + bytes > memory.maxBytes
  if (isFull && labels.some((label) => label !== OTHER)) {
    return seriesOf(
      { all, memory },
      labels.map(() => OTHER),
      instrument,
    )
  }
  const created = { labels, sum: 0, count: 0, buckets: Array.from({ length: bucketCount }, () => 0) }
  all.set(key, created)
  memory.bytes += bytes
  return created
}

/** The first bucket whose upper bound is not below the value; the one after the last bound for larger values. */
function bucketOf(bounds: readonly number[], value: number): number {
  let index = 0
  while (index < bounds.length && value > (bounds[index] ?? 0)) index++
  return index
}
