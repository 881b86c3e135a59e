/** Files that ship with the program. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Returns the absolute path of a shipped file, for example `examples/m2mpolicy.yaml`.
 * This module runs from src/cli, dist or dist/chunks: the root is the nearest folder above that holds a package.json.
 */
export function projectFile(path: string): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, path)
}
