/** Files that ship with the program. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The place of a shipped file, by its path in the project: `examples/m2mpolicy.yaml`.
 * This module runs from src/cli, from dist and from dist/chunks, so the root is the nearest folder above with a manifest.
 */
export function projectFile(path: string): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, path)
}
