/** Finds runs of lines that repeat: their places, and their number of lines. */

export interface Run {
  /** The start of each occurrence, in order. */
  readonly at: number[]
  /** The number of its lines. */
  length: number
}

const MIN_LINES = 2
const MAX_LINES = 200

/**
 * Runs of at least two kinds of lines that do not overlap. A run is as long as the common part of its first two
 * occurrences; a later one that shares less, but most of it, makes the run shorter.
 * @param kinds equal numbers for lines of a kind; undefined for lines that belong to no run
 */
export function runsOf(kinds: readonly (number | undefined)[]): readonly Run[] {
  const runs: Run[] = []
  const known = new Map<number, Run>()
  const latest = new Map<number, number>()
  const places = placesOf(kinds)
  const taken = new Uint8Array(kinds.length)
  for (let at = 0; at + 1 < kinds.length; ) {
    const key = (places[at] as number) * (kinds.length + 1) + (places[at + 1] as number)
    const run = known.get(key)
    const from = run?.at[0] ?? latest.get(key)
    const length = from === undefined ? 0 : sameLength(kinds, from, at, run?.length ?? freeLines(taken, from, at))
    if (run !== undefined && length >= MIN_LINES && 2 * length >= run.length) {
      run.length = length
      run.at.push(at)
    } else if (run === undefined && length >= MIN_LINES && kinds[at] !== kinds[at + 1]) {
      const found = { at: [from as number, at], length }
      known.set(key, found)
      runs.push(found)
      taken.fill(1, from, (from as number) + length)
    } else {
      latest.set(key, at++)
      continue
    }
    taken.fill(1, at, at + length)
    at += length
  }
  return runs
}

/** For each line a number below that of the lines, and one more for those that belong to no run: two make a key. */
function placesOf(kinds: readonly (number | undefined)[]): Int32Array {
  const known = new Map<number, number>()
  return Int32Array.from(kinds, (kind) => {
    if (kind === undefined) return kinds.length
    const place = known.get(kind) ?? known.size
    known.set(kind, place)
    return place
  })
}

/** The number of lines from `from` on, up to `to`, that belong to no run. */
function freeLines(taken: Uint8Array, from: number, to: number): number {
  const max = Math.min(MAX_LINES, to - from)
  let length = 0
  while (length < max && taken[from + length] === 0) length++
  return length
}

function sameLength(kinds: readonly (number | undefined)[], a: number, b: number, max: number): number {
  let length = 0
  while (length < max && kinds[a + length] !== undefined && kinds[a + length] === kinds[b + length]) length++
  return length
}
