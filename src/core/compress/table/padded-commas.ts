/** Rows with commas and blanks between their cells: a single blank, or as many as set the columns below each other. */

import { ALIGNMENTS, type Alignment, alignTo, readAlignments, writeAlignments } from './alignment.ts'
import { type Cells, certain, type Drawing, MIN_LINES } from './drawing.ts'
import { isNames } from './names.ts'
import { lettersOf } from './width.ts'
import { isBounded, widest } from './widths.ts'

const MIN_CELLS = 3

const LAYOUT = new RegExp(`^commas with (?:blanks|(\\d{1,3}) blanks below each other)${ALIGNMENTS}$`)

export const paddedCommas: Drawing = {
  owns: (layout) => LAYOUT.test(layout),

  read(region) {
    const { lines, at, end } = region
    const first = lines[at] as string
    if (!first.includes(', ') || first.includes('"')) return undefined
    const rows: (readonly string[])[] = []
    const width = first.split(',').length
    for (let next = at; next < end && width >= MIN_CELLS; next++) {
      const cells = (lines[next] as string).split(',')
      if (cells.length !== width || !isPadded(cells, lines[next] as string)) break
      rows.push(cells.map((cell) => cell.trim()))
    }
    if (rows.length < MIN_LINES) return undefined
    const [names = [], ...others] = rows
    // Without names they are sentences.
    if (!isNames(names, others)) return { lines: rows.length }
    const cells: Cells = { names, rows: others }
    return certain(paddedCommas, region, rows.length, layoutsOf(lines.slice(at, at + rows.length), rows, cells))
  },

  draw(layout, { names, rows }) {
    const [isOurs, blanks] = LAYOUT.exec(layout) ?? []
    if (isOurs === undefined) return undefined
    const texts = names === undefined ? rows : [names, ...rows]
    if (blanks === undefined) return texts.map((row) => row.join(', '))
    const widths = widest(texts, rows[0]?.length ?? 0, lettersOf)
    if (!isBounded(texts.length, widths)) return undefined
    const alignments = readAlignments(layout)
    const gap = ' '.repeat(Number(blanks))
    return texts.map((row) => drawRow(row, { widths, alignments, gap }))
  },
}

/** A blank after every comma, and no quotation mark. */
function isPadded(cells: readonly string[], line: string): boolean {
  return !line.includes('"') && cells.every((cell, nth) => nth === 0 || cell.startsWith(' '))
}

interface Layout {
  readonly widths: readonly number[]
  readonly alignments: ReadonlyMap<number, Alignment>
  readonly gap: string
}

/** The comma stands at the cell: blanks of a cell on the left follow it. */
function drawRow(row: readonly string[], { widths, alignments, gap }: Layout): string {
  const last = row.length - 1
  const cells = row.map((cell, nth) => {
    const width = widths[nth] as number
    if (alignments.get(nth) === 'right') return cell.padStart(width) + (nth < last ? `,${gap}` : '')
    return nth < last ? alignTo(`${cell},`, width + 1, 'left') + gap : cell
  })
  return cells.join('')
}

function* layoutsOf(
  lines: readonly string[],
  rows: readonly (readonly string[])[],
  cells: Cells,
): Generator<{ layout: string; cells: Cells }> {
  yield { layout: 'commas with blanks', cells }
  const gaps = lines.flatMap((line) => Array.from(line.matchAll(/, +/g), ([gap]) => gap.length - 1))
  const gap = gaps.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY)
  const left = rows[0]?.map((): Alignment => 'left') ?? []
  yield { layout: `commas with ${gap} blanks below each other`, cells }
  const ends = lines.map(endsOfCells)
  const right = left.map((_, nth): Alignment => (ends.every((of) => of[nth] === ends[0]?.[nth]) ? 'right' : 'left'))
  yield { layout: `commas with ${gap} blanks below each other${writeAlignments(right)}`, cells }
}

/** Where the cells of a line end. */
function endsOfCells(line: string): readonly number[] {
  return [...Array.from(line.matchAll(/,/g), ({ index }) => index), line.length]
}
