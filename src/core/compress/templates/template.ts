/** The common text of lines, and the parts in which they differ. */

import { guessTokens } from '../lines/cost.ts'
import { isSameAt, type Pieces, sliceOf } from '../lines/pieces.ts'
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
  for (const nth of spans.keys()) narrow(constants, parts, nth)
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

/** The pieces that differ between the lines, within a range. */
function spansOf(lines: readonly Pieces[]): readonly (readonly [from: number, to: number])[] {
  const first = lines[0] as Pieces
  const spans: [from: number, to: number][] = []
  for (let at = 0; at + 1 < first.starts.length; at++) {
    if (lines.every((pieces) => isSameAt(first, pieces, at))) continue
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

/** Moves the common start and end of a part into the constants around it. */
function narrow(constants: string[], parts: string[][], nth: number): void {
  const all = parts.map((line) => line[nth] as string)
  const first = all[0] as string
  const shortest = all.reduce((least, { length }) => Math.min(least, length), first.length)
  const start = sharedStart(all, shortest)
  const end = sharedEnd(all, shortest - start)
  if (start + end === 0) return
  constants[nth] += first.slice(0, start)
  constants[nth + 1] = first.slice(first.length - end) + constants[nth + 1]
  for (const line of parts) line[nth] = (line[nth] as string).slice(start, (line[nth] as string).length - end)
}

/** The number of units with which all begin, up to `max`, ending with a whole word. */
function sharedStart(parts: readonly string[], max: number): number {
  const first = parts[0] as string
  let length = max
  for (const part of parts) {
    let same = 0
    while (same < length && part.charCodeAt(same) === first.charCodeAt(same)) same++
    length = same
  }
  while (length > 0 && isWordAt(first, length - 1)) length--
  return length
}

/** The number of units with which all end, up to `max`, beginning with a whole word. */
function sharedEnd(parts: readonly string[], max: number): number {
  const first = parts[0] as string
  let length = max
  for (const part of parts) {
    let same = 0
    while (same < length && part.charCodeAt(part.length - 1 - same) === first.charCodeAt(first.length - 1 - same))
      same++
    length = same
  }
  while (length > 0 && isWordAt(first, first.length - length)) length--
  return length
}
