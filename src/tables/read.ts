/** Reads the token tables that the build wrote to dist. */

import { existsSync, readFileSync } from 'node:fs'
import { M2MError } from '../core/errors.ts'
import type { TableName } from '../core/tokenizer/index.ts'

/** Relative to the bundle (dist/), to a chunk of it (dist/chunks/), and to this file (src/tables/). */
const PLACES = ['./tables/', '../tables/', '../../dist/tables/']

/**
 * Returns the bytes of a table, for `createVocabularies`.
 * @throws M2MError TABLES_MISSING when the project has not been built
 */
export function readTokenTable(name: TableName): Uint8Array {
  const file = PLACES.map((place) => new URL(`${place}${name}.bin`, import.meta.url)).find((url) => existsSync(url))
  if (file === undefined) {
    throw new M2MError(`the token table ${name} is missing; run \`make build\``, { code: 'TABLES_MISSING' })
  }
  return readFileSync(file)
}
