/**
 * Byte-pair merging of one piece: again and again the leftmost pair of lowest rank becomes one token, until no pair is
 * a token. A heap finds the pair, so that n bytes cost n log n; looking for it anew after each merge costs n squared,
 * and a megabyte of one letter is one piece.
 */

import { MinHeap } from '../min-heap.ts'
import type { Ranks } from './ranks.ts'

/** A heap key is `rank * SPAN + position`: by rank, then leftmost. Ranks have 18 bits, so keys stay below 2^53. */
const SPAN = 2 ** 32

/** Long pieces are merged window by window, which bounds the work memory at 28 bytes a window's byte. */
const WINDOW = 4096
/** The part of a window's end that is left to the next one: what follows a window rarely reaches further back. */
const MARGIN_SHARE = 8

/** `count(bytes, start, end)`: tokens of the piece `bytes[start, end)`. */
export type CountMerged = (bytes: Uint8Array, start: number, end: number) => number

/** @param window bytes merged at once; the result does not depend on it */
export function createMerger(ranks: Ranks, window: number = WINDOW): CountMerged {
  const usual = createScratch(ranks, window)

  return (bytes, start, end) => {
    for (let scratch = usual; ; scratch = createScratch(ranks, 2 * scratch.window)) {
      const tokens = mergeByWindows({ ranks, bytes, scratch }, start, end)
      if (tokens !== undefined) return tokens
    }
  }
}

interface Scratch {
  readonly window: number
  /** By a token's first byte, relative to the window: where the next token starts. */
  readonly next: Int32Array
  /** Where the token before starts; -1 for the first. */
  readonly previous: Int32Array
  /** The rank that this token and the next would have as one; -1 for none. */
  readonly joined: Int32Array
  readonly heap: MinHeap
}

interface Work {
  readonly ranks: Ranks
  readonly bytes: Uint8Array
  readonly scratch: Scratch
}

function createScratch(ranks: Ranks, window: number): Scratch {
  // The two tokens at a cut are merged here as well.
  const capacity = Math.max(window, 2 * ranks.maxTokenBytes)
  return {
    window,
    next: new Int32Array(capacity + 1),
    previous: new Int32Array(capacity + 1),
    joined: new Int32Array(capacity + 1),
    // n - 1 pairs at first; each of at most n - 1 merges takes one key out and puts at most two in.
    heap: new MinHeap(2 * capacity),
  }
}

/**
 * Merges windows that each start where a token of the one before ends. The sum is exact when at every such cut the two
 * tokens beside it stay two if merged alone: a merge across the cut would have to show there first.
 * @returns undefined when a cut fails that test, which takes a text made for it: larger windows have other cuts, and
 * one for all has none.
 */
function mergeByWindows(work: Work, start: number, end: number): number | undefined {
  const { window, next } = work.scratch
  let tokens = 0
  let from = start
  let before = start
  for (;;) {
    const to = Math.min(end, from + window)
    const merged = merge(work, from, to)
    const firstEnd = from + (next[0] as number)
    const cut = to === end ? undefined : cutBehind(next, window - Math.ceil(window / MARGIN_SHARE))
    if (from > start && !staysTwo(work, { before, cut: from, after: firstEnd })) return undefined
    if (cut === undefined) return tokens + merged
    tokens += cut.tokens
    before = from + cut.before
    from += cut.at
  }
}

/** The first token end at or behind `limit`, with the start of that token and how many tokens end there. */
function cutBehind(next: Int32Array, limit: number): { before: number; at: number; tokens: number } {
  let before = 0
  let at = 0
  let tokens = 0
  while (at < limit) {
    before = at
    at = next[at] as number
    tokens++
  }
  return { before, at, tokens }
}

function staysTwo(work: Work, { before, cut, after }: { before: number; cut: number; after: number }): boolean {
  return merge(work, before, after) === 2 && work.scratch.next[0] === cut - before
}

/** Merges `bytes[start, end)`, at most the scratch's capacity, and leaves the tokens' starts in `scratch.next`. */
function merge(work: Work, start: number, end: number): number {
  const { next, previous, joined, heap } = work.scratch
  const length = end - start
  let tokens = length
  fill(work, start, length)
  while (heap.size > 0) {
    const key = heap.pop()
    const rank = Math.floor(key / SPAN)
    const left = key - rank * SPAN
    // A key outlives its pair when either side has been merged since.
    if (joined[left] !== rank) continue
    const right = next[left] as number
    const after = next[right] as number
    next[left] = after
    joined[right] = -1
    tokens--
    if (after < length) previous[after] = left
    offer(work, start, left, length)
    if (left > 0) offer(work, start, previous[left] as number, length)
  }
  return tokens
}

/** Every byte is a token of its own, and every pair that could be one is in the heap. */
function fill({ ranks, bytes, scratch }: Work, start: number, length: number): void {
  const { next, previous, joined, heap } = scratch
  heap.clear()
  for (let at = 0; at < length; at++) {
    next[at] = at + 1
    previous[at] = at - 1
    const rank = at + 1 < length ? ranks.rank(bytes, start + at, start + at + 2) : -1
    joined[at] = rank
    if (rank >= 0) heap.push(rank * SPAN + at)
  }
}

/** Looks up what the token at `left` and the one behind it would be as one. */
function offer({ ranks, bytes, scratch }: Work, start: number, left: number, length: number): void {
  const { next, joined, heap } = scratch
  const right = next[left] as number
  const rank = right < length ? ranks.rank(bytes, start + left, start + (next[right] as number)) : -1
  joined[left] = rank
  if (rank >= 0) heap.push(rank * SPAN + left)
}
