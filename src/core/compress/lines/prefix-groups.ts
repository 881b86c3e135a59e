/** Finds runs of lines whose common start is worth writing once. */

import { bordersOfLines } from './borders.ts'
import { guessTokens } from './cost.ts'
import { bareLinesOf, startsOfLines } from './lines.ts'

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

const HAS_WORD = /[\p{L}\p{N}]/u

/** Indentation and the signs of a diff show the kind of a line: they stay on it. */
const STAYS = /^[\s+-]/

/** Shorter starts that are tried where the longest cuts a number, a name or a quoted string of a line. */
const MAX_TRIES = 8

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
 */
export function prefixGroups(text: string): readonly PrefixGroup[] {
  const groups: PrefixGroup[] = []
  const cuts = new Cuts(text)
  const { lines } = cuts
  const open: Interval[] = [{ from: 0, common: 0, found: 0, saved: 0 }]
  for (let at = 0; at < lines.length; at++) {
    const common = at + 1 < lines.length ? commonStart(lines[at] as string, lines[at + 1] as string) : 0
    let begin: Interval = { from: at, common, found: groups.length, saved: 0 }
    while ((open.at(-1) as Interval).common > common) {
      const closed = open.pop() as Interval
      closed.saved = closeInterval({ ...closed, to: at + 1 }, cuts, groups)
      const around = open.at(-1) as Interval
      if (around.common < common) begin = { ...closed, common }
      else around.saved += closed.saved
    }
    if ((open.at(-1) as Interval).common < common) open.push(begin)
  }
  return groups
}

/** The lines of a text, and where they may be cut: told when it is first asked for, since few lines share a start. */
class Cuts {
  readonly lines: readonly string[]
  readonly #text: string
  readonly #starts: Int32Array
  #borders: Uint8Array | undefined

  constructor(text: string) {
    this.lines = bareLinesOf(text)
    this.#text = text
    this.#starts = startsOfLines(text)
  }

  /** May the line be cut before its unit `at`? Its end may always be. */
  isCut(line: number, at: number): boolean {
    this.#borders ??= bordersOfLines(this.#text)
    return at === (this.lines[line] as string).length || this.#borders[(this.#starts[line] as number) + at] === 1
  }
}

/**
 * Decides on a closed interval: one group replaces the groups inside it, or they stay.
 * @returns the tokens that its groups save
 */
function closeInterval(interval: Interval & { readonly to: number }, cuts: Cuts, groups: PrefixGroup[]): number {
  const { from, to, common, found } = interval
  const first = cuts.lines[from] as string
  const savedBy = (prefix: string): number => (to - from - 1) * guessTokens(prefix) - HEAD_TOKENS
  if (to - from < MIN_LINES || savedBy(first.slice(0, common)) <= interval.saved) return interval.saved
  const prefix = first.slice(0, lastBorder(interval, cuts))
  const saved = savedBy(prefix)
  if (saved <= interval.saved || !HAS_WORD.test(prefix) || STAYS.test(prefix)) return interval.saved
  groups.splice(found, Number.POSITIVE_INFINITY, { from, to, prefix })
  return saved
}

/** The last place of the common start where all lines may be cut; 0 when a few tries find none. */
function lastBorder({ from, to, common }: { from: number; to: number; common: number }, cuts: Cuts): number {
  let tries = 0
  for (let at = common; at > 0 && tries < MAX_TRIES; at--) {
    if (!cuts.isCut(from, at)) continue
    let line = from
    while (line < to && cuts.isCut(line, at)) line++
    if (line === to) return at
    tries++
  }
  return 0
}

function commonStart(a: string, b: string): number {
  const max = Math.min(a.length, b.length, MAX_PREFIX)
  let length = 0
  while (length < max && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}
