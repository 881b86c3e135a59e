/** Decompression on request: `m2m decompress` and `/v1/decompress`. */

import { type Change, decompressing } from '../compress/index.ts'
import { M2MError } from '../errors.ts'
import { endOf, type JsonTape, memberOf, NONE, scanning, startOf } from '../json/index.ts'
import { atOnce, type Steps } from '../steps.ts'
import { parsingInput } from './parse-input.ts'

type Changes = { readonly changes: readonly Change[] }

export interface DecompressInputOptions {
  /** The request's dialect; undefined: detected from its shape. */
  readonly dialect: string | undefined
  /** Replaces the report in the input. */
  readonly report?: Changes | undefined
}

/** As `decompressingInput`, in one go. */
export function decompressInput(input: Uint8Array, options: DecompressInputOptions): Uint8Array {
  return atOnce(decompressingInput(input, options))
}

/**
 * @param input a compressed request, or the `{"request", "report"}` that compression answers: a body is the request
 *   itself unless it has a member `request`, which no dialect has
 * @returns a request equivalent to the original
 * @throws M2MError BODY_NOT_JSON, DIALECT_UNKNOWN, NOT_OUR_FORM
 */
export function* decompressingInput(input: Uint8Array, options: DecompressInputOptions): Steps<Uint8Array> {
  const tape = yield* scanning(input)
  const request = tape ? memberOf(tape, 0, 'request') : NONE
  if (tape === undefined || request === NONE) {
    return (yield* decompressing(yield* parsingInput(input, options.dialect), options.report)).body
  }
  const read = yield* parsingInput(bytesOf(tape, request, input), options.dialect)
  return (yield* decompressing(read, options.report ?? reportIn(tape, input))).body
}

/**
 * @param where names the report in the message
 * @throws M2MError NOT_OUR_FORM
 */
export function parseReport(text: string, where: string): Changes {
  try {
    const report: unknown = JSON.parse(text)
    if (hasChanges(report)) return report
  } catch {
    // The same message as for JSON of another shape.
  }
  throw new M2MError(`${where} is not what compression reports: it has no list of changes`, { code: 'NOT_OUR_FORM' })
}

function reportIn(tape: JsonTape, input: Uint8Array): Changes | undefined {
  const report = memberOf(tape, 0, 'report')
  if (report === NONE) return undefined
  return parseReport(Buffer.from(bytesOf(tape, report, input)).toString(), 'the report in the input')
}

function hasChanges(report: unknown): report is Changes {
  const changes = (report as { changes?: unknown } | null)?.changes
  return (
    Array.isArray(changes) &&
    changes.every((change) => typeof change?.path === 'string' && Array.isArray(change.techniques))
  )
}

function bytesOf(tape: JsonTape, node: number, input: Uint8Array): Uint8Array {
  return input.subarray(startOf(tape, node), endOf(tape, node))
}
