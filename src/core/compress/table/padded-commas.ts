/** Rows with commas and blanks between their cells: a single blank, or as many as set the columns below each other. */

import { ALIGNMENTS, type Alignment, alignTo, readAlignments, writeAlignments } from './alignment.ts'
import { type Cells, certain, type Drawing, MIN_LINES } from './drawing.ts'
import { isNames } from './names.ts'
import { lettersOf } from './width.ts'
import { isBounded, numbersIn, widest } from './widths.ts'

const MIN_CELLS = 3

const LAYOUT = new RegExp(
  `^commas with (?:blanks|(\\d{1,3}(?: \\d{1,3})*) blanks below each other)${ALIGNMENTS}(, text quoted)?$`,
)

const QUOTED = /^"[^"]*"$/
const NUMBER = /^-?\d+(?:\.\d+)?$/

export const paddedCommas: Drawing = {
  gap: /, /g,

  owns: (layout) => LAYOUT.test(layout),

  read(region) {
    const { lines, at, end } = region
    const first = lines[at] as string
    if (!first.includes(', ')) return undefined
    const rows: (readonly string[])[] = []
    const width = first.split(',').length
    for (let next = at; next < end && width >= MIN_CELLS; next++) {
      const cells = (lines[next] as string).split(',')
      if (cells.length !== width || !isPadded(cells)) break
      rows.push(cells.map((cell) => cell.trim()))
    }
    if (rows.length < MIN_LINES) return undefined
    const isQuoted = rows.some((row) => row.some((cell) => QUOTED.test(cell)))
    const bare = isQuoted ? rows.map((row) => row.map((cell) => (QUOTED.test(cell) ? cell.slice(1, -1) : cell))) : rows
    const [names = [], ...others] = bare
    // Without names they are sentences.
    if (!isNames(names, others)) return { lines: rows.length }
    const cells: Cells = { names, rows: others }
    const layouts = layoutsOf(lines.slice(at, at + rows.length), rows)
    const quotes = isQuoted ? ', text quoted' : ''
    const tables = Array.from(layouts, (layout) => ({ layout: layout + quotes, cells }))
    return certain(paddedCommas, region, rows.length, tables)
  },

  draw(layout, { names, rows }) {
    const [isOurs, blanks, quotes] = LAYOUT.exec(layout) ?? []
    if (isOurs === undefined || names === undefined) return undefined
    const bare = [names, ...rows]
    const texts =
      quotes === undefined ? bare : bare.map((row) => row.map((cell) => (NUMBER.test(cell) ? cell : `"${cell}"`)))
    if (blanks === undefined) return texts.map((row) => row.join(', '))
    const widths = widest(texts, rows[0]?.length ?? 0, lettersOf)
    if (!isBounded(texts.length, widths)) return undefined
    const alignments = readAlignments(layout)
    const gaps = numbersIn(blanks)
    if (!isBounded(texts.length, gaps)) return undefined
    return texts.map((row) => drawRow(row, { widths, alignments, gaps }))
  },
}

/** A blank after every comma, and quotation marks only around a whole cell. */
function isPadded(cells: readonly string[]): boolean {
  return cells.every((cell, nth) => {
    return (nth === 0 || cell.startsWith(' ')) && (!cell.includes('"') || QUOTED.test(cell.trim()))
  })
}

interface Layout {
  readonly widths: readonly number[]
  readonly alignments: ReadonlyMap<number, Alignment>
  /** The blanks between the columns, of one number in all gaps or of one for each. */
  readonly gaps: readonly number[]
}

/** The comma stands at the cell: blanks of a cell on the left follow it. */
function drawRow(row: readonly string[], { widths, alignments, gaps }: Layout): string {
  const last = row.length - 1
  const cells = row.map((cell, nth) => {
    const width = widths[nth] as number
    const gap = ' '.repeat(gaps[nth] ?? gaps[0] ?? 0)
    if (alignments.get(nth) === 'right') return cell.padStart(width) + (nth < last ? `,${gap}` : '')
    return nth < last ? alignTo(`${cell},`, width + 1, 'left') + gap : cell
  })
  return cells.join('')
}

/** @param rows the cells as they stand in the lines, with their quotation marks */
function* layoutsOf(lines: readonly string[], rows: readonly (readonly string[])[]): Generator<string> {
  yield 'commas with blanks'
  const first = rows[0] ?? []
  const ends = lines.map(endsOfCells)
  const widths = widest(rows, first.length, lettersOf)
  const left = first.map((): Alignment => 'left')
  const right = left.map((_, nth): Alignment => (ends.every((of) => of[nth] === ends[0]?.[nth]) ? 'right' : 'left'))
  for (const alignments of [left, right]) {
    const begins = first.map((cell, nth) => {
      return (ends[0]?.[nth] as number) - (alignments[nth] === 'right' ? (widths[nth] as number) : lettersOf(cell))
    })
    const gaps = begins.slice(1).map((begin, nth) => begin - (begins[nth] as number) - (widths[nth] as number) - 1)
    if (gaps.some((gap) => gap < 0)) continue
    const blanks = new Set(gaps).size === 1 ? gaps[0] : gaps.join(' ')
    yield `commas with ${blanks} blanks below each other${writeAlignments(alignments)}`
  }
}

/** Where the cells of a line end. */
function endsOfCells(line: string): readonly number[] {
  return [...Array.from(line.matchAll(/,/g), ({ index }) => index), line.length]
}
