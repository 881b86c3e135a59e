/** Lines in pieces, scanned by hand. Only the starts are stored, since most pieces are never read. */

import { DIGIT, endOfKind, isWordAt, kindAt, SPACE } from './units.ts'

export interface Pieces {
  readonly line: string
  /** The start of each piece, and then the line's length. */
  readonly starts: readonly number[]
}

/** Words and numbers, runs of white space, and single other characters; joined they are the line. */
export function piecesOf(line: string): Pieces {
  const starts: number[] = []
  for (let at = 0; at < line.length; ) {
    starts.push(at)
    if (isWordAt(line, at)) at = endOfWord(line, at)
    else at = kindAt(line, at) === SPACE ? endOfKind(line, at) : at + 1
  }
  starts.push(line.length)
  return { line, starts }
}

/** The text of a range of pieces. */
export function sliceOf({ line, starts }: Pieces, from: number, to: number): string {
  return line.slice(starts[from], starts[to])
}

/** Are the pieces of two lines at the same index equal? */
export function isSameAt(a: Pieces, b: Pieces, at: number): boolean {
  const startA = a.starts[at] as number
  const startB = b.starts[at] as number
  const length = (a.starts[at + 1] as number) - startA
  if (length !== (b.starts[at + 1] as number) - startB) return false
  for (let i = 0; i < length; i++) if (a.line.charCodeAt(startA + i) !== b.line.charCodeAt(startB + i)) return false
  return true
}

/** Two hashes of a line (FNV-1a), together as many bits as a number holds exactly. */
interface Hash {
  low: number
  high: number
}

/**
 * Equal for lines that differ only in words with a digit in them. It is a hash: a collision is unlikely and costs at
 * most a saving, since results are verified.
 */
export function kindOf(line: string): number {
  const hash: Hash = { low: 0x811c9dc5, high: 0x1000193 }
  for (let at = 0; at < line.length; ) {
    if (!isWordAt(line, at)) mix(hash, line.charCodeAt(at++))
    else {
      const end = endOfWord(line, at)
      if (hasDigit(line, at, end)) mix(hash, 0x10000)
      else for (let i = at; i < end; i++) mix(hash, line.charCodeAt(i))
      at = end
    }
  }
  return (hash.high >>> 11) * 0x1_0000_0000 + (hash.low >>> 0)
}

function mix(hash: Hash, code: number): void {
  hash.low = Math.imul(hash.low ^ code, 0x1000193)
  hash.high = Math.imul(hash.high ^ (code + 0x9e37), 0x85ebca6b) ^ (hash.high >>> 15)
}

/** A line in words and white space. */
export function wordPiecesOf(line: string): Pieces {
  const starts: number[] = []
  let at = 0
  for (const word of wordsOf(line)) {
    starts.push(at)
    at += word.length
  }
  starts.push(at)
  return { line, starts }
}

/** The text between white space, and the white space. */
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
