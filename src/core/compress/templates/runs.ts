/** Runs of lines that come again: where, and how many lines. */

export interface Run {
  /** Where it begins, each time, in order. */
  readonly at: number[]
  /** How many lines it has. */
  length: number
}

const MIN_LINES = 2
const MAX_LINES = 200

/**
 * Runs of at least two kinds of lines, none over another. A run is as long as what its second time has in common with
 * its first; a later time that has less in common, but most of it, makes it shorter.
 * @param kinds equal numbers for lines of a kind; undefined for lines that belong to no run
 */
export function runsOf(kinds: readonly (number | undefined)[]): readonly Run[] {
  const runs: Run[] = []
  const known = new Map<string, Run>()
  const latest = new Map<string, number>()
  const taken = new Uint8Array(kinds.length)
  for (let at = 0; at + 1 < kinds.length; ) {
    const key = `${kinds[at]} ${kinds[at + 1]}`
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

/** How many lines from `from` on belong to no run, up to `to`. */
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
