/**
 * Pre-tokenisation: finds the end of the next piece of a text. Each vocabulary publishes a regular expression for it.
 * These functions implement the expressions by hand, alternative by alternative, because a backtracking engine is slow
 * on real text and quadratic on hostile text. Each character is read a few times at most.
 */

import {
  CASELESS,
  CLASS_MASK,
  characterAt,
  LENGTH_SHIFT,
  LOWER,
  MARK,
  NEWLINE,
  NUMBER,
  OTHER,
  SPACE,
  UPPER,
  type Utf8Text,
} from './character-class.ts'

/** The end of the piece that starts at `start`, which is before `text.end`. */
export type PieceEnd = (text: Utf8Text, start: number) => number

const LF = 0x0a
const CR = 0x0d
const BLANK = 0x20
const APOSTROPHE = 0x27
const SLASH = 0x2f

/**
 * o200k_base:
 * `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+('s|'t|'re|'ve|'m|'ll|'d in either
 * case)?`
 * `|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*('s|...)?`
 * `|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
 */
export function o200kPieceEnd(text: Utf8Text, start: number): number {
  const first = characterAt(text, start)
  const kind = first & CLASS_MASK
  if (kind === NUMBER) return numberEnd(text, start)
  if (kind === NEWLINE) return spaceEnd(text, start)
  // A mark may be the prefix or the first letter: both readings end at the same place.
  const from = kind === OTHER || kind === SPACE ? start + (first >> LENGTH_SHIFT) : start
  const end = casedWordEnd(text, from)
  if (end > from) return contractionEnd(text, end)
  const symbolsFrom = symbolsStart(text, start, kind)
  if (symbolsFrom < 0) return spaceEnd(text, start)
  return lineTailEnd(text, symbolsEnd(text, symbolsFrom), SLASH)
}

/**
 * cl100k_base:
 * `('s|'t|'re|'ve|'m|'ll|'d in either case)|[^\r\n\p{L}\p{N}]?\p{L}+`
 * `|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
 */
export function cl100kPieceEnd(text: Utf8Text, start: number): number {
  const contraction = contractionEnd(text, start)
  if (contraction > start) return contraction
  const first = characterAt(text, start)
  const kind = first & CLASS_MASK
  if (kind === NUMBER) return numberEnd(text, start)
  if (kind === NEWLINE) return spaceEnd(text, start)
  const from = isLetter(kind) ? start : start + (first >> LENGTH_SHIFT)
  const end = wordEnd(text, from)
  if (end > from) return end
  const symbolsFrom = symbolsStart(text, start, kind)
  if (symbolsFrom < 0) return spaceEnd(text, start)
  return lineTailEnd(text, symbolsEnd(text, symbolsFrom), CR)
}

function isLetter(kind: number): boolean {
  return kind >= UPPER && kind <= CASELESS
}

/** `\p{L}*` */
function wordEnd(text: Utf8Text, from: number): number {
  return runEnd(text, from, LETTERS)
}

/**
 * The first of `[UPPER CASELESS MARK]*[LOWER CASELESS MARK]+` and `[UPPER CASELESS MARK]+` that matches; `from` when
 * neither does. The first star is greedy: with no lower-case letter behind its run, the `+` takes the last character
 * of the run that has no case, and upper-case letters after that one start the next piece.
 */
function casedWordEnd(text: Utf8Text, from: number): number {
  const { end } = text
  let at = from
  let caselessEnd = from
  while (at < end) {
    const character = characterAt(text, at)
    const kind = character & CLASS_MASK
    if (kind === LOWER) return runEnd(text, at, NOT_UPPER)
    if (kind !== UPPER && kind !== CASELESS && kind !== MARK) break
    at += character >> LENGTH_SHIFT
    if (kind !== UPPER) caselessEnd = at
  }
  return caselessEnd > from ? caselessEnd : at
}

/** Sets of classes. */
const LETTERS = (1 << UPPER) | (1 << LOWER) | (1 << CASELESS)
const NOT_UPPER = (1 << LOWER) | (1 << CASELESS) | (1 << MARK)
const SYMBOLS = (1 << OTHER) | (1 << MARK)

/** The end of the run of characters of these classes that begins at `from`. */
function runEnd(text: Utf8Text, from: number, classes: number): number {
  const { bytes, end } = text
  const { ascii } = text.classes
  let at = from
  while (at < end) {
    const byte = bytes[at] ?? 0
    const character = byte < 0x80 ? (ascii[byte] ?? 0) : characterAt(text, at)
    if (((classes >> (character & CLASS_MASK)) & 1) === 0) break
    at += character >> LENGTH_SHIFT
  }
  return at
}

/** `('s|'t|'m|'d|'re|'ve|'ll)?`, ASCII letters of either case. */
function contractionEnd({ bytes, end }: Utf8Text, at: number): number {
  if (at + 1 >= end || bytes[at] !== APOSTROPHE) return at
  // Sets the case bit of a letter. The top bit stays, so no byte of a wide character equals a letter.
  const first = (bytes[at + 1] ?? 0) | 0x20
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return at + 2
  if (at + 2 >= end) return at
  const second = (bytes[at + 2] ?? 0) | 0x20
  const isLong = first === 0x6c ? second === 0x6c : (first === 0x72 || first === 0x76) && second === 0x65
  return isLong ? at + 3 : at
}

/** `\p{N}{1,3}` */
function numberEnd(text: Utf8Text, from: number): number {
  let at = from
  for (let count = 0; count < 3 && at < text.end; count++) {
    const character = characterAt(text, at)
    if ((character & CLASS_MASK) !== NUMBER) break
    at += character >> LENGTH_SHIFT
  }
  return at
}

/** The first symbol of ` ?[^\s\p{L}\p{N}]+`, or -1 when it does not match at `start`. */
function symbolsStart(text: Utf8Text, start: number, kind: number): number {
  if (isSymbol(kind)) return start
  if (text.bytes[start] !== BLANK || start + 1 >= text.end) return -1
  return isSymbol(characterAt(text, start + 1) & CLASS_MASK) ? start + 1 : -1
}

function isSymbol(kind: number): boolean {
  return kind === OTHER || kind === MARK
}

/** `[^\s\p{L}\p{N}]*` */
function symbolsEnd(text: Utf8Text, from: number): number {
  return runEnd(text, from, SYMBOLS)
}

/** `[\r\n]*`, or with one more byte in the set. */
function lineTailEnd({ bytes, end }: Utf8Text, from: number, extra: number): number {
  let at = from
  while (at < end && (bytes[at] === LF || bytes[at] === CR || bytes[at] === extra)) at++
  return at
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line end of the run, else all but its last character, else all. */
function spaceEnd(text: Utf8Text, start: number): number {
  let at = start
  let last = start
  let lineEnd = -1
  while (at < text.end) {
    const character = characterAt(text, at)
    const kind = character & CLASS_MASK
    if (kind !== SPACE && kind !== NEWLINE) break
    last = at
    at += character >> LENGTH_SHIFT
    if (kind === NEWLINE) lineEnd = at
  }
  if (lineEnd >= 0) return lineEnd
  return at === text.end || last === start ? at : last
}
