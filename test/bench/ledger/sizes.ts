/** What a build takes on disk. No image of it exists yet: its size belongs here once one is built. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface Sizes {
  /** Of the program's code, in kB of 1,000 bytes. */
  readonly 'code kB': number
  /** Token tables. */
  readonly 'tables kB': number
  /** Of dist, but for source maps. */
  readonly 'all kB': number
}

/** @param root the folder with dist */
export function sizesOf(root: string): Sizes {
  const dist = join(root, 'dist')
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map(({ parentPath, name }) => ({ path: join(parentPath, name), name }))
  const sum = (isCounted: (file: { readonly path: string; readonly name: string }) => boolean): number =>
    files.filter(isCounted).reduce((bytes, { path }) => bytes + statSync(path).size, 0) / 1000
  const isTable = ({ path }: { readonly path: string }): boolean => path.startsWith(join(dist, 'tables'))
  return {
    'code kB': sum(({ name }) => /\.[cm]?js$/.test(name)),
    'tables kB': sum(isTable),
    'all kB': sum(() => true),
  }
}
