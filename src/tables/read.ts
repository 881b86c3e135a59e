/** Reads the token tables that the build put into dist. */

import { existsSync, readFileSync } from 'node:fs'
import { M2MError } from '../core/errors.ts'
import type { TableName } from '../core/tokenizer/index.ts'

/** From the bundle (dist/), from a chunk of it (dist/chunks/), and from this file (src/tables/). */
const PLACES = ['./tables/', '../tables/', '../../dist/tables/']

/**
 * The bytes of a table, for `createVocabularies`.
 * @throws M2MError TABLES_MISSING when the project has not been built
 */
export function readTokenTable(name: TableName): Uint8Array {
  const file = PLACES.map((place) => new URL(`${place}${name}.bin`, import.meta.url)).find((url) => existsSync(url))
  if (file === undefined) {
    throw new M2MError(`the token table ${name} is not there; run \`make build\``, { code: 'TABLES_MISSING' })
  }
  return readFileSync(file)
}
