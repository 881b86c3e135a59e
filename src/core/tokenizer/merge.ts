/**
 * Byte-pair merging of one piece: the leftmost pair of lowest rank becomes one token, until no pair is a token. A heap
 * finds the pair, so that n bytes cost n log n. A search after each merge would cost n squared, and a megabyte of one
 * letter is one piece.
 */

import { MinHeap } from '../min-heap.ts'
import { createShortMerger, SHORT_PIECE } from './merge-short.ts'
import type { Ranks } from './ranks.ts'

/** A heap key is `rank * SPAN + position`: by rank, then leftmost. Ranks have 18 bits, so keys stay below 2^53. */
const SPAN = 2 ** 32

/** Long pieces are merged window by window, which limits the work memory to 28 bytes per byte of a window. */
const WINDOW = 4096
/** The last eighth of a window is left to the next one: later text rarely influences merges further back. */
const MARGIN_SHARE = 8

/** How far a long piece is merged. */
export interface Merged {
  /** Of the bytes before `end`. */
  readonly tokens: number
  readonly end: number
}

export interface Merger {
  /** Tokens of the piece `bytes[start, end)`. */
  count(bytes: Uint8Array, start: number, end: number): number
  /**
   * The same in steps of a window each, with the tokens so far. Others may count between two steps.
   * @returns undefined where only a window of more than `maxWindow` bytes gives the number
   */
  counting(
    bytes: Uint8Array,
    span: { readonly start: number; readonly end: number },
    maxWindow: number,
  ): Generator<Merged, number | undefined, void>
}

/** @param window bytes merged at once; the result does not depend on it */
export function createMerger(ranks: Ranks, window: number = WINDOW): Merger {
  const usual = createScratch(ranks, window)
  const countShort = createShortMerger(ranks)

  const counting: Merger['counting'] = function* (bytes, { start, end }, maxWindow) {
    for (let scratch = usual; ; scratch = createScratch(ranks, 2 * scratch.window)) {
      const tokens = yield* mergeByWindows({ ranks, bytes, scratch }, start, end)
      if (tokens !== undefined || 2 * scratch.window > maxWindow) return tokens
    }
  }

  return {
    counting,
    count(bytes, start, end) {
      if (end - start <= SHORT_PIECE) return countShort(bytes, start, end)
      if (end - start <= window) return merge({ ranks, bytes, scratch: usual }, start, end)
      // A window as large as the piece always does.
      return lastOf(counting(bytes, { start, end }, Number.POSITIVE_INFINITY)) ?? 0
    },
  }
}

function lastOf<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

interface Scratch {
  readonly window: number
  /** The start of the next token, by the first byte of a token; both relative to the window. */
  readonly next: Int32Array
  /** The start of the token before; -1 for the first. */
  readonly previous: Int32Array
  /** The rank of this token joined with the next; -1 for none. */
  readonly joined: Int32Array
  readonly heap: MinHeap
}

interface Work {
  readonly ranks: Ranks
  readonly bytes: Uint8Array
  readonly scratch: Scratch
}

function createScratch(ranks: Ranks, window: number): Scratch {
  // The two tokens at a cut are merged in this memory too.
  const capacity = Math.max(window, 2 * ranks.maxTokenBytes)
  return {
    window,
    next: new Int32Array(capacity + 1),
    previous: new Int32Array(capacity + 1),
    joined: new Int32Array(capacity + 1),
    // n - 1 pairs at first; each of at most n - 1 merges removes one key and adds at most two.
    heap: new MinHeap(2 * capacity),
  }
}

/**
 * Merges windows; each starts at the end of a token of the window before. The sum is exact if, at every such cut, the
 * two adjacent tokens stay two when merged alone: a merge across the cut would join those two first.
 * @returns undefined when a cut fails that test. Only a text made for it does. Larger windows have other cuts, and a
 * single window has none.
 */
function* mergeByWindows(work: Work, start: number, end: number): Generator<Merged, number | undefined, void> {
  const { window, next } = work.scratch
  let tokens = 0
  let from = start
  let before = start
  for (;;) {
    const to = Math.min(end, from + window)
    const merged = merge(work, from, to)
    const firstEnd = from + (next[0] ?? 0)
    const cut = to === end ? undefined : cutAfter(next, window - Math.ceil(window / MARGIN_SHARE))
    if (from > start && !staysTwo(work, { before, cut: from, after: firstEnd })) return undefined
    if (cut === undefined) return tokens + merged
    tokens += cut.tokens
    before = from + cut.before
    from += cut.at
    // Nothing in the work memory is read after this.
    yield { tokens, end: from }
  }
}

/** The first token end at or after `limit`, with the start of that token and the number of tokens up to it. */
function cutAfter(next: Int32Array, limit: number): { before: number; at: number; tokens: number } {
  let before = 0
  let at = 0
  let tokens = 0
  while (at < limit) {
    before = at
    at = next[at] ?? 0
    tokens++
  }
  return { before, at, tokens }
}

function staysTwo(work: Work, { before, cut, after }: { before: number; cut: number; after: number }): boolean {
  return merge(work, before, after) === 2 && work.scratch.next[0] === cut - before
}

/** Merges `bytes[start, end)`, at most the scratch's capacity. Leaves the starts of tokens in `scratch.next`. */
function merge(work: Work, start: number, end: number): number {
  const { next, previous, joined, heap } = work.scratch
  const length = end - start
  let tokens = length
  fill(work, start, length)
  while (heap.size > 0) {
    const key = heap.pop()
    const rank = Math.floor(key / SPAN)
    const left = key - rank * SPAN
    // A key stays in the heap when one side of its pair has been merged meanwhile.
    if (joined[left] !== rank) continue
    const right = next[left] ?? 0
    const after = next[right] ?? 0
    next[left] = after
    joined[right] = -1
    tokens--
    if (after < length) previous[after] = left
    offer(work, start, left, length)
    if (left > 0) offer(work, start, previous[left] ?? 0, length)
  }
  return tokens
}

/** Starts with one token per byte, and with every pair that is a token in the heap. */
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

/** Looks up the token at `left` joined with the next one. */
function offer({ ranks, bytes, scratch }: Work, start: number, left: number, length: number): void {
  const { next, joined, heap } = scratch
  const right = next[left] ?? 0
  const rank = right < length ? ranks.rank(bytes, start + left, start + (next[right] ?? 0)) : -1
  joined[left] = rank
  if (rank >= 0) heap.push(rank * SPAN + left)
}
