/**
 * `telemetry.streamUsage: Inject`. OpenAI reports the usage of a stream only when asked. This asks in the caller's place,
 * and removes the chunk with the answer from the stream.
 */

import type { ReadBody } from '../../src/core/dialect/index.ts'
import { childrenOf, kindOf, memberOf, NONE, scanJson, splice, startOf } from '../../src/core/json/index.ts'
import { eventBoundaries } from '../../src/core/sse/index.ts'

/**
 * @param read the request as received
 * @returns puts the question into a body of this request, whatever became of its texts; undefined when none is needed, or
 *   the caller decided that itself
 */
export function askForUsage({ dialect, tape, facts }: ReadBody): ((body: Uint8Array) => Uint8Array) | undefined {
  if (dialect.streamUsage !== 'on-request' || !facts.isStream) return undefined
  const options = memberOf(tape, 0, 'stream_options')
  // No splice stands before the first brace.
  if (options === NONE) return (body) => insert(body, startOf(tape, 0), '"stream_options":{"include_usage":true},')
  if (kindOf(tape, options) !== 'object' || memberOf(tape, options, 'include_usage') !== NONE) return undefined
  const member = `"include_usage":true${childrenOf(tape, options).next().done ? '' : ','}`
  return (body) => insert(body, braceOfOptions(body), member)
}

function braceOfOptions(body: Uint8Array): number {
  const tape = scanJson(body)
  if (tape === undefined) throw new Error('the body to be sent cannot be read')
  return startOf(tape, memberOf(tape, 0, 'stream_options'))
}

/** Inserts a member right after an object's brace. */
function insert(body: Uint8Array, brace: number, member: string): Uint8Array {
  const at = brace + 1
  return splice(body, [{ start: at, end: at, bytes: Buffer.from(member) }])
}

/** Takes whole events and comments in turn and returns those that the caller asked for. */
export function createUsageFilter(): (events: readonly Uint8Array[]) => readonly Uint8Array[] {
  const boundaries = eventBoundaries()
  return (pieces) =>
    pieces.flatMap((piece) => eventsOf(piece, boundaries.find(piece)).filter((event) => !isUsageChunk(event)))
}

function eventsOf(piece: Uint8Array, ends: readonly number[]): Uint8Array[] {
  const cuts = ends.at(-1) === piece.length ? ends : [...ends, piece.length]
  return cuts.map((end, index) => piece.subarray(cuts[index - 1] ?? 0, end))
}

/** The one chunk with usage and no choice. Quotes in a model's text are escaped, so text never matches. */
function isUsageChunk(event: Uint8Array): boolean {
  const text = Buffer.from(event.buffer, event.byteOffset, event.length).toString('latin1')
  return /"choices"\s*:\s*\[\s*\]/.test(text) && /"usage"\s*:\s*\{/.test(text)
}
