/** Lines in pieces that are never cut. Only the starts are stored, since most pieces are never read. */

import { rememberingTexts } from '../memory/text-memo.ts'
import { textUnits } from '../memory/text-units.ts'
import { bordersOfLines } from './borders.ts'
import { DIGIT, KINDS, SPACE } from './units.ts'

/** A line, or several: a part of a text. */
export interface Pieces {
  readonly text: string
  /** The start of each piece in the text, and then the end of the last one. */
  readonly starts: readonly number[]
}

/**
 * Words, numbers, names and quoted strings, runs of white space, and single other characters; joined they are the text
 * from `from`, the start of a line, up to `to`.
 */
export function piecesOf(text: string, from: number, to: number): Pieces {
  const { isStart } = cutOnce(text)
  const starts: number[] = from < to ? [from] : []
  for (let at = from + 1; at < to; at++) if (isStart[at] === 1) starts.push(at)
  starts.push(to)
  return { text, starts }
}

interface Cut {
  readonly units: Uint16Array
  /** For each place of the text, 1 where a piece begins. */
  readonly isStart: Uint8Array
}

/** Once for all lines of a text, and for every technique that reads them: the lines are cut in a third of the time. */
const cutOnce: (text: string) => Cut = rememberingTexts(2, (text) => {
  const units = textUnits(text)
  const isStart = bordersOfLines(text).slice()
  for (let at = 1; at < units.length; at++) if (isSpace(units, at) && isSpace(units, at - 1)) isStart[at] = 0
  return { units, isStart }
})

function isSpace(units: Uint16Array, at: number): boolean {
  return isBlank(units[at] as number)
}

/** A line end is a piece of its own. */
function isBlank(unit: number): boolean {
  return unit <= 0x20 && unit !== NEWLINE && KINDS[unit] === SPACE
}

const NEWLINE = 0x0a

/** The text of a range of pieces. */
export function sliceOf({ text, starts }: Pieces, from: number, to: number): string {
  return text.slice(starts[from], starts[to])
}

/** Are the pieces of two lines at the same index equal? */
export function isSameAt(a: Pieces, b: Pieces, at: number): boolean {
  const startA = a.starts[at] as number
  const startB = b.starts[at] as number
  const length = (a.starts[at + 1] as number) - startA
  if (length !== (b.starts[at + 1] as number) - startB) return false
  for (let i = 0; i < length; i++) if (a.text.charCodeAt(startA + i) !== b.text.charCodeAt(startB + i)) return false
  return true
}

/** Is the piece the outcome of something? It is what a reader asks for, so it stands in its own line. */
export function isVerdictAt({ text, starts }: Pieces, at: number): boolean {
  const start = starts[at] as number
  const end = starts[at + 1] as number
  const first = text.charCodeAt(start)
  if (!mayBeVerdict(first)) return false
  if (first === SMALL_N) return text.startsWith(NOT_OK, start) && (at === 0 || isBlank(text.charCodeAt(start - 1)))
  return end - start <= LONGEST_VERDICT && VERDICTS.has(text.slice(start, end))
}

/** The first word of TAP's `not ok 3`: without it, the line of a test that failed reads as that of one that passed. */
const NOT_OK = 'not ok '

/** As test runners, health checks and logs write them; in other cases they are words of a sentence. */
const VERDICTS: ReadonlySet<string> = new Set([
  ...['PASS', 'PASSED', 'FAIL', 'FAILED', 'OK', 'ERROR', 'FATAL', 'CRITICAL', 'WARN', 'WARNING', 'SKIPPED', 'XFAIL'],
  ...['XPASS', 'SUCCESS', 'SUCCEEDED', 'TIMEOUT', 'Passed', 'Failed', 'Succeeded', 'passed', 'failed', 'ok'],
])
const LONGEST_VERDICT = 9

/** By code, for ASCII: most pieces are told by their first letter. */
const BEGINS_VERDICT = new Uint8Array(0x80)
for (const verdict of VERDICTS) BEGINS_VERDICT[verdict.charCodeAt(0)] = 1
const SMALL_N = 0x6e

function mayBeVerdict(first: number): boolean {
  return first === SMALL_N || (first < 0x80 && BEGINS_VERDICT[first] === 1)
}

/** Two hashes of a line (FNV-1a), together as many bits as a number holds exactly. */
interface Hash {
  low: number
  high: number
}

/** Beyond all units: stand for a piece with a digit, and for a verdict. */
const ANY_NUMBER = 0x10000
const ANY_VERDICT = 0x10001

/**
 * Equal for lines that differ only in verdicts and in pieces with a digit in them. It is a hash: a collision is unlikely
 * and costs at most a saving, since results are verified.
 */
export function kindOf(pieces: Pieces): number {
  const { text, starts } = pieces
  const { units } = cutOnce(text)
  const hash: Hash = { low: 0x811c9dc5, high: 0x1000193 }
  for (let nth = 0; nth + 1 < starts.length; nth++) {
    const start = starts[nth] as number
    const end = starts[nth + 1] as number
    if (hasDigit(units, start, end)) mix(hash, ANY_NUMBER)
    else if (mayBeVerdict(units[start] as number) && isVerdictAt(pieces, nth)) mix(hash, ANY_VERDICT)
    else for (let at = start; at < end; at++) mix(hash, units[at] as number)
  }
  return (hash.high >>> 11) * 0x1_0000_0000 + (hash.low >>> 0)
}

function mix(hash: Hash, code: number): void {
  hash.low = Math.imul(hash.low ^ code, 0x1000193)
  hash.high = Math.imul(hash.high ^ (code + 0x9e37), 0x85ebca6b) ^ (hash.high >>> 15)
}

function hasDigit(units: Uint16Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (KINDS[units[at] as number] === DIGIT) return true
  return false
}

/** The pieces of a line joined to what stands between white space, and the white space. */
export function wordPiecesOf({ text, starts }: Pieces): Pieces {
  const last = starts.length - 1
  const { units } = cutOnce(text)
  const isEdge = (at: number, nth: number): boolean =>
    nth === 0 || nth === last || isSpace(units, at) || isSpace(units, at - 1)
  return { text, starts: starts.filter(isEdge) }
}

/** The indentation of a line, and the sign behind it: lines that differ in them are of different kinds. */
export function startOfLine(line: string): string {
  return START.exec(line)?.[0] ?? ''
}

const START = /^\s*[-+|>*#]*/
