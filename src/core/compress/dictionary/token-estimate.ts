/**
 * Estimates the tokens of each atom, in tenths. Encoders have no vocabulary: these rules follow how public vocabularies
 * split text, with the mean number of tokens of the pieces. The gate counts exactly.
 */

import { type Atoms, NAME, PLAIN } from './atoms.ts'

export const TOKEN = 10

const SPACE = 0x20
const LINE_END = 0x0a

const LOWER = 0
const UPPER = 1
const DIGIT = 2
const OTHER = 3

export function tokenEstimates(atoms: Atoms): Int32Array {
  const { units, count, starts, kinds } = atoms
  const estimates = new Int32Array(count)
  for (let index = 0; index < count; index++) {
    const start = starts[index] as number
    const end = starts[index + 1] as number
    const kind = kinds[index] as number
    if (kind === NAME || kind === PLAIN) estimates[index] = wordEstimate(units, start, end)
    else if (units[start] === SPACE) estimates[index] = blanksEstimate(units, end - start, end)
    else estimates[index] = signEstimate(units[start] as number, index > 0 && isSign(units, start - 1))
  }
  return estimates
}

/** A sign joins the signs before it, and a line end joins those; a single sign often joins the word behind it. */
function signEstimate(sign: number, isBehindSign: boolean): number {
  if (sign === LINE_END) return isBehindSign ? 3 : TOKEN
  return isBehindSign ? 5 : 8
}

function isSign(units: Uint16Array, at: number): boolean {
  const unit = units[at] as number
  return unit !== SPACE && unit !== LINE_END && caseOf(unit) === OTHER
}

/** A single blank belongs to the next word or sign, but never to a number; of several, all but the last are one token. */
function blanksEstimate(units: Uint16Array, length: number, end: number): number {
  const isBeforeNumber = end < units.length && caseOf(units[end] as number) === DIGIT
  if (isBeforeNumber) return length > 1 ? 2 * TOKEN : TOKEN
  return length > 1 ? TOKEN : 0
}

/** Words are split where the case rises, and where digits begin or end. */
function wordEstimate(units: Uint16Array, start: number, end: number): number {
  let estimate = 0
  for (let at = start; at < end; ) {
    const from = at
    const kind = caseOf(units[at++] as number)
    if (kind === UPPER && at < end && caseOf(units[at] as number) === LOWER) at++
    const run = at > from + 1 ? LOWER : kind
    while (at < end && caseOf(units[at] as number) === run) at++
    estimate += pieceEstimate(run, at - from, end - start)
  }
  return estimate
}

/** Digits form groups of three. A separate piece of letters is mostly one token, but not next to digits. */
function pieceEstimate(kind: number, length: number, wordLength: number): number {
  if (kind === DIGIT) return TOKEN * Math.ceil(length / 3)
  if (kind === UPPER) return TOKEN + 2 * Math.max(0, length - 3)
  if (kind === OTHER) return 3 * length + 7
  return TOKEN + (length < wordLength ? 3 * Math.max(0, Math.min(length, 4) - 2) : Math.max(0, length - 5))
}

function caseOf(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) return LOWER
  if (unit >= 0x41 && unit <= 0x5a) return UPPER
  return unit >= 0x30 && unit <= 0x39 ? DIGIT : OTHER
}
