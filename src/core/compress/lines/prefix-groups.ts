/** Which runs of lines are worth saying their common start once. */

import { guessTokens } from './cost.ts'

/** Lines `from` up to, not including, `to` all start with `prefix`. */
export interface PrefixGroup {
  readonly from: number
  readonly to: number
  readonly prefix: string
}

const MIN_LINES = 4

/** What the line costs that says a start: its words, its mark, its line end. */
const HEAD_TOKENS = 9

/** Longer common starts are not looked for: bounds the work on long lines that are nearly equal. */
const MAX_PREFIX = 512

/** Half a word costs as much as a whole one; neither half of a surrogate pair may stand alone. */
const WORD_AT_END = /[\p{L}\p{N}\p{M}\p{Cs}]+$/u

const HAS_WORD = /[\p{L}\p{N}]/u

/** A run of lines that have `common` units of their start in common, still open at its end. */
interface Interval {
  readonly from: number
  readonly common: number
  /** How many groups had been found when it began, and what those found inside it save. */
  readonly found: number
  saved: number
}

/**
 * The groups that together save the most, none inside another: a run of lines with a common start either stands as one
 * group or gives way to the runs with longer starts inside it, whichever saves more.
 * @param lines without their ends
 */
export function prefixGroups(lines: readonly string[]): readonly PrefixGroup[] {
  const groups: PrefixGroup[] = []
  const open: Interval[] = [{ from: 0, common: 0, found: 0, saved: 0 }]
  for (let at = 0; at < lines.length; at++) {
    const common = at + 1 < lines.length ? commonStart(lines[at] as string, lines[at + 1] as string) : 0
    let begin: Interval = { from: at, common, found: groups.length, saved: 0 }
    while ((open.at(-1) as Interval).common > common) {
      const closed = open.pop() as Interval
      settle(closed, lines.slice(closed.from, at + 1), groups)
      const around = open.at(-1) as Interval
      if (around.common < common) begin = { ...closed, common }
      else around.saved += closed.saved
    }
    if ((open.at(-1) as Interval).common < common) open.push(begin)
  }
  return groups
}

/** Decides on a closed interval: a group of its own in place of those found inside it, or these. */
function settle(interval: Interval, lines: readonly string[], groups: PrefixGroup[]): void {
  if (lines.length < MIN_LINES) return
  const { from, common, found } = interval
  const prefix = (lines[0] as string).slice(0, common).replace(WORD_AT_END, '')
  const saved = (lines.length - 1) * guessTokens(prefix) - HEAD_TOKENS
  // Indentation and the signs of a diff say what a line is: they stay on it.
  if (saved <= interval.saved || !HAS_WORD.test(prefix)) return
  interval.saved = saved
  groups.splice(found, Number.POSITIVE_INFINITY, { from, to: from + lines.length, prefix })
}

function commonStart(a: string, b: string): number {
  const max = Math.min(a.length, b.length, MAX_PREFIX)
  let length = 0
  while (length < max && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}
