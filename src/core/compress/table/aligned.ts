/** Tables whose columns stand below each other, with blanks between them: kubectl, docker, ps, df, ls -l, netstat. */

import { readAlignedLayout, writeAlignedLayout } from './aligned-layout.ts'
import { type Column, columnsOf } from './blank-columns.ts'
import { drawAligned } from './draw-aligned.ts'
import { type Cells, certain, type Drawing, type Found, MIN_LINES, type Region } from './drawing.ts'
import { isNames } from './names.ts'

/** With fewer columns it is a list of keys and values. */
const MIN_COLUMNS = 3

const HAS_GAP = /\S {2,}\S/

/** Tabs, bars or commas part the cells: other drawings. */
const OTHER_SIGNS = /^\s*[|<]|\t|[,;|] {2,}\S/

export const aligned: Drawing = {
  gap: / {2,}(?=\S)/g,

  owns: (layout) => readAlignedLayout(layout) !== undefined,

  read(region) {
    const first = region.lines[region.at] as string
    if (!first.includes('  ') || !HAS_GAP.test(first) || OTHER_SIGNS.test(first)) return undefined
    const found = columnsOf(region)
    if (found === undefined || found.lines < MIN_LINES) return undefined
    const lines = region.lines.slice(region.at, region.at + found.lines)
    if (found.columns.length < MIN_COLUMNS) return { lines: found.lines }
    return tableOf(region, lines, found.columns)
  },

  draw: drawAligned,
}

/** A branch of a tree, or its indentation, tells the parent: it is no part of a cell. */
const BRANCH = /^\s*[│├└|`+\\]/

function tableOf(region: Region, lines: readonly string[], columns: readonly Column[]): Found {
  const raw = lines.map((line) => columns.map(({ start }, nth) => line.slice(start, columns[nth + 1]?.start).trimEnd()))
  const isRight = columns.map(({ start, end }, nth) => isFlushRight(raw, nth, end - start))
  const isTree = raw.some(([cell = '']) => BRANCH.test(cell) || (cell.startsWith(' ') && !isRight[0]))
  if (isTree) return { lines: lines.length }
  const rows = raw.map((row) => row.map((cell, nth) => (isRight[nth] ? cell.trimStart() : cell)))
  const [first = [], ...others] = rows
  // The names above the rule have other columns.
  if (isRule(first)) return { lines: lines.length }
  const hasRule = isRule(others[0] ?? [])
  const hasNames = hasRule || isNames(first, others)
  // A file with its lines numbered: it keeps its letters.
  if (!hasNames && countsUp(rows)) return { lines: lines.length }
  const cells: Cells = hasNames ? { names: first, rows: others.slice(hasRule ? 1 : 0) } : { names: undefined, rows }
  return certain(aligned, region, lines.length, layoutsOf(columns, isRight, hasRule ? others[0] : undefined, cells))
}

/** Do the cells of a column all end where it ends, but not all begin where it begins? */
function isFlushRight(rows: readonly (readonly string[])[], nth: number, width: number): boolean {
  const isRight = rows.every((row) => row[nth] === '' || row[nth]?.length === width)
  return isRight && rows.some((row) => row[nth]?.startsWith(' '))
}

function countsUp(rows: readonly (readonly string[])[]): boolean {
  return rows.every(([number = ''], nth) => /^\d+$/.test(number) && Number(number) === Number(rows[0]?.[0]) + nth)
}

const RULE = /^(?:-+|=+)$/

function isRule(row: readonly string[]): boolean {
  return row.length > 0 && row.every((cell) => RULE.test(cell) && cell[0] === row[0]?.[0])
}

/** The ways in which the ends of the lines may be padded. */
function* layoutsOf(
  columns: readonly Column[],
  isRight: readonly boolean[],
  rule: readonly string[] | undefined,
  cells: Cells,
): Generator<{ layout: string; cells: Cells }> {
  for (const end of ['', 'trimmed', 'padded']) {
    yield { layout: writeAlignedLayout({ columns, isRight, rule, cells, end }), cells }
  }
}
