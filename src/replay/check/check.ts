/** Holds what was sent against the original, block by block and byte by byte. */

import { type Change, decompressRequest } from '../../core/compress/index.ts'
import { type ReadBody, readBody } from '../../core/dialect/index.ts'
import { textOf } from '../../core/json/index.ts'
import { isLossy, keepsEveryLetter } from './equivalence.ts'
import { isSameValue } from './same-value.ts'

/**
 * Counts the blocks that do not come back, but for those that the report says lost something. All of them count when
 * the bytes outside of the blocks are not the same, or the body does not read or decode.
 * @param report what compression said of the body: white space then counts wherever no technique may change it. Without
 *   it, the blocks that carry our forms are decoded
 */
export function countFailedDecodes(
  original: ReadBody,
  sent: ReadBody | undefined,
  report?: { readonly changes: readonly Change[] },
): number {
  const all = Math.max(1, original.facts.blocks.length)
  if (sent === undefined || !outside(original).equals(outside(sent))) return all
  try {
    const changes = report?.changes.filter(({ techniques }) => !isLossy(techniques))
    const decoded = readBody(decompressRequest(sent, changes && { changes }).body, original.dialect)
    const after = new Map(decoded && textsOf(decoded))
    const techniques = report && new Map(report.changes.map((change) => [change.path, change.techniques]))
    const isSame = (path: string, text: string): boolean =>
      comesBack(text, after.get(path) ?? '', techniques && (techniques.get(path) ?? []))
    return textsOf(original).filter(([path, text]) => !isSame(path, text)).length
  } catch {
    return all
  }
}

/** @param techniques those that were used; undefined when nobody says */
function comesBack(text: string, decoded: string, techniques: readonly string[] | undefined): boolean {
  if (techniques === undefined) return isSameValue(text, decoded)
  return isLossy(techniques) || (keepsEveryLetter(techniques) ? text === decoded : isSameValue(text, decoded))
}

function textsOf({ tape, facts }: ReadBody): [path: string, text: string][] {
  return facts.blocks.map(({ path, node }) => [path, textOf(tape, node) ?? ''])
}

/** The body with its blocks left out. */
function outside({ body, facts }: ReadBody): Buffer {
  const starts = [0, ...facts.blocks.map(({ end }) => end)]
  const ends = [...facts.blocks.map(({ start }) => start), body.length]
  return Buffer.concat(starts.map((start, index) => body.subarray(start, ends[index])))
}

/**
 * Are the forwarded messages of one turn a byte prefix of the next turn's? A session's bodies are built with their
 * messages last, so that everything but the closing `]}` belongs to the prefix: model, tools and system as well.
 */
export function isPrefixOf(earlier: Uint8Array, later: Uint8Array): boolean {
  const prefix = Buffer.from(earlier.buffer, earlier.byteOffset, earlier.length - ']}'.length)
  return prefix.equals(later.subarray(0, prefix.length))
}
