/** Compares a sent request with the original, block by block and byte by byte. */

import { type Change, decompressRequest } from '../../core/compress/index.ts'
import { blockText, type ReadBody, readBody } from '../../core/dialect/index.ts'
import { isLossy, keepsEveryLetter } from './equivalence.ts'
import { isSameValue } from './same-value.ts'

/**
 * Counts the blocks that are not decoded to the original, except blocks reported as lossy. All blocks count if bytes
 * outside of the blocks differ, or if the body cannot be read or decoded.
 * @param report of the compression; with it, white space must be equal where no technique may change it. Without it,
 *   all blocks with encoded forms are decoded
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
      isRestored(text, after.get(path) ?? '', techniques && (techniques.get(path) ?? []))
    return textsOf(original).filter(([path, text]) => !isSame(path, text)).length
  } catch {
    return all
  }
}

/** @param techniques used on the block; undefined when not known */
function isRestored(text: string, decoded: string, techniques: readonly string[] | undefined): boolean {
  if (techniques === undefined) return isSameValue(text, decoded)
  return isLossy(techniques) || (keepsEveryLetter(techniques) ? text === decoded : isSameValue(text, decoded))
}

function textsOf({ tape, facts }: ReadBody): [path: string, text: string][] {
  return facts.blocks.map((block) => [block.path, blockText(tape, block)])
}

/** The body without its blocks. */
function outside({ body, facts }: ReadBody): Buffer {
  const starts = [0, ...facts.blocks.map(({ end }) => end)]
  const ends = [...facts.blocks.map(({ start }) => start), body.length]
  return Buffer.concat(starts.map((start, index) => body.subarray(start, ends[index])))
}

/**
 * Is a turn's body a byte prefix of the next turn's? Bodies of a session are built with their messages last. Everything
 * except the closing `]}` belongs to the prefix: model, tools and system too.
 */
export function isPrefixOf(earlier: Uint8Array, later: Uint8Array): boolean {
  const prefix = Buffer.from(earlier.buffer, earlier.byteOffset, earlier.length - ']}'.length)
  return prefix.equals(later.subarray(0, prefix.length))
}
