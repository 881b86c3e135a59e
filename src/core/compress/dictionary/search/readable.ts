/** Decides which part of a repeated run is readable as an entry. */

import { CLOSING, NAME, OPENING, PLAIN, SYMBOL, WALL } from '../atoms.ts'

/** The kind of atom at a place of a sequence; its ends are walls. */
export type KindAt = (at: number) => number

/**
 * The length of a run's start that is a part of one line and one cell, from a word or bracket to a word or bracket, with
 * every bracket paired. It must contain a name or a sign that sentences do not have: instructions in prose stay
 * unchanged. 0 when no part is readable.
 */
export function readableLength(start: number, length: number, kindAt: KindAt): number {
  if (!isWord(kindAt(start)) && kindAt(start) !== OPENING) return 0
  let readable = 0
  let depth = 0
  let holdsName = false
  for (let at = start; at < start + length; at++) {
    const kind = kindAt(at)
    depth += stepOf(kind)
    if (kind === WALL || depth < 0) break
    holdsName ||= kind === NAME || kind >= SYMBOL
    if (depth === 0 && holdsName && canEnd(kind)) readable = at + 1 - start
  }
  return readable
}

function stepOf(kind: number): number {
  return kind === OPENING ? 1 : kind === CLOSING ? -1 : 0
}

function canEnd(kind: number): boolean {
  return kind === CLOSING || isWord(kind)
}

function isWord(kind: number): boolean {
  return kind === NAME || kind === PLAIN
}
