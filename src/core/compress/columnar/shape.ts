/** What objects that stand in one place have in common: the columns of their table. */

import { kindOf, NONE } from '../../json/index.ts'
import { cellsOf, commonKeys, constantOf, type Fit } from './columns.ts'
import { childrenOf, literalOf, type Source } from './source.ts'

/** What stands in one place of every row: an object's columns, a list of such objects, or an object whose values are such. */
export interface Shape {
  readonly kind: 'object' | 'list' | 'map'
  readonly columns: readonly Column[]
}

export interface Column {
  /** The key as it stands between its quotes. */
  readonly name: string
  /** Of values that are alike in every row; undefined for values written as they are. */
  readonly shape?: Shape
  /** The literal that every row has, or `(key)` where each row's value repeats its key in the map. */
  readonly constant?: string
}

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

export interface Inferred {
  readonly shape: Shape
  /** UTF-16 units saved against writing the values as they are. */
  readonly saved: number
}

/** The value of a column that repeats the row's key. */
export const SAME_AS_KEY = '(key)'

/** `{}` or `[]` around an inner object's or list's names. */
const SHAPE_UNITS = 2
const MAP_UNITS = 8

/**
 * The shape of values that stand in the same place of several rows; undefined when they have none.
 * @param isInner do the values stand in the rows of another table?
 */
export function inferShape(
  source: Source,
  values: readonly number[],
  layout: Layout,
  isInner = false,
): Inferred | undefined {
  const { tape } = source
  if (values.some((value) => kindOf(tape, value) === 'array')) return inferList(source, values, layout)
  const objects = values.filter((value) => kindOf(tape, value) === 'object')
  if (objects.length < 2) return undefined
  const keys = commonKeys(source, objects, layout.minPresence)
  if (keys.length === 0) return inferMap(source, objects, layout)
  return inferColumns({ source, layout, kind: 'object', isInner }, values, keys)
}

/** The shape of an object whose values are objects that are alike, named by their keys: a table with a row for each. */
export function inferMap(source: Source, objects: readonly number[], layout: Layout): Inferred | undefined {
  const members = objects.flatMap((object) => childrenOf(source.tape, object))
  const values = members.filter((_, i) => i % 2 === 1)
  if (values.length < 2 || values.some((value) => kindOf(source.tape, value) !== 'object')) return undefined
  const keys = commonKeys(source, values, layout.minPresence)
  const names = members.filter((_, i) => i % 2 === 0)
  const place = { source, layout, kind: 'map', isInner: false, names } as const
  const inferred = keys.length === 0 ? undefined : inferColumns(place, values, keys)
  return inferred && { ...inferred, saved: inferred.saved - MAP_UNITS }
}

interface Place {
  readonly source: Source
  readonly layout: Layout
  readonly kind: Shape['kind']
  readonly isInner: boolean
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
  return inferColumns({ source, layout, kind: 'list', isInner: false }, items, keys)
}

function inferColumns(place: Place, values: readonly number[], keys: readonly string[]): Inferred | undefined {
  const { source, layout } = place
  const fits: Fit[] = []
  for (const [i, value] of values.entries()) {
    const cells = kindOf(source.tape, value) === 'object' ? cellsOf(source, keys, value) : undefined
    if (cells !== undefined) fits.push({ cells, name: place.names?.[i] })
  }
  const isInRow = layout.isFlat && place.isInner && place.kind === 'object'
  if (fits.length < 2 || (isInRow && fits.length < values.length)) return undefined
  const constants = keys.map((_, at) => constantOf(source, fits, at))
  // In a flat row an object is there when one of its cells is.
  const isLifted = !isInRow || fits.every(({ cells }) => hasCellOfItsOwn(source, cells, constants))
  let saved = -SHAPE_UNITS
  const columns = keys.map((name, at): Column => {
    const present = fits.flatMap(({ cells }) => (cells[at] === undefined || cells[at] === NONE ? [] : [cells[at]]))
    const absent = fits.filter(({ cells }) => cells[at] === NONE).length
    saved += present.length * (name.length + 3) - absent * layout.absentUnits - (name.length + 1)
    const constant = isLifted ? constants[at] : undefined
    if (constant !== undefined) {
      saved += fits.length * (constant.length + 1)
      return { name, constant }
    }
    const inner = inferShape(source, present, layout, true)
    if (inner === undefined || inner.saved <= 0) return { name }
    saved += inner.saved
    return { name, shape: inner.shape }
  })
  const shape = { kind: place.kind, columns: withVariable(columns) }
  return isTold(shape, fits, layout) ? { shape, saved } : undefined
}

function hasCellOfItsOwn(
  source: Source,
  cells: readonly number[],
  constants: readonly (string | undefined)[],
): boolean {
  return cells.some((cell, at) => {
    return cell !== NONE && constants[at] === undefined && kindOf(source.tape, cell) !== 'object'
  })
}

/** A row says something: when all columns are constants, the first one is not. */
function withVariable(columns: readonly Column[]): Column[] {
  const isConstant = columns.every(({ constant }) => constant !== undefined)
  return columns.map((column, i) => (isConstant && i === 0 ? { name: column.name } : column))
}

/** A list of one row with one empty cell would read as an empty list. */
function isTold({ kind, columns }: Shape, fits: readonly Fit[], { isFlat }: Layout): boolean {
  if (!isFlat || leavesOf({ kind, columns }) > 1) return true
  return fits.every(({ cells }) => cells.length === columns.length && !cells.includes(NONE))
}

/** How many cells a flat row has. */
export function leavesOf({ kind, columns }: Shape): number {
  const leaves = columns.map(({ shape, constant }) => {
    if (constant !== undefined) return 0
    return shape?.kind === 'object' ? leavesOf(shape) : 1
  })
  return leaves.reduce((sum, count) => sum + count, kind === 'map' ? 1 : 0)
}
