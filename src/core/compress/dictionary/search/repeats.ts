/**
 * Finds all repeated runs of a sequence: sorts its suffixes (prefix doubling), and reads the intervals that share a
 * start.
 */

/** The run's occurrences start at `order[from..to]`; the next `length` numbers are the same for all of them. */
export interface Repeat {
  readonly from: number
  readonly to: number
  /** In numbers of the sequence; at most MAX_RUN. */
  readonly length: number
  /** Runs at the same places of this length or less have more occurrences: they are separate repeats. */
  readonly beyond: number
}

/** Longer runs are found as several. Bounds the rounds of sorting. */
export const MAX_RUN = 64

/**
 * Every run that occurs at two places or more, and is not always followed by the same number.
 * @param limit above every number of the sequence; all of them are 0 or more
 */
export function repeatsOf(sequence: Int32Array, limit: number): { order: Int32Array; repeats: Repeat[] } {
  const order = suffixOrder(sequence, limit)
  const repeats: Repeat[] = []
  /** Open intervals, with ever longer runs: the start of each, and its common length. */
  const open: { from: number; length: number }[] = []
  for (let index = 1; index <= order.length; index++) {
    const common = index < order.length ? commonLength(sequence, order[index - 1] as number, order[index] as number) : 0
    let from = index - 1
    while ((open.at(-1)?.length ?? 0) > common) {
      const { from: start, length } = open.pop() as { from: number; length: number }
      repeats.push({ from: start, to: index - 1, length, beyond: Math.max(common, open.at(-1)?.length ?? 0) })
      from = start
    }
    if (common > (open.at(-1)?.length ?? 0)) open.push({ from, length: common })
  }
  return { order, repeats }
}

/** The starts of all suffixes, sorted by their first MAX_RUN numbers. */
function suffixOrder(sequence: Int32Array, limit: number): Int32Array {
  const { length } = sequence
  const starts = new Int32Array(length)
  for (let start = 0; start < length; start++) starts[start] = start
  let ranks = sequence
  let rankCount = limit
  let order = sortedBy(ranks, rankCount, starts)
  let isSorted = false
  for (let known = 1; known < MAX_RUN && !isSorted; known *= 2) {
    order = sortedBy(ranks, rankCount, bySecondHalf(order, known))
    ;({ ranks, rankCount } = rerank(order, ranks, known))
    isSorted = rankCount === length
  }
  return order
}

/** The `starts` in the order of their ranks; equal ranks keep their order. */
function sortedBy(ranks: Int32Array, rankCount: number, starts: Int32Array): Int32Array {
  const places = new Int32Array(rankCount + 1)
  for (let at = 0; at < ranks.length; at++) (places[(ranks[at] as number) + 1] as number)++
  for (let rank = 0; rank < rankCount; rank++) (places[rank + 1] as number) += places[rank] as number
  const sorted = new Int32Array(starts.length)
  for (const start of starts) sorted[(places[ranks[start] as number] as number)++] = start
  return sorted
}

/** Sorts suffixes by the numbers after their first `known` numbers: suffixes that end there come first. */
function bySecondHalf(order: Int32Array, known: number): Int32Array {
  const { length } = order
  const starts = new Int32Array(length)
  let count = 0
  for (let start = Math.max(0, length - known); start < length; start++) starts[count++] = start
  for (const start of order) if (start >= known) starts[count++] = start - known
  return starts
}

/** Ranks by the first `2 * known` numbers, from those by the first `known`. */
function rerank(order: Int32Array, ranks: Int32Array, known: number): { ranks: Int32Array; rankCount: number } {
  const { length } = order
  const next = new Int32Array(length)
  const second = (start: number): number => (start + known < length ? (ranks[start + known] as number) : -1)
  let rank = 0
  for (let index = 1; index < length; index++) {
    const before = order[index - 1] as number
    const start = order[index] as number
    if (ranks[before] !== ranks[start] || second(before) !== second(start)) rank++
    next[start] = rank
  }
  return { ranks: next, rankCount: rank + 1 }
}

function commonLength(sequence: Int32Array, a: number, b: number): number {
  const end = Math.min(MAX_RUN, sequence.length - Math.max(a, b))
  let length = 0
  while (length < end && sequence[a + length] === sequence[b + length]) length++
  return length
}
