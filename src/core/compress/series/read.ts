/** Reads the tables of time series back (write.ts). */

import { kindOf } from '../../json/index.ts'
import { childrenOf, literalOf, replaceValues, type Source } from '../columnar/source.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { LABELS, labelsIn, partsOf, type Series, VALUES } from './series.ts'
import { TIME } from './write.ts'

/** Does an array of the text hold tables of series? */
export function hasSeries(source: Source): boolean {
  const { tape } = source
  for (let node = 0; node < tape.length; node++) {
    if (kindOf(tape, node) === 'array' && isTable(source, childrenOf(tape, node)[0])) return true
  }
  return false
}

/** @returns undefined when the text holds no such tables, or some that `writeSeries` never writes */
export function readSeries(source: Source): string | undefined {
  let isOurs = true
  let unitsLeft = MAX_BLOCK_BYTES
  const read = replaceValues(source, (node) => {
    const isList = kindOf(source.tape, node) === 'array' && isTable(source, childrenOf(source.tape, node)[0])
    if (!isOurs || !isList) return undefined
    const series = childrenOf(source.tape, node).flatMap((table) => seriesOf(source, table) ?? [undefined])
    const texts = series.map((each) => (each === undefined ? '' : textOf(each)))
    unitsLeft -= texts.reduce((sum, text) => sum + text.length + 1, 0)
    isOurs = !series.includes(undefined) && unitsLeft >= 0
    return `[${texts.join(',')}]`
  })
  return isOurs ? read : undefined
}

/** Is it an object with labels, and with rows of which the first is the head? */
function isTable(source: Source, node: number | undefined): boolean {
  const parts = node === undefined ? undefined : partsOf(source, node)
  const head = parts && childrenOf(source.tape, parts[1])[0]
  if (head === undefined || kindOf(source.tape, head) !== 'array') return false
  const time = childrenOf(source.tape, head)[0]
  return time !== undefined && literalOf(source, time) === TIME
}

function seriesOf(source: Source, node: number): Series[] | undefined {
  const parts = isTable(source, node) ? partsOf(source, node) : undefined
  const shared = parts && labelsIn(source, parts[0])
  if (parts === undefined || shared === undefined) return undefined
  const [head, ...rows] = childrenOf(source.tape, parts[1]).map((row) => cellsOf(source, row))
  const columns = head?.slice(1).map((cell) => labelsIn(source, cell)) ?? []
  const hasCells = rows.every((row) => row?.length === columns.length + 1)
  if (columns.length === 0 || columns.includes(undefined) || !hasCells) return undefined
  return columns.map((labels, at) => ({
    labels: together(shared, labels as Series['labels']),
    points: (rows as number[][]).flatMap((row) => {
      const value = row[at + 1] as number
      const isEmpty = kindOf(source.tape, value) === 'null'
      return isEmpty ? [] : [[literalOf(source, row[0] as number), literalOf(source, value)] as const]
    }),
  }))
}

function cellsOf(source: Source, row: number): number[] | undefined {
  return kindOf(source.tape, row) === 'array' ? childrenOf(source.tape, row) : undefined
}

function together(shared: Series['labels'], own: Series['labels']): Series['labels'] {
  return shared.length === 0 ? own : [...shared, ...own].sort(([a], [b]) => (a < b ? -1 : 1))
}

function textOf({ labels, points }: Series): string {
  const members = labels.map(([name, value]) => `${name}:${value}`)
  const pairs = points.map(([time, value]) => `[${time},${value}]`)
  return `{${LABELS}:{${members.join(',')}},${VALUES}:[${pairs.join(',')}]}`
}
