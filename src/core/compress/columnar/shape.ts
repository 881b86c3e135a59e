/** What objects that stand in one place have in common: the columns of their table. */

import { kindOf, NONE } from '../../json/index.ts'
import { childrenOf, literalOf, type Source } from './source.ts'

/** What stands in one place of every row: an object's columns, or a list of such objects. */
export interface Shape {
  readonly isList: boolean
  readonly columns: readonly Column[]
}

export interface Column {
  /** The key's literal, quotes included. */
  readonly key: string
  /** Of objects, or lists of objects, that are alike in every row; undefined for values written as they are. */
  readonly shape: Shape | undefined
}

/** Stands in a row for a key that the object does not have while it has a later one; a row ends with its object's last key. */
export const ABSENT = '"(absent)"'

/** More keys than this are not a table, and would make the search for their order slow. */
const MAX_COLUMNS = 64

/** A key that fewer of the objects have costs the other rows more than it saves: the objects that have it stay objects. */
const MIN_PRESENCE = 1 / 3

/** `{"keys":[],"rows":}` and `{:[]}`: what a table, and a shape inside it, costs beside its keys. */
export const TABLE_UNITS = 19
const SHAPE_UNITS = 5

/**
 * The shape of values that stand in the same place of several rows, and how many UTF-16 units it saves against writing
 * them as they are; undefined when they have none.
 */
export function inferShape(source: Source, values: readonly number[]): { shape: Shape; saved: number } | undefined {
  const { tape } = source
  const lists = values
    .filter((value) => kindOf(tape, value) === 'array')
    .map((list) => ({ list, items: childrenOf(tape, list) }))
  // Empty, or nested too deep to be seen.
  if (lists.some(({ list, items }) => items.length === 0 && literalOf(source, list) !== '[]')) return undefined
  const isList = lists.length > 0
  const items = isList ? lists.flatMap((list) => list.items) : values
  // Where an object may stand, an array is read as its row.
  if (items.some((item) => kindOf(tape, item) === 'array')) return undefined
  const inferred = inferColumns(
    source,
    items.filter((item) => kindOf(tape, item) === 'object'),
  )
  return inferred && { shape: { isList, columns: inferred.columns }, saved: inferred.saved }
}

function inferColumns(source: Source, objects: readonly number[]): { columns: Column[]; saved: number } | undefined {
  if (objects.length < 2) return undefined
  const keys = commonKeys(source, objects)
  const cells: number[][] = keys.map(() => [])
  let saved = 0
  for (const object of objects) {
    for (const [i, value] of (cellsOf(source, keys, object) ?? []).entries()) {
      if (value !== NONE) cells[i]?.push(value)
      saved += value === NONE ? -ABSENT.length - 1 : (keys[i] as string).length + 1
    }
  }
  const columns = keys.map((key, i): Column => {
    saved -= key.length + 1
    const inner = inferShape(source, cells[i] as number[])
    if (inner === undefined || inner.saved <= SHAPE_UNITS) return { key, shape: undefined }
    saved += inner.saved - SHAPE_UNITS
    return { key, shape: inner.shape }
  })
  return { columns, saved }
}

/**
 * The values of an object in the order of `keys`, NONE for those it does not have, up to its last one; undefined when
 * it has another key, one twice, another order, or no keys at all.
 */
export function cellsOf(source: Source, keys: readonly string[], object: number): number[] | undefined {
  const members = childrenOf(source.tape, object)
  const cells: number[] = []
  for (let i = 0; i < members.length; i += 2) {
    const key = literalOf(source, members[i] as number)
    while (cells.length < keys.length && keys[cells.length] !== key) cells.push(NONE)
    const value = members[i + 1] as number
    if (cells.length === keys.length || isAbsent(source, value)) return undefined
    cells.push(value)
  }
  return cells.length === 0 ? undefined : cells
}

/** The keys that enough of the objects have, each after the one it first stood after. */
function commonKeys(source: Source, objects: readonly number[]): string[] {
  const order: string[] = []
  const counts = new Map<string, number>()
  for (const object of objects) {
    let at = 0
    for (const [i, node] of childrenOf(source.tape, object).entries()) {
      if (i % 2 === 1) continue
      const key = literalOf(source, node)
      at = placeOf(key, order, at) + 1
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return order.filter((key) => (counts.get(key) as number) >= MIN_PRESENCE * objects.length)
}

/** Where `key` stands in `order`: where it stood, or from now on at `expected`; before that when there is no room for it. */
function placeOf(key: string, order: string[], expected: number): number {
  if (order[expected] === key) return expected
  const known = order.indexOf(key)
  if (known >= 0) return known
  if (order.length === MAX_COLUMNS) return expected - 1
  order.splice(expected, 0, key)
  return expected
}

function isAbsent(source: Source, value: number): boolean {
  return kindOf(source.tape, value) === 'string' && literalOf(source, value) === ABSENT
}
