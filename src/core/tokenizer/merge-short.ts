/**
 * Byte-pair merging of a short piece: a search of all pairs for the lowest rank after each merge. It is quadratic, and up
 * to SHORT_PIECE bytes faster than the heap of merge.ts, which gives the same result.
 */

import type { Ranks } from './ranks.ts'

/** Bytes of the longest piece that is merged here. */
export const SHORT_PIECE = 32

/** Above all ranks: the pair is no token. */
const NONE = 0x7fff_ffff

/** @returns a count of the tokens of `bytes[start, end)`, at most SHORT_PIECE bytes */
export function createShortMerger(ranks: Ranks): (bytes: Uint8Array, start: number, end: number) => number {
  /** Where each token starts, and behind the last one the end of the piece. */
  const starts = new Int32Array(SHORT_PIECE + 1)
  /** The rank of each token joined with the next. */
  const joined = new Int32Array(SHORT_PIECE)

  const join = (bytes: Uint8Array, token: number, tokens: number): void => {
    const rank = token + 1 < tokens ? ranks.rank(bytes, starts[token] ?? 0, starts[token + 2] ?? 0) : -1
    joined[token] = rank < 0 ? NONE : rank
  }

  return (bytes, start, end) => {
    let tokens = end - start
    for (let token = 0; token <= tokens; token++) starts[token] = start + token
    for (let token = 0; token < tokens; token++) join(bytes, token, tokens)
    for (;;) {
      const left = lowest(joined, tokens)
      if (left < 0) return tokens
      starts.copyWithin(left + 1, left + 2, tokens + 1)
      joined.copyWithin(left + 1, left + 2, tokens)
      tokens--
      join(bytes, left, tokens)
      if (left > 0) join(bytes, left - 1, tokens)
    }
  }
}

/** The leftmost pair of lowest rank; -1 when no pair is a token. */
function lowest(joined: Int32Array, tokens: number): number {
  let best = NONE
  let at = -1
  for (let token = 0; token < tokens; token++) {
    const rank = joined[token] ?? NONE
    if (rank >= best) continue
    best = rank
    at = token
  }
  return at
}
