/** From the bytes a person gave to a request that the engine understands. */

import {
  type Dialect,
  type DialectName,
  detectDialect,
  dialects,
  type ReadBody,
  readBody,
} from '../core/dialect/index.ts'
import { M2MError } from '../core/errors.ts'
import { scanJson } from '../core/json/index.ts'

export const DIALECT_NAMES: readonly DialectName[] = dialects.map(({ name }) => name)

export const DIALECT_OPTION = {
  type: 'string',
  value: 'NAME',
  choices: DIALECT_NAMES,
  about: `whose request it is: ${DIALECT_NAMES.join(', ')}`,
  otherwise: 'told by its shape',
} as const

/**
 * @param name one of `DIALECT_NAMES`; undefined: told by the body's shape
 * @throws M2MError BODY_NOT_JSON, DIALECT_UNKNOWN
 */
export function understand(bytes: Uint8Array, name: string | undefined): ReadBody {
  const tape = scanJson(bytes)
  if (tape === undefined) throw new M2MError('the input is not JSON', { code: 'BODY_NOT_JSON' })
  const dialect: Dialect | undefined =
    name === undefined ? detectDialect(tape) : dialects.find((each) => each.name === name)
  const read = dialect && readBody(bytes, dialect)
  if (read !== undefined) return read
  const what = name === undefined ? 'any API that M2M speaks; --dialect may name one' : `the dialect ${name}`
  throw new M2MError(`the input is JSON, but not a request of ${what}`, { code: 'DIALECT_UNKNOWN' })
}
