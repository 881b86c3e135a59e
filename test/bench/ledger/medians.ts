/** The median of each figure of records that are alike. */

import { median } from '../statistics.ts'

/** @param list of at least one record */
export function reduceToMedians<T extends { readonly [K in keyof T]: number }>(list: readonly T[]): T {
  const names = Object.keys(list[0] ?? {}) as (keyof T)[]
  return Object.fromEntries(names.map((name) => [name, median(list.map((record) => record[name]))])) as T
}
