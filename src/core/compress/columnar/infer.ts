/** Finds the columns that objects in the same place share. */

import { kindOf, NONE } from '../../json/index.ts'
import { cellsOf, commonKeys, constantOf, type Fit } from './columns.ts'
import { type Column, isConstantColumn, leavesOf, type Shape } from './shape.ts'
import { childrenOf, literalOf, type Source } from './source.ts'

/** The properties of a table notation that decide which tables it saves. */
export interface Layout {
  /** When fewer objects have a key, its empty cells cost more than it saves: those objects stay objects. */
  readonly minPresence: number
  /** UTF-16 units of a cell for a missing key, comma included. */
  readonly absentUnits: number
  /** UTF-16 units of a table without its names and rows. */
  readonly tableUnits: number
  /** Are the cells of an inner object part of the row itself? Then every row must have that object or lack all of it. */
  readonly isFlat: boolean
  /** Does the head say a value that all rows have? A whole record is then read from two places. */
  readonly hasConstants: boolean
}

/** The place of a value: a row or item of its own, or inside every row, or inside some rows. */
type Standing = 'apart' | 'in every row' | 'in some rows'

export interface Inferred {
  readonly shape: Shape
  /** UTF-16 units saved, compared with the values as they are. */
  readonly saved: number
}

/** `{}` or `[]` around the names of an inner object or list. */
const SHAPE_UNITS = 2
const MAP_UNITS = 8

/**
 * The shape of values in the same place of several rows; undefined when they share none.
 * @param standing the place of the values
 */
export function inferShape(
  source: Source,
  values: readonly number[],
  layout: Layout,
  standing: Standing = 'apart',
): Inferred | undefined {
  const { tape } = source
  if (values.some((value) => kindOf(tape, value) === 'array')) return inferList(source, values, layout)
  const objects = values.filter((value) => kindOf(tape, value) === 'object')
  if (objects.length < 2) return undefined
  const keys = commonKeys(source, objects, layout.minPresence)
  if (keys.length === 0) return inferMap(source, objects, layout)
  return inferColumns({ source, layout, kind: 'object', standing }, values, keys)
}

/** The shape of an object whose values are similar objects: a table with a row for each key. */
export function inferMap(source: Source, objects: readonly number[], layout: Layout): Inferred | undefined {
  const members = objects.flatMap((object) => childrenOf(source.tape, object))
  const values = members.filter((_, i) => i % 2 === 1)
  if (values.length < 2 || values.some((value) => kindOf(source.tape, value) !== 'object')) return undefined
  const keys = commonKeys(source, values, layout.minPresence)
  const names = members.filter((_, i) => i % 2 === 0)
  const place = { source, layout, kind: 'map', standing: 'apart', names } as const
  const inferred = keys.length === 0 ? undefined : inferColumns(place, values, keys)
  return inferred && { ...inferred, saved: inferred.saved - MAP_UNITS }
}

interface Place {
  readonly source: Source
  readonly layout: Layout
  readonly kind: Shape['kind']
  readonly standing: Standing
  /** For a map: the key of each value. */
  readonly names?: readonly number[]
}

function inferList(source: Source, values: readonly number[], layout: Layout): Inferred | undefined {
  const { tape } = source
  const lists = values
    .filter((value) => kindOf(tape, value) === 'array')
    .map((list) => ({ list, items: childrenOf(tape, list) }))
  // Empty, or nested too deep for the tape.
  if (lists.some(({ list, items }) => items.length === 0 && literalOf(source, list) !== '[]')) return undefined
  const items = lists.flatMap((list) => list.items)
  // In a place for an object, an array would be read as its row.
  if (items.some((item) => kindOf(tape, item) === 'array')) return undefined
  const objects = items.filter((item) => kindOf(tape, item) === 'object')
  if (objects.length < 2) return undefined
  const keys = commonKeys(source, objects, layout.minPresence)
  return inferColumns({ source, layout, kind: 'list', standing: 'apart' }, items, keys)
}

