/**
 * Writes time series that share their times as tables with a row for each time:
 *
 * [{"metric":{"job":"api"},"values":[
 * ["time",{"pod":"a"},{"pod":"b"}],
 * [1710000000,"1.5","0.2"],
 * [1710000015,"1.7",null]]}]
 *
 * The labels that all series have stand in `"metric"`, the others at the head of each column; null is no value at that
 * time.
 */

import { replaceValues, type Source } from '../columnar/source.ts'
import { LABELS, type Series, seriesIn, VALUES } from './series.ts'

/** At the head of the column of times. */
export const TIME = '"time"'

/** More columns are hard to follow: the next series get a table of their own. */
const MAX_COLUMNS = 8

/** When a larger share of the cells had no value, the series would not share their times. */
const MAX_EMPTY = 1 / 4

/** @returns undefined when there are no such series */
export function writeSeries(source: Source): string | undefined {
  return replaceValues(source, (node) => {
    const series = seriesIn(source, node)
    return series !== undefined && series.length > 1 ? tablesOf(series) : undefined
  })
}

function tablesOf(series: readonly Series[]): string | undefined {
  const shared = sharedLabels(series)
  const tables: string[] = []
  for (let from = 0; from < series.length; from += MAX_COLUMNS) {
    const table = tableOf(series.slice(from, from + MAX_COLUMNS), shared)
    if (table === undefined) return undefined
    tables.push(table)
  }
  return `[${tables.join(',')}]`
}

function tableOf(series: readonly Series[], shared: ReadonlyMap<string, string>): string | undefined {
  const times = timesOf(series)
  const points = series.reduce((sum, each) => sum + each.points.length, 0)
  if (times === undefined || points < (1 - MAX_EMPTY) * times.length * series.length) return undefined
  const head = series.map(({ labels }) => objectOf(labels.filter(([name]) => !shared.has(name))))
  const columns = series.map((each) => new Map(each.points))
  const rows = times.map((time) => [time, ...columns.map((column) => column.get(time) ?? 'null')])
  const lines = [[TIME, ...head], ...rows].map((cells) => `[${cells.join(',')}]`)
  return `{${LABELS}:${objectOf([...shared])},${VALUES}:[\n${lines.join(',\n')}]}`
}

/** The times of all, in order; undefined when one is not in order, or the same time is written in two ways. */
function timesOf(series: readonly Series[]): string[] | undefined {
  const times = new Map<number, string>()
  for (const { points } of series) {
    let last = Number.NEGATIVE_INFINITY
    for (const [time] of points) {
      const at = Number(time)
      if (!(at > last) || (times.get(at) ?? time) !== time) return undefined
      times.set(at, time)
      last = at
    }
  }
  return [...times.keys()].sort((a, b) => a - b).map((at) => times.get(at) as string)
}

/**
 * The labels that all series have with the same value; none where the labels are not in the order of their names, in
 * which they are put together again.
 */
function sharedLabels(series: readonly Series[]): ReadonlyMap<string, string> {
  const [first, ...others] = series
  if (first === undefined || !series.every(({ labels }) => isSorted(labels))) return new Map()
  const counts = new Map<string, number>()
  for (const { labels } of others) {
    for (const label of labels) counts.set(label.join(':'), (counts.get(label.join(':')) ?? 0) + 1)
  }
  return new Map(first.labels.filter((label) => counts.get(label.join(':')) === others.length))
}

function isSorted(labels: Series['labels']): boolean {
  return labels.every(([name], i) => i === 0 || (labels[i - 1]?.[0] as string) < name)
}

function objectOf(labels: Series['labels']): string {
  return `{${labels.map(([name, value]) => `${name}:${value}`).join(',')}}`
}
