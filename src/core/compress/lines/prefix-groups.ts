/** Finds runs of lines whose common start is worth writing once. */

import { guessTokens } from './cost.ts'

/** Lines `from` up to, not including, `to` all start with `prefix`. */
export interface PrefixGroup {
  readonly from: number
  readonly to: number
  readonly prefix: string
}

const MIN_LINES = 4

/** Tokens of the head line without the prefix: its words, its mark, its line end. */
const HEAD_TOKENS = 9

/** Longer common starts are not searched: bounds the work on long lines that are nearly equal. */
const MAX_PREFIX = 512

/** Half a word costs as much as a whole one; half of a surrogate pair may not stand alone. */
const WORD_AT_END = /[\p{L}\p{N}\p{M}\p{Cs}]+$/u

const HAS_WORD = /[\p{L}\p{N}]/u

/** A run of lines with the first `common` units in common, still open at its end. */
interface Interval {
  readonly from: number
  readonly common: number
  /** The number of groups found before it began, and the tokens that the groups inside it save. */
  readonly found: number
  saved: number
}

/**
 * The groups that together save the most, none inside another: a run of lines with a common start is one group, or is
 * replaced by the runs with longer starts inside it, whichever saves more.
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
      closeInterval(closed, lines.slice(closed.from, at + 1), groups)
      const around = open.at(-1) as Interval
      if (around.common < common) begin = { ...closed, common }
      else around.saved += closed.saved
    }
    if ((open.at(-1) as Interval).common < common) open.push(begin)
  }
  return groups
}

/** Decides on a closed interval: one group replaces the groups inside it, or they stay. */
function closeInterval(interval: Interval, lines: readonly string[], groups: PrefixGroup[]): void {
  if (lines.length < MIN_LINES) return
  const { from, common, found } = interval
  const prefix = (lines[0] as string).slice(0, common).replace(WORD_AT_END, '')
  const saved = (lines.length - 1) * guessTokens(prefix) - HEAD_TOKENS
  // Indentation and the signs of a diff show the kind of a line: they stay on it.
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
