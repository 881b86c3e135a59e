/**
 * Memory for the tapes of ordinary requests, cut from one piece for some hundred of them. A typed array of its own takes
 * a microsecond, is cleared first, and costs the garbage collector again.
 */

/** Numbers of a piece: 64 KB. It is kept while one tape of it is in use. */
const PIECE = 1 << 14

/** A longer tape gets memory of its own. */
const MAX_CUT = PIECE >> 3

/** Where a text is scanned that is read in one go. */
export const sharedNodes: Int32Array<ArrayBuffer> = new Int32Array(PIECE)

let piece = new Int32Array(PIECE)
let used = 0

/** The first `length` numbers of `nodes` in memory that nobody else writes to. */
export function cutNodes(nodes: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (nodes !== sharedNodes) return nodes
  if (length > MAX_CUT) return nodes.slice(0, length)
  if (used + length > PIECE) {
    piece = new Int32Array(PIECE)
    used = 0
  }
  const cut = piece.subarray(used, used + length)
  for (let at = 0; at < length; at++) cut[at] = nodes[at] as number
  used += length
  return cut
}
