/** Holds one compressed request against the original, block by block and byte by byte. */

import { decompressRequest, type Report } from '../core/compress/index.ts'
import { type ReadBody, readBody } from '../core/dialect/index.ts'
import { textOf } from '../core/json/index.ts'
import { isSameValue } from './same-value.ts'

/**
 * Counts the changed blocks that do not come back. What lies outside of the changed blocks must be the same bytes; when
 * it is not, or the body does not read or decode at all, every changed block counts.
 */
export function countFailedDecodes(original: ReadBody, sent: ReadBody | undefined, report: Report): number {
  const all = Math.max(1, report.changes.length)
  if (sent === undefined || !isSameOutside(original, sent, report)) return all
  try {
    const decoded = readBody(decompressRequest(sent, report).body, original.dialect)
    if (decoded === undefined) return all
    const before = textsOf(original)
    const after = textsOf(decoded)
    return report.changes.filter(({ path }) => !isSameValue(before.get(path) ?? '', after.get(path) ?? '')).length
  } catch {
    return all
  }
}

function textsOf({ tape, facts }: ReadBody): Map<string, string> {
  return new Map(facts.blocks.map(({ path, node }) => [path, textOf(tape, node) ?? '']))
}

function isSameOutside(original: ReadBody, sent: ReadBody, report: Report): boolean {
  const changed = new Set(report.changes.map(({ path }) => path))
  return outside(original, changed).equals(outside(sent, changed))
}

function outside({ body, facts }: ReadBody, changed: ReadonlySet<string>): Buffer {
  const pieces: Uint8Array[] = []
  let from = 0
  for (const { path, start, end } of facts.blocks) {
    if (!changed.has(path)) continue
    pieces.push(body.subarray(from, start))
    from = end
  }
  return Buffer.concat([...pieces, body.subarray(from)])
}

/**
 * Are the forwarded messages of one turn a byte prefix of the next turn's? A session's bodies are built with their
 * messages last, so that everything but the closing `]}` belongs to the prefix: model, tools and system as well.
 */
export function isPrefixOf(earlier: Uint8Array, later: Uint8Array): boolean {
  const prefix = Buffer.from(earlier.buffer, earlier.byteOffset, earlier.length - ']}'.length)
  return prefix.equals(later.subarray(0, prefix.length))
}
