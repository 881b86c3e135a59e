/**
 * Time series in JSON, as Prometheus and its relatives answer a range query: a list of
 * `{"metric":{"pod":"a"},"values":[[1710000000,"1.5"],[1710000015,"1.7"]]}`.
 */

import { kindOf } from '../../json/index.ts'
import { childrenOf, literalOf, type Source } from '../columnar/source.ts'

/** Everything as it is written in the text. */
export interface Series {
  /** Names, in quotes, and values. */
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly points: readonly Point[]
}

export type Point = readonly [time: string, value: string]

/** A member's key, as written. */
export const LABELS = '"metric"'
export const VALUES = '"values"'

/** The series in an array; undefined when one of its elements is something else. */
export function seriesIn(source: Source, array: number): readonly Series[] | undefined {
  if (kindOf(source.tape, array) !== 'array') return undefined
  const series: Series[] = []
  for (const element of childrenOf(source.tape, array)) {
    const found = seriesAt(source, element)
    if (found === undefined) return undefined
    series.push(found)
  }
  return series
}

/** The values of `"metric"` and `"values"` in an object of just these keys. */
export function partsOf(source: Source, node: number): readonly [labels: number, values: number] | undefined {
  if (kindOf(source.tape, node) !== 'object') return undefined
  const [labelsKey, labels, valuesKey, values, ...others] = childrenOf(source.tape, node)
  if (labels === undefined || values === undefined || others.length > 0) return undefined
  const hasKeys = literalOf(source, labelsKey as number) === LABELS && literalOf(source, valuesKey as number) === VALUES
  return hasKeys && kindOf(source.tape, values) === 'array' ? [labels, values] : undefined
}

/** The members of an object whose values are all strings, each name once. */
export function labelsIn(source: Source, node: number): Series['labels'] | undefined {
  if (kindOf(source.tape, node) !== 'object') return undefined
  const members = childrenOf(source.tape, node)
  const labels: [string, string][] = []
  for (let i = 0; i < members.length; i += 2) {
    const value = members[i + 1] as number
    if (kindOf(source.tape, value) !== 'string') return undefined
    labels.push([literalOf(source, members[i] as number), literalOf(source, value)])
  }
  return new Set(labels.map(([name]) => name)).size === labels.length ? labels : undefined
}

function seriesAt(source: Source, node: number): Series | undefined {
  const parts = partsOf(source, node)
  const labels = parts && labelsIn(source, parts[0])
  if (parts === undefined || labels === undefined) return undefined
  const points: Point[] = []
  for (const pair of childrenOf(source.tape, parts[1])) {
    const point = pointAt(source, pair)
    if (point === undefined) return undefined
    points.push(point)
  }
  return points.length === 0 ? undefined : { labels, points }
}

function pointAt(source: Source, pair: number): Point | undefined {
  const { tape } = source
  if (kindOf(tape, pair) !== 'array') return undefined
  const [time, value, ...others] = childrenOf(tape, pair)
  if (time === undefined || value === undefined || others.length > 0 || kindOf(tape, time) !== 'number')
    return undefined
  const kind = kindOf(tape, value)
  return kind === 'string' || kind === 'number' ? [literalOf(source, time), literalOf(source, value)] : undefined
}
