/** Cells padded to the width of their column: left, right, in the middle. */

import { hasWide, lettersOf, type Measure } from './width.ts'

export type Alignment = 'left' | 'right' | 'center' | 'middle'

/** A cell with blanks up to a width. An odd blank is on the right; of an even cell in the middle, on the left. */
export function alignTo(cell: string, width: number, how: Alignment, measure: Measure = lettersOf): string {
  const blanks = width - measure(cell)
  if (blanks <= 0) return cell
  const before = how === 'left' ? 0 : how === 'right' ? blanks : Math.floor((blanks + oddBlank(cell, how)) / 2)
  return ' '.repeat(before) + cell + ' '.repeat(blanks - before)
}

function oddBlank(cell: string, how: Alignment): number {
  return how === 'middle' && cell.length % 2 === 0 ? 1 : 0
}

/** In the order of preference: in a column whose cells are all as wide, every one fits. */
const ALL: readonly Alignment[] = ['left', 'right', 'center', 'middle']

/**
 * How the cells of a column are aligned, each with the blanks that pad it; the name, too, where that is possible.
 * Numbers that stand with their points below each other are on the right, and keep the blanks behind them.
 */
export function alignmentOf(cells: readonly string[], name: string): Alignment {
  const fitting = ALL.filter((how) => cells.every((cell) => isAligned(cell, how)))
  return fitting.find((how) => isAligned(name, how)) ?? fitting[0] ?? 'right'
}

function isAligned(padded: string, how: Alignment): boolean {
  const cell = padded.trim()
  if (cell === '' || cell === padded) return true
  if (how === 'left') return !padded.startsWith(' ')
  if (how === 'right') return !padded.endsWith(' ')
  return hasWide(cell) || alignTo(cell, lettersOf(padded), how) === padded
}

/** Alignments in words, `, right 2 3, center 4`; left is not said. */
export function writeAlignments(alignments: readonly Alignment[]): string {
  return (['right', 'center', 'middle'] as const)
    .map((how) => {
      const columns = alignments.flatMap((is, nth) => (is === how ? [nth + 1] : []))
      return columns.length === 0 ? '' : `, ${how} ${columns.join(' ')}`
    })
    .join('')
}

/** Of a layout, the part that `writeAlignments` wrote, by column from 0. */
export function readAlignments(layout: string): ReadonlyMap<number, Alignment> {
  const alignments = new Map<number, Alignment>()
  for (const [, how, columns = ''] of layout.matchAll(/, (right|center|middle)((?: \d+)+)/g)) {
    for (const column of columns.trim().split(' ')) alignments.set(Number(column) - 1, how as Alignment)
  }
  return alignments
}

/** What `writeAlignments` writes, as a part of a regular expression. */
export const ALIGNMENTS = '(?:, (?:right|center|middle)(?: \\d+)+){0,3}'
