/** Lines in pieces, scanned by hand. */

import { DIGIT, endOfKind, isWordAt, kindAt, SPACE } from './units.ts'

/** Words and numbers, runs of white space, and single other characters; joined they are the line. */
export function piecesOf(line: string): readonly string[] {
  const pieces: string[] = []
  for (let at = 0; at < line.length; ) {
    const start = at
    if (isWordAt(line, at)) at = endOfWord(line, at)
    else at = kindAt(line, at) === SPACE ? endOfKind(line, at) : at + 1
    pieces.push(line.slice(start, at))
  }
  return pieces
}

/** The line with every word that has a digit in it replaced by the same mark. */
export function withoutNumbers(line: string): string {
  let masked = ''
  let copied = 0
  for (let at = 0; at < line.length; ) {
    const start = at
    if (!isWordAt(line, at++)) continue
    at = endOfWord(line, start)
    if (!hasDigit(line, start, at)) continue
    masked += `${line.slice(copied, start)}0`
    copied = at
  }
  return masked + line.slice(copied)
}

/** What stands between white space, and the white space. */
export function wordsOf(line: string): readonly string[] {
  return line.match(/\S+|\s+/g) ?? []
}

function endOfWord(line: string, from: number): number {
  let at = from
  while (at < line.length && isWordAt(line, at)) at++
  return at
}

function hasDigit(line: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (kindAt(line, at) === DIGIT) return true
  return false
}