function inferColumns(place: Place, values: readonly number[], keys: readonly string[]): Inferred | undefined {
  const { layout, kind } = place
  const fits = fitsOf(place, values, keys)
  const isInRow = layout.isFlat && kind === 'object' && place.standing !== 'apart'
  if (fits.length < 2 || (isInRow && fits.length < values.length)) return undefined
  const isEvery = place.standing === 'in every row' && fits.length === values.length
  const drafts = keys.map((name, at) => draftOf({ ...place, name, at }, fits, !isInRow || isEvery))
  const isConstant =
    isEvery && drafts.every(({ column, constant }) => constant !== undefined || isConstantColumn(column))
  // In a flat row an object with cells exists when one of the cells is not empty.
  const isLifted = !isInRow || isConstant || fits.every((fit) => hasCellOfItsOwn(place.source, fit, drafts))
  const columns = drafts.map(({ column, constant }): Column => {
    return isLifted && constant !== undefined ? { name: column.name, constant } : column
  })
  const shape = { kind, columns: isConstant ? columns : withVariable(columns) }
  const saved = drafts.map((draft) => draft.saved + (isLifted ? (draft.constant?.length ?? -1) + 1 : 0) * fits.length)
  if (!isTold(shape, fits, layout)) return undefined
  return { shape, saved: saved.reduce((sum, units) => sum + units, -SHAPE_UNITS) }
}

/** A column with cells, and its replacement in the head when it needs none. */
interface ColumnDraft {
  readonly column: Column
  readonly constant: string | undefined
  /** UTF-16 units saved by the column. */
  readonly saved: number
}

/** @param isEvery does every row that has the column's objects have all of them? */
function draftOf(
  { source, layout, name, at }: Place & { readonly name: string; readonly at: number },
  fits: readonly Fit[],
  isEvery: boolean,
): ColumnDraft {
  const present: number[] = []
  let absent = 0
  for (const { cells } of fits) {
    const cell = cells[at]
    if (cell === NONE) absent++
    else if (cell !== undefined) present.push(cell)
  }
  const saved = present.length * (name.length + 3) - absent * layout.absentUnits - (name.length + 1)
  const constant = constantOf(source, fits, { at, hasConstants: layout.hasConstants })
  if (constant !== undefined) return { column: { name }, constant, saved }
  const isInEvery = isEvery && present.length === fits.length
  const inner = inferShape(source, present, layout, isInEvery ? 'in every row' : 'in some rows')
  if (inner === undefined || inner.saved <= 0) return { column: { name }, constant, saved }
  return { column: { name, shape: inner.shape }, constant, saved: saved + inner.saved }
}

/** The objects that have only these keys, in this order. */
function fitsOf({ source, names }: Place, values: readonly number[], keys: readonly string[]): Fit[] {
  const fits: Fit[] = []
  for (const [i, value] of values.entries()) {
    const cells = kindOf(source.tape, value) === 'object' ? cellsOf(source, keys, value) : undefined
    if (cells !== undefined) fits.push({ cells, name: names?.[i] })
  }
  return fits
}

function hasCellOfItsOwn(source: Source, { cells }: Fit, drafts: readonly ColumnDraft[]): boolean {
  return cells.some((cell, at) => {
    return cell !== NONE && drafts[at]?.constant === undefined && kindOf(source.tape, cell) !== 'object'
  })
}

/** A row must have at least one cell: when all columns are constants, the first one is written as a cell. */
function withVariable(columns: readonly Column[]): readonly Column[] {
  const [first, ...others] = columns
  if (first === undefined || !columns.every(isConstantColumn)) return columns
  const { name, shape } = first
  return [
    shape === undefined ? { name } : { name, shape: { ...shape, columns: withVariable(shape.columns) } },
    ...others,
  ]
}

/** A list of one row with one empty cell would be read as an empty list. */
function isTold({ kind, columns }: Shape, fits: readonly Fit[], { isFlat }: Layout): boolean {
  if (!isFlat || leavesOf({ kind, columns }) > 1) return true
  return fits.every(({ cells }) => cells.length === columns.length && !cells.includes(NONE))
}
