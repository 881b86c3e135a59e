/** Draws a table with blanks between its columns. */

import { type AlignedLayout, readAlignedLayout } from './aligned-layout.ts'
import type { Cells } from './drawing.ts'
import { ruleOf } from './rule.ts'
import { isBounded, widest } from './widths.ts'

/** @returns undefined when the layout is another drawing's, or for another number of columns */
export function drawAligned(layout: string, { names, rows }: Cells): readonly string[] | undefined {
  const read = readAlignedLayout(layout)
  const count = rows[0]?.length ?? 0
  if (read === undefined || read.gaps.length > Math.max(1, count - 1)) return undefined
  const texts = names === undefined ? rows : [names, ...rows]
  const written = widest(texts, count)
  const rule = read.ruled === undefined || names === undefined ? undefined : ruleOf(read.ruled, names, written)
  const widths = written.map((width, nth) => Math.max(width, rule?.[nth]?.length ?? 0))
  const padded = widths.map((width, nth) => width + (nth + 1 < count ? gapBehind(read, nth) : 0))
  if (!isBounded(texts.length, read.end === 'padded' ? padded : padded.slice(0, -1))) return undefined
  const drawn = texts.map((row) => drawRow(row, { read, widths, padded }))
  return rule === undefined ? drawn : [...drawn.slice(0, 1), drawRow(rule, { read, widths, padded }), ...drawn.slice(1)]
}

function gapBehind({ gaps }: AlignedLayout, nth: number): number {
  return gaps[nth] ?? gaps.at(-1) ?? 0
}

interface Columns {
  readonly read: AlignedLayout
  readonly widths: readonly number[]
  /** The widths with the gaps behind them. */
  readonly padded: readonly number[]
}

function drawRow(row: readonly string[], { read, widths, padded }: Columns): string {
  let line = ' '.repeat(read.indent)
  for (const [nth, cell] of row.entries()) {
    const text = read.right.has(nth + 1) && cell !== '' ? cell.padStart(widths[nth] as number) : cell
    const isOpen = nth + 1 === row.length && read.end !== 'padded'
    line += isOpen ? text : text.padEnd(padded[nth] as number)
  }
  return read.end === 'trimmed' ? line.trimEnd() : line
}
