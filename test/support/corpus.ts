/** Finds recorded sessions, which are not part of the project. Tests that need them skip where they are absent. */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Corpus {
  /** The file's path; undefined when it is not on this machine. */
  readonly file: string | undefined
  /** The reason for skipping a test that needs it. */
  readonly reason: string
}

/**
 * @example
 * const { file, reason } = corpus('tau-bench-airline.jsonl')
 * if (file === undefined) return ctx.skip(reason)
 */
export function corpus(name: string): Corpus {
  const folder = resolve(import.meta.dirname, '../..', process.env['M2M_CORPUS'] ?? '../shared/data')
  const file = join(folder, name)
  const reason = `no corpus: ${name} is not in M2M_CORPUS (default ../shared/data)`
  return { file: existsSync(file) ? file : undefined, reason }
}
