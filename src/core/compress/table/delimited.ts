/** Rows with commas, semicolons or tabs between their cells (RFC 4180). */

import { type Cells, certain, type Drawing, type Found, MIN_LINES, type Region } from './drawing.ts'
import { isNames } from './names.ts'
import { quoted, readRecord, writeField } from './record.ts'

/** Fewer cells are a sentence. */
const MIN_CELLS = 3

/** Fewer rows without names are, too; with commas or semicolons, any number of them. */
const MIN_UNNAMED = 6

export const commas: Drawing = delimitedBy(',', 'commas')
export const semicolons: Drawing = delimitedBy(';', 'semicolons')
export const tabs: Drawing = delimitedBy('\t', 'tabs')

/** Which fields are quoted that need not be. */
const QUOTED = /^(all|values|text) quoted$/

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/** @param name what a layout says of it */
function delimitedBy(separator: string, name: string): Drawing {
  const begins = `${name}, `
  const quotesIn = (layout: string): string | undefined => {
    if (layout === name) return ''
    return layout.startsWith(begins) ? QUOTED.exec(layout.slice(begins.length))?.[1] : undefined
  }
  const drawing: Drawing = {
    gap: new RegExp(separator, 'g'),
    owns: (layout) => quotesIn(layout) !== undefined,
    read: (region) => readDelimited(region, separator, name, drawing),
    draw(layout, { names, rows }) {
      const quotes = quotesIn(layout)
      const all = (cells: readonly string[]): string => cells.map(quoted).join(separator)
      const some = (cells: readonly string[]): string =>
        cells.map((cell) => writeField(cell, separator)).join(separator)
      const text = (cells: readonly string[]): string =>
        cells.map((cell) => (NUMBER.test(cell) ? cell : quoted(cell))).join(separator)
      const head = names === undefined ? [] : [quotes === '' || quotes === 'values' ? some(names) : all(names)]
      return [...head, ...rows.map(quotes === '' ? some : quotes === 'text' ? text : all)]
    },
  }
  return drawing
}

function readDelimited(region: Region, separator: string, name: string, drawing: Drawing): Found | undefined {
  const { lines, at, end } = region
  if (!lines[at]?.includes(separator)) return undefined
  const { rows, isOpen } = rowsOf(region, separator)
  if (rows.length < MIN_LINES) return undefined
  // A field goes on in the next line: such a table is left alone, with all that follows.
  if (isOpen) return { lines: end - at }
  const [first = [], ...others] = rows
  const hasNames = isNames(first, others)
  if (!hasNames && (separator !== '\t' || rows.length < MIN_UNNAMED)) return { lines: rows.length }
  const cells: Cells = hasNames ? { names: first, rows: others } : { names: undefined, rows }
  const layouts = [name, ...['all quoted', 'values quoted', 'text quoted'].map((how) => `${name}, ${how}`)]
  return certain(
    drawing,
    region,
    rows.length,
    layouts.map((layout) => ({ layout, cells })),
  )
}

/** The rows with as many cells as the first; `isOpen` when a line behind them ends within quotation marks. */
function rowsOf({ lines, at, end }: Region, separator: string): { rows: (readonly string[])[]; isOpen: boolean } {
  const rows: (readonly string[])[] = []
  for (let next = at; next < end; next++) {
    const cells = readRecord(lines[next] as string, separator)
    if (cells === undefined) return { rows, isOpen: true }
    if (cells.length < MIN_CELLS || cells.length !== (rows[0] ?? cells).length) break
    rows.push(cells)
  }
  return { rows, isOpen: false }
}
