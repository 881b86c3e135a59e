/** The facts that a table states about its rows: names, nesting, and constants. */

/**
 * The kind of one place in every row: an object's columns, a list of such objects, or an object whose values are such
 * objects.
 */
export interface Shape {
  readonly kind: 'object' | 'list' | 'map'
  readonly columns: readonly Column[]
}

export interface Column {
  /** The key as written between its quotes. */
  readonly name: string
  /** The shape of values that are similar in every row; undefined for values written unchanged. */
  readonly shape?: Shape
  /** The literal that every row has, or `(key)` when each row's value repeats its key in the map. */
  readonly constant?: string
}

/** The value of a column that repeats the row's key. */
export const SAME_AS_KEY = '(key)'

/** Does it need no cell: one value in every row, or an object of such values? */
export function isConstantColumn({ shape, constant }: Column): boolean {
  return constant !== undefined || (shape?.kind === 'object' && shape.columns.every(isConstantColumn))
}

/** The number of cells in a flat row. */
export function leavesOf({ kind, columns }: Shape): number {
  const leaves = columns.map(({ shape, constant }) => {
    if (constant !== undefined) return 0
    return shape?.kind === 'object' ? leavesOf(shape) : 1
  })
  return leaves.reduce((sum, count) => sum + count, kind === 'map' ? 1 : 0)
}

/** Once for all rows of a table. */
export function namesOf(columns: readonly Column[]): readonly string[] {
  const known = NAMES.get(columns)
  if (known !== undefined) return known
  const names = columns.map(({ name }) => name)
  NAMES.set(columns, names)
  return names
}

const NAMES = new WeakMap<readonly Column[], readonly string[]>()
