/**
 * What the head of an aligned table says: `columns 2 apart`, `columns 4 3 apart, indented 2, right 2 4, ruled`. The
 * columns are as wide as their widest cells.
 */

import type { Column } from './blank-columns.ts'
import type { Cells } from './drawing.ts'
import { writeRule } from './rule.ts'
import { numbersIn } from './widths.ts'

/** The end of a line: cells behind the last one are padded, or nothing is (`trimmed`), or all are (`padded`). */
const LAYOUT =
  /^columns ((?:\d+ )+)apart(?:, indented (\d+))?(?:, right((?: \d+)+))?(?:, (ruled(?: [-=])?(?: (?:full|\d+|\d+(?: \d+)+))?))?(?:, (trimmed|padded))?$/

/** Not said: most commands set their columns so. */
const USUAL = 'columns 3 apart'

/** Wider gaps would be large before they are verified. */
const MAX_GAP = 1000

/** A table as it was found. */
interface Found {
  readonly columns: readonly Column[]
  /** By column: do its cells end where it ends? */
  readonly isRight: readonly boolean[]
  /** The line of dashes under the names. */
  readonly rule: readonly string[] | undefined
  readonly cells: Cells
  readonly end: string
}

export function writeAlignedLayout({ columns, isRight, rule, cells, end }: Found): string {
  const gaps = columns.slice(1).map(({ start }, nth) => start - (columns[nth] as Column).end)
  const indent = columns[0]?.start ?? 0
  const right = isRight.flatMap((is, nth) => (is ? [nth + 1] : []))
  const parts = [
    `columns ${withoutRepeats(gaps).join(' ')} apart`,
    indent > 0 ? `indented ${indent}` : '',
    right.length > 0 ? `right ${right.join(' ')}` : '',
    rule === undefined ? '' : writeRule(rule, cells),
    end,
  ]
  return parts.filter((part) => part !== '' && part !== USUAL).join(', ')
}

/** The last number holds for all columns behind it. */
function withoutRepeats(gaps: readonly number[]): readonly number[] {
  const last = gaps.findLastIndex((gap) => gap !== gaps.at(-1)) + 1
  return gaps.slice(0, last + 1)
}

/** What such words say. */
export interface AlignedLayout {
  /** Behind each column; the last one is that of all others, too. */
  readonly gaps: readonly number[]
  readonly indent: number
  /** Columns, counted from 1. */
  readonly right: ReadonlySet<number>
  /** How the names are ruled, in words. */
  readonly ruled: string | undefined
  readonly end: string | undefined
}

export function readAlignedLayout(layout: string): AlignedLayout | undefined {
  const found = LAYOUT.exec(withUsual(layout))
  if (found === null) return undefined
  const [, apart = '', indented = '0', right = '', ruled, end] = found
  const gaps = numbersIn(apart)
  const indent = Number(indented)
  if (indent > MAX_GAP || gaps.some((gap) => gap > MAX_GAP)) return undefined
  return { gaps, indent, right: new Set(numbersIn(right)), ruled, end }
}

function withUsual(layout: string): string {
  if (layout.startsWith('columns ')) return layout
  return layout === '' ? USUAL : `${USUAL}, ${layout}`
}
