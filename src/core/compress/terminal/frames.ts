/**
 * Is a lone carriage return the end of a frame, which the next frame overwrites, or the end of a record? Files and
 * serial lines end records with it, so it is a frame only where the text says so: an escape erases or moves, blanks
 * cover the line, or both frames show the same progress and the later one is no shorter.
 */

import { rememberingTexts } from '../memory/text-memo.ts'
import { cellsOf, holdsInk } from './cells.ts'
import { ESC } from './colours.ts'
import { isSameProgress } from './progress.ts'

const LONE_RETURN = /\r(?!\n)/
const LINE_END = /\r?\n/

const ESCAPE = `${ESC}\\[\\d*[A-GJK]`
const ESCAPES = new RegExp(ESCAPE, 'g')
const STARTS_ANEW = new RegExp(`^${ESCAPE}`)
const ENDS_ANEW = new RegExp(`${ESCAPE}$`)
const ERASES_REST = new RegExp(`${ESC}\\[0?K`, 'g')
const IS_SURE = new RegExp(`${ESC}\\[(?:2K|1K|\\d*[A-GJ])`)

/** Is there a carriage return other than that of a line end? */
export function hasLoneReturn(text: string): boolean {
  return text.includes('\r') && LONE_RETURN.test(text)
}

/** What the lone carriage returns of a line end. */
export type Returns = 'frames' | 'records' | 'none'

/** The lines of a text without colours. */
export const returnsOfLines = rememberingTexts(1, (text): readonly Returns[] => {
  const lines = text.split(LINE_END)
  return lines.map((line) => {
    if (!line.includes('\r')) return 'none'
    return areFrames(line, lines.length > 1) ? 'frames' : 'records'
  })
})

/** Every frame must have a reason to overwrite the one before. Frames without text only carry their escapes. */
function areFrames(line: string, hasLineEnds: boolean): boolean {
  const pieces = line.split('\r')
  let before = ''
  let isAnew = false
  let saysSo = false
  let steps = 0
  for (const [index, piece] of pieces.entries()) {
    const { text, startsAnew, endsAnew } = frameOf(piece)
    isAnew ||= startsAnew
    saysSo ||= startsAnew || endsAnew
    if (text === '') {
      isAnew ||= endsAnew
      continue
    }
    const isLast = index === pieces.length - 1
    const isSure = before === '' || isAnew || endsAnew
    if (!isSure && !(hasLineEnds && isFrame(before, text, { isLast, steps }))) return false
    saysSo ||= before !== ''
    if (before !== '') steps++
    before = text
    isAnew = endsAnew
  }
  return saysSo
}

interface Frame {
  readonly text: string
  /** Does an escape at its start or its end erase or move? */
  readonly startsAnew: boolean
  readonly endsAnew: boolean
}

function frameOf(piece: string): Frame {
  if (!piece.includes(ESC)) return { text: piece, startsAnew: false, endsAnew: false }
  // grep puts an erase of the rest before and behind each match, and a record may begin or end with a match.
  const isMatch = (piece.match(ERASES_REST)?.length ?? 0) > 1 && !IS_SURE.test(piece)
  return {
    text: piece.replace(ESCAPES, ''),
    startsAnew: !isMatch && STARTS_ANEW.test(piece),
    endsAnew: !isMatch && ENDS_ANEW.test(piece),
  }
}

/** A blank record may be as long as a short one. */
const FEWEST_BLANKS = 4

/** Do blanks cover all that is there? */
function isBlanked(before: string, text: string): boolean {
  if (holdsInk(text) || text.length < FEWEST_BLANKS) return false
  return (cellsOf(before)?.length ?? Number.POSITIVE_INFINITY) <= text.length
}

/** After so many steps of a progress, its line may end with any text: git goes on with another message. */
const MIN_STEPS = 3

/** Does nothing of the earlier frame show through, and is it blanked, the same progress, or the end of one? */
function isFrame(before: string, after: string, { isLast, steps }: { isLast: boolean; steps: number }): boolean {
  if (isBlanked(before, after) || (steps > 0 && !holdsInk(before))) return true
  const cells = cellsOf(before)
  const over = cellsOf(after)
  if (cells === undefined || over === undefined || over.length < cells.length) return false
  return (isLast && steps >= MIN_STEPS) || isSameProgress(before, after, isLast)
}
