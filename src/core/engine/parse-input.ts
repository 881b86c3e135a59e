/** Parses the bytes of a request for the engine. */

import { type Dialect, detectDialect, dialects, type ReadBody, readingBody } from '../dialect/index.ts'
import { M2MError } from '../errors.ts'
import { scanning } from '../json/index.ts'
import { atOnce, type Steps } from '../steps.ts'

/** As `parsingInput`, in one go. */
export function parseInput(input: Uint8Array, name: string | undefined): ReadBody {
  return atOnce(parsingInput(input, name))
}

/**
 * @param name of a dialect; undefined: detected from the body's shape
 * @throws M2MError BODY_NOT_JSON, DIALECT_UNKNOWN
 */
export function* parsingInput(input: Uint8Array, name: string | undefined): Steps<ReadBody> {
  const tape = yield* scanning(input)
  if (tape === undefined) throw new M2MError('the input is not JSON', { code: 'BODY_NOT_JSON' })
  const dialect = name === undefined ? detectDialect(tape) : dialectNamed(name)
  const read = dialect && (yield* readingBody(input, dialect))
  if (read !== undefined) return read
  const what =
    name === undefined ? 'any API that M2M supports; --dialect or ?dialect= names one' : `the dialect ${name}`
  throw new M2MError(`the input is JSON, but not a request of ${what}`, { code: 'DIALECT_UNKNOWN' })
}

function dialectNamed(name: string): Dialect {
  const found = dialects.find((dialect) => dialect.name === name)
  if (found !== undefined) return found
  const known = dialects.map((dialect) => dialect.name).join(', ')
  throw new M2MError(`no such dialect; there are ${known}`, { code: 'DIALECT_UNKNOWN' })
}
