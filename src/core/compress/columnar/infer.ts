/** Finds what objects that stand in one place have in common: the columns of their table. */

import { kindOf, NONE } from '../../json/index.ts'
import { cellsOf, commonKeys, constantOf, type Fit } from './columns.ts'
import { type Column, isConstantColumn, leavesOf, type Shape } from './shape.ts'
import { childrenOf, literalOf, type Source } from './source.ts'

/** What a way of writing tables makes of them. */
export interface Layout {
  /** A key that a smaller share of the objects have costs the other rows more than it saves: those objects stay objects. */
  readonly minPresence: number
  /** UTF-16 units of a cell whose key the object does not have, comma included. */
  readonly absentUnits: number
  /** UTF-16 units of a table beside its names and rows. */
  readonly tableUnits: number
  /** Do the cells of an inner object stand in the row itself? Then every row must have that object or lack all of it. */
  readonly isFlat: boolean
}

/** As a row or item of its own, or inside of a row: of every one, or of some. */
type Standing = 'apart' | 'in every row' | 'in some rows'

export interface Inferred {
  readonly shape: Shape
  /** UTF-16 units saved against writing the values as they are. */
  readonly saved: number
}

/** `{}` or `[]` around an inner object's or list's names. */
const SHAPE_UNITS = 2
const MAP_UNITS = 8

/**
 * The shape of values that stand in the same place of several rows; undefined when they have none.
 * @param standing where the values stand
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

/** The shape of an object whose values are objects that are alike, named by their keys: a table with a row for each. */
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
  /** Of a map: each value's key. */
  readonly names?: readonly number[]
}

function inferList(source: Source, values: readonly number[], layout: Layout): Inferred | undefined {
  const { tape } = source
  const lists = values
    .filter((value) => kindOf(tape, value) === 'array')
    .map((list) => ({ list, items: childrenOf(tape, list) }))
  // Empty, or nested too deep to be seen.
  if (lists.some(({ list, items }) => items.length === 0 && literalOf(source, list) !== '[]')) return undefined
  const items = lists.flatMap((list) => list.items)
  // Where an object may stand, an array is read as its row.
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
  // In a flat row an object that has cells is there when one of them is.
  const isLifted = !isInRow || isConstant || fits.every((fit) => hasCellOfItsOwn(place.source, fit, drafts))
  const columns = drafts.map(({ column, constant }): Column => {
    return isLifted && constant !== undefined ? { name: column.name, constant } : column
  })
  const shape = { kind, columns: isConstant ? columns : withVariable(columns) }
  const saved = drafts.map((draft) => draft.saved + (isLifted ? (draft.constant?.length ?? -1) + 1 : 0) * fits.length)
  if (!isTold(shape, fits, layout)) return undefined
  return { shape, saved: saved.reduce((sum, units) => sum + units, -SHAPE_UNITS) }
}

/** A column as it is when it has cells, and what would stand in its head instead. */
interface ColumnDraft {
  readonly column: Column
  readonly constant: string | undefined
  /** UTF-16 units saved by the column. */
  readonly saved: number
}

/** @param isEvery does every row have the objects of this column, where it has all of them? */
function draftOf(
  { source, layout, name, at }: Place & { readonly name: string; readonly at: number },
  fits: readonly Fit[],
  isEvery: boolean,
): ColumnDraft {
  const present = fits.flatMap(({ cells }) => (cells[at] === undefined || cells[at] === NONE ? [] : [cells[at]]))
  const absent = fits.filter(({ cells }) => cells[at] === NONE).length
  const saved = present.length * (name.length + 3) - absent * layout.absentUnits - (name.length + 1)
  const constant = constantOf(source, fits, at)
  if (constant !== undefined) return { column: { name }, constant, saved }
  const isInEvery = isEvery && present.length === fits.length
  const inner = inferShape(source, present, layout, isInEvery ? 'in every row' : 'in some rows')
  if (inner === undefined || inner.saved <= 0) return { column: { name }, constant, saved }
  return { column: { name, shape: inner.shape }, constant, saved: saved + inner.saved }
}

/** The objects that have no other keys than these, in this order. */
function fitsOf({ source, names }: Place, values: readonly number[], keys: readonly string[]): Fit[] {
  return values.flatMap((value, i) => {
    const cells = kindOf(source.tape, value) === 'object' ? cellsOf(source, keys, value) : undefined
    return cells === undefined ? [] : [{ cells, name: names?.[i] }]
  })
}

function hasCellOfItsOwn(source: Source, { cells }: Fit, drafts: readonly ColumnDraft[]): boolean {
  return cells.some((cell, at) => {
    return cell !== NONE && drafts[at]?.constant === undefined && kindOf(source.tape, cell) !== 'object'
  })
}

/** A row says something: when all columns are constants, the first one is not. */
function withVariable(columns: readonly Column[]): readonly Column[] {
  const [first, ...others] = columns
  if (first === undefined || !columns.every(isConstantColumn)) return columns
  const { name, shape } = first
  return [
    shape === undefined ? { name } : { name, shape: { ...shape, columns: withVariable(shape.columns) } },
    ...others,
  ]
}

/** A list of one row with one empty cell would read as an empty list. */
function isTold({ kind, columns }: Shape, fits: readonly Fit[], { isFlat }: Layout): boolean {
  if (!isFlat || leavesOf({ kind, columns }) > 1) return true
  return fits.every(({ cells }) => cells.length === columns.length && !cells.includes(NONE))
}
