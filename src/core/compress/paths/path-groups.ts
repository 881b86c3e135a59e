/** Finds runs of paths whose directory is worth a line of its own. */

import { guessTokens } from '../lines/cost.ts'
import { directoryOf, headingOf } from './path-lines.ts'

/** Paths `from` up to, not including, `to` are in `directory`, or in directories inside it. */
export interface PathGroup {
  readonly from: number
  readonly to: number
  /** With the separator at its end. */
  readonly directory: string
}

/** Tokens of a heading without its directory: its sign, its line end, the empty line before it. */
const HEADING_TOKENS = 3

/** A longer directory is not searched: bounds the work on long paths that are nearly equal. */
const MAX_DIRECTORY = 256

/** A run of paths with their first `common` units in common, still open at its end. */
interface Interval {
  readonly from: number
  readonly common: number
  /** The number of groups found before it began, and the tokens that the groups inside it save. */
  readonly found: number
  saved: number
}

/**
 * The groups that together save the most, none inside another.
 * @param paths undefined for a line that is none
 * @returns the groups in order, and an estimate of the tokens that they save
 */
export function pathGroups(paths: readonly string[]): {
  readonly groups: readonly PathGroup[]
  readonly saved: number
} {
  const groups: PathGroup[] = []
  const outermost: Interval = { from: 0, common: 0, found: 0, saved: 0 }
  const open = [outermost]
  for (const [at, path] of paths.entries()) {
    const common = commonDirectory(path, paths[at + 1] ?? '')
    let begin: Interval = { from: at, common, found: groups.length, saved: 0 }
    while ((open.at(-1) as Interval).common > common) {
      const closed = open.pop() as Interval
      close(closed, at + 1, path, groups)
      const around = open.at(-1) as Interval
      if (around.common < common) begin = { ...closed, common }
      else around.saved += closed.saved
    }
    if ((open.at(-1) as Interval).common < common) open.push(begin)
  }
  return { groups, saved: outermost.saved }
}

/** Decides on a closed interval: one group replaces the groups inside it, or they stay. */
function close(interval: Interval, to: number, path: string, groups: PathGroup[]): void {
  const { from, common, found } = interval
  const directory = path.slice(0, common)
  const saved = (to - from - 1) * guessTokens(directory) - HEADING_TOKENS
  if (saved <= interval.saved || directoryOf(headingOf(directory)) !== directory) return
  interval.saved = saved
  groups.splice(found, Number.POSITIVE_INFINITY, { from, to, directory })
}

/** Units of the directory that two paths share; of each, a name stays behind it. */
function commonDirectory(a: string, b: string): number {
  const max = Math.min(a.length - 1, b.length - 1, MAX_DIRECTORY)
  let directory = 0
  for (let at = 0; at < max && a.charCodeAt(at) === b.charCodeAt(at); at++) {
    if (a[at] === '/' || a[at] === '\\') directory = at + 1
  }
  return directory
}
