/** Columns with the same cell in all rows: the cell is said once in the head, `STATUS=Running`. */

import { guessTokens } from '../lines/cost.ts'
import type { Cells } from './drawing.ts'
import { quoted, readRecord } from './record.ts'

/** What the item costs beside its cell. */
const ITEM_COST = 3

/** A cell that would be read as a part of the head is quoted. */
const SPECIAL = /[",;=[\]]|^ | $|^$/

export interface Constants {
  /** The cells as they are written in the head, `READY=1/1, STATUS=Running`; '' for none. */
  readonly constants: string
  /** Their columns, counted from 1, `2-3 5`. */
  readonly places: string
  /** The table without them. */
  readonly cells: Cells
}

/** The table without the columns that have the same cell in all rows. One column stays. */
export function takeConstants({ names, rows }: Cells): Constants {
  const [first = [], ...others] = rows
  const all = first.flatMap((cell, nth) => (isWorth(cell, nth, { names, rows: others }) ? [nth] : []))
  const taken = new Set(all.length === first.length ? all.slice(1) : all)
  const without = (row: readonly string[]): readonly string[] => row.filter((_, nth) => !taken.has(nth))
  return {
    constants: Array.from(taken, (nth) => writeItem(names?.[nth], first[nth] as string)).join(', '),
    places: writePlaces(Array.from(taken, (nth) => nth + 1)),
    cells: taken.size === 0 ? { names, rows } : { names: names && without(names), rows: rows.map(without) },
  }
}

/** The table with those columns again; undefined when the texts do not fit it. */
export function putConstants({ constants, places, cells }: Constants): Cells | undefined {
  if (constants === '') return cells
  const at = readPlaces(places)
  const items = readRecord(constants, ', ')
  if (at === undefined || items?.length !== at.length) return undefined
  const hasNames = cells.names !== undefined
  if (hasNames && !items.every((item) => item.includes('='))) return undefined
  const names = items.map((item) => item.slice(0, item.indexOf('=')))
  const values = hasNames ? items.map((item) => item.slice(item.indexOf('=') + 1)) : items
  return {
    names: cells.names && withCells(cells.names, names, at),
    rows: cells.rows.map((row) => withCells(row, values, at)),
  }
}

function isWorth(cell: string, nth: number, { names, rows }: Cells): boolean {
  if (names?.[nth]?.includes('=') || !rows.every((row) => row[nth] === cell)) return false
  return rows.length * (guessTokens(cell) + 1) > ITEM_COST
}

function writeItem(name: string | undefined, cell: string): string {
  const item = name === undefined ? cell : `${name}=${cell}`
  return SPECIAL.test(cell) || (name !== undefined && SPECIAL.test(name)) ? quoted(item) : item
}

/** Ascending numbers, runs of three or more with a dash: `1 3-5`. */
function writePlaces(places: readonly number[]): string {
  const runs: [number, number][] = []
  for (const place of places) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === place - 1) last[1] = place
    else runs.push([place, place])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' ')
}

/** More columns than a block has units are none. */
const MAX_COLUMNS = 100_000

function readPlaces(text: string): readonly number[] | undefined {
  const places: number[] = []
  for (const run of text.split(' ')) {
    const [from = 0, to = from] = run.split('-').map(Number)
    if (to > MAX_COLUMNS) return undefined
    for (let place = from; place <= to; place++) places.push(place)
  }
  return places
}

function withCells(row: readonly string[], cells: readonly string[], places: readonly number[]): readonly string[] {
  const all: string[] = []
  let next = 0
  for (let nth = 0; nth < row.length || next < places.length; ) {
    if (places[next] === all.length + 1) all.push(cells[next++] as string)
    else if (nth < row.length) all.push(row[nth++] as string)
    else break
  }
  return all
}
