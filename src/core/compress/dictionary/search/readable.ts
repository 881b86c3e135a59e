/** Decides which part of a repeated run is readable as an entry. */

import { BLANKS, LINE_END, NAME, PLAIN, PUNCTUATION, SYMBOL } from '../atoms.ts'

/** The kind of atom at a place of a sequence; its ends are line ends. */
export type KindAt = (at: number) => number

/**
 * The length of a run's start that is part of one line, without blanks at its end. It must contain a name or a sign
 * that sentences do not have: instructions in prose stay unchanged. 0 when no part is readable.
 */
export function readableLength(start: number, length: number, kindAt: KindAt): number {
  if (!canStart(start, kindAt)) return 0
  let end = lineEnd(start, start + length, kindAt)
  while (end > start && kindAt(end - 1) === BLANKS) end--
  return holdsName(start, end, kindAt) ? end - start : 0
}

/** It may not end with a line end, with blanks except indentation, or inside a number or name such as `0.3`. */
function canStart(start: number, kindAt: KindAt): boolean {
  const first = kindAt(start)
  if (first === LINE_END) return false
  if (first === BLANKS) return kindAt(start - 1) === LINE_END
  const point = first === PUNCTUATION ? start : start - 1
  return kindAt(point) !== PUNCTUATION || !isWord(kindAt(point - 1))
}

function isWord(kind: number): boolean {
  return kind === NAME || kind === PLAIN
}

function lineEnd(start: number, end: number, kindAt: KindAt): number {
  let at = start
  while (at < end && kindAt(at) !== LINE_END) at++
  return at
}

function holdsName(start: number, end: number, kindAt: KindAt): boolean {
  for (let at = start; at < end; at++) {
    const kind = kindAt(at)
    if (kind === NAME || kind === SYMBOL) return true
  }
  return false
}
