/** What a table says about its rows: names, what is inside of what, what is the same in all. */

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

/** The value of a column that repeats the row's key. */
export const SAME_AS_KEY = '(key)'

/** Is there no cell for it: one value in every row, or an object of such? */
export function isConstantColumn({ shape, constant }: Column): boolean {
  return constant !== undefined || (shape?.kind === 'object' && shape.columns.every(isConstantColumn))
}

/** How many cells a flat row has. */
export function leavesOf({ kind, columns }: Shape): number {
  const leaves = columns.map(({ shape, constant }) => {
    if (constant !== undefined) return 0
    return shape?.kind === 'object' ? leavesOf(shape) : 1
  })
  return leaves.reduce((sum, count) => sum + count, kind === 'map' ? 1 : 0)
}
