/** The common text of lines, and the parts in which they differ. */

import { guessTokens } from '../lines/cost.ts'
import { isSameAt, isVerdictAt, type Pieces, sliceOf } from '../lines/pieces.ts'
import { isWordAt } from '../lines/units.ts'

/**
 * Each line is the first constant, its first part, the second constant and so on: there is one more constant than
 * parts.
 */
export interface Template {
  readonly constants: readonly string[]
  /** For each line, the text between the constants. */
  readonly parts: readonly (readonly string[])[]
}

/** @param lines at least one; in equally many pieces, which are compared by index */
export function templateOf(lines: readonly Pieces[]): Template {
  const first = lines[0] as Pieces
  const spans = spansOf(lines)
  const ends = [...spans.map(([from]) => from), first.starts.length - 1]
  const constants = ends.map((end, nth) => sliceOf(first, spans[nth - 1]?.[1] ?? 0, end))
  const parts = lines.map((pieces) => spans.map(([from, to]) => sliceOf(pieces, from, to)))
  return { constants, parts }
}

/** Constants with fewer tokens do not get a name: the loss in readability is larger than the saving. */
const MIN_SHARED_TOKENS = 5

/**
 * Estimate of the tokens saved by naming the first line: for every other line its constants, less its name and the
 * marks between its parts; less the marks of the definition.
 */
export function savedTokens({ constants, parts }: Template): number {
  const shared = constants.reduce((sum, constant) => sum + guessTokens(constant), 0)
  const marks = constants.length
  return shared < MIN_SHARED_TOKENS ? 0 : (parts.length - 1) * (shared - marks) - 2 * marks
}

/** Named lines are harder to read: they must save at least this share of all lines, which excludes code and prose. */
const MIN_SAVED_SHARE = 0.08

/** The line that explains the names. */
const HEAD_TOKENS = 17

/** UTF-16 units of tool output per token, roughly: precise enough to decide on names. */
const UNITS_PER_TOKEN = 3

/** @param named the lines that got names, each with the estimated tokens that its name saves */
export function isWorthNames(named: readonly { readonly saved: number }[], lines: readonly string[]): boolean {
  const saved = named.reduce((sum, one) => sum + one.saved, 0)
  const all = lines.reduce((sum, line) => sum + line.length, 0) / UNITS_PER_TOKEN
  return named.length > 0 && saved - HEAD_TOKENS >= MIN_SAVED_SHARE * all
}

/** The ranges of pieces that differ between the lines, and of verdicts. */
function spansOf(lines: readonly Pieces[]): readonly (readonly [from: number, to: number])[] {
  const first = lines[0] as Pieces
  const spans: [from: number, to: number][] = []
  for (let at = 0; at + 1 < first.starts.length; at++) {
    if (!isVerdictAt(first, at) && lines.every((pieces) => isSameAt(first, pieces, at))) continue
    const last = spans.at(-1)
    if (last !== undefined && (last[1] === at || (last[1] === at - 1 && isBridge(sliceOf(first, at - 1, at)))))
      last[1] = at + 1
    else spans.push([at, at + 1])
  }
  return spans
}

/** A mark between two parts costs as much as the text between them: `20:15.234` is one part. */
function isBridge(piece: string): boolean {
  return piece.length === 1 && piece !== '\n' && !isWordAt(piece, 0)
}
