/** `--compare A B`: the figures of two runs side by side. */

import { readFileSync } from 'node:fs'
import { table } from '../table.ts'
import { type Figure, type Ledger, parseLedger } from './ledger.ts'

export interface Row {
  readonly section: string
  readonly who: string
  readonly what: string
  readonly a: number
  readonly b: number
  /** b / a. */
  readonly ratio: number
  /** The same ratio after each value is divided by the floor's in its own run: it leaves the machine's mood out. */
  readonly floored: number | undefined
}

/** @throws Error when a file cannot be read as a ledger */
export function compareFiles(fileA: string, fileB: string): string {
  const [a, b] = [ledgerIn(fileA), ledgerIn(fileB)]
  const title = ({ builds, machine }: Ledger): string => `${builds.this} (${machine})`
  const rows = compareLedgers(a, b).map(({ section, who, what, ...values }) => [
    `${section}: ${who}`,
    what,
    rounded(values.a),
    rounded(values.b),
    Number.isFinite(values.ratio) ? values.ratio.toFixed(2) : '-',
    values.floored?.toFixed(2) ?? '-',
  ])
  return `A ${title(a)}\nB ${title(b)}\n\n${table(['', '', 'A', 'B', 'B / A', 'of the floor'], rows)}`
}

function ledgerIn(file: string): Ledger {
  try {
    return parseLedger(readFileSync(file, 'utf8'))
  } catch (cause) {
    const why = (cause as Error).message
    throw new Error(`--compare ${file}: ${why}; make bench ARGS="--json FILE" writes such a file`, { cause })
  }
}

/** The floor itself, and figures that are ratios already. */
const RATIOS: ReadonlySet<string> = new Set(['floor', 'this / base'])

/** The figures that both have, in the order of the first. */
export function compareLedgers(a: Ledger, b: Ledger): readonly Row[] {
  const valuesA = valuesOf(a)
  const valuesB = valuesOf(b)
  return a.figures.flatMap((figure): readonly Row[] => {
    const { section, who, what, value } = figure
    const other = valuesB.get(keyOf(figure))
    if (other === undefined) return []
    const floor = keyOf({ section, who: 'floor', what })
    const [floorA, floorB] = [valuesA.get(floor), valuesB.get(floor)]
    const hasFloor = !RATIOS.has(who) && floorA !== undefined && floorB !== undefined && floorA > 0 && floorB > 0
    const floored = hasFloor ? other / floorB / (value / floorA) : undefined
    return [{ section, who, what, a: value, b: other, ratio: other / value, floored }]
  })
}

function valuesOf({ figures }: Ledger): ReadonlyMap<string, number> {
  return new Map(figures.map((figure) => [keyOf(figure), figure.value]))
}

function keyOf({ section, who, what }: Omit<Figure, 'value'>): string {
  return JSON.stringify([section, who, what])
}

function rounded(value: number): string {
  return value.toFixed(value < 10 ? 3 : value < 1000 ? 1 : 0)
}
