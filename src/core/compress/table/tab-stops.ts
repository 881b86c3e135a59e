/** Rows with as many tabs between their cells as set the columns below each other. */

import { type Cells, certain, type Drawing, MIN_LINES } from './drawing.ts'
import { isNames } from './names.ts'
import { lettersOf } from './width.ts'
import { widest } from './widths.ts'

const LAYOUT = /^tab stops(?: of ([24]))?$/

const MIN_CELLS = 2

/** Fewer rows without names are no table. */
const MIN_UNNAMED = 6

export const tabStops: Drawing = {
  gap: /\t+/g,

  owns: (layout) => LAYOUT.test(layout),

  read(region) {
    const { lines, at, end } = region
    if (!(lines[at] as string).includes('\t')) return undefined
    const rows: (readonly string[])[] = []
    for (let next = at; next < end; next++) {
      const cells = (lines[next] as string).split(/\t+/)
      if (cells.length < MIN_CELLS || cells.length !== (rows[0] ?? cells).length || cells.includes('')) break
      rows.push(cells)
    }
    if (rows.length < MIN_LINES || !lines.slice(at, at + rows.length).some((line) => line.includes('\t\t')))
      return undefined
    const [first = [], ...others] = rows
    const hasNames = isNames(first, others)
    const cells: Cells = hasNames ? { names: first, rows: others } : { names: undefined, rows }
    const layouts = ['tab stops', 'tab stops of 4', 'tab stops of 2'].map((layout) => ({ layout, cells }))
    const found = certain(tabStops, region, rows.length, layouts)
    // Two tabs may also stand for an empty cell.
    return found.table === undefined || (!hasNames && rows.length < MIN_UNNAMED) ? undefined : found
  },

  draw(layout, { names, rows }) {
    const [isOurs, size = '8'] = LAYOUT.exec(layout) ?? []
    if (isOurs === undefined) return undefined
    const texts = names === undefined ? rows : [names, ...rows]
    const stopsIn = (width: number): number => Math.floor(width / Number(size))
    const stops = widest(texts, rows[0]?.length ?? 0, lettersOf).map(stopsIn)
    const tabs = texts.length * stops.reduce((sum, count) => sum + count, 0)
    if (tabs > MAX_TABS) return undefined
    return texts.map((row) => {
      const padded = row.slice(0, -1).map((cell, nth) => {
        return cell + '\t'.repeat((stops[nth] as number) + 1 - stopsIn(lettersOf(cell)))
      })
      return padded.join('') + row.at(-1)
    })
  },
}

/** No more are drawn for a form. */
const MAX_TABS = 100_000
