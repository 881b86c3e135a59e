/**
 * Where a line may be cut. What a reader may quote or copy stays whole: a number with its sign and unit, a date, an id, a
 * name, a path, a URL, a quoted string, an escape, a reference in brackets. Every technique that cuts lines asks here.
 */

import { rememberingTexts } from '../memory/text-memo.ts'
import { endOfControl, endOfEscape, endOfQuoted, endOfReference, hasCode, isWordCode, type Unclosed } from './wholes.ts'

const OTHER = 0
/** Signs inside numbers, ids and paths: a run of them with letters and digits is one thing when it holds a digit. */
const JOINER = 1
const LETTER = 2
const DIGIT = 3
const SLASH = 4
const OPEN = 5
const QUOTE = 6
const BACKSLASH = 7
const CONTROL = 8
const NEWLINE = 9

/** By code. */
const CLASSES = new Uint8Array(0x10000)
for (let code = 0; code < CLASSES.length; code++) CLASSES[code] = isWordCode(code) ? LETTER : OTHER
const SIGNS: readonly (readonly [signs: string, kind: number])[] = [
  ['0123456789', DIGIT],
  ['.,:+-_#@%~$€£¥±‰', JOINER],
  ['/', SLASH],
  ['"\'`', QUOTE],
  ['\\', BACKSLASH],
  ['[', OPEN],
  ['\u001b', CONTROL],
  ['\n', NEWLINE],
]
for (const [signs, kind] of SIGNS) for (const sign of signs) CLASSES[sign.charCodeAt(0)] = kind

/** May a border fall between `text[at - 1]` and `text[at]`? The beginning and the end are always borders. */
export function isBorder(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true
  return bordersOf(text)[at] === 1
}

/**
 * For each place of a text, its end included, 1 where a border may fall. Linear; a whole thing ends with its line, but
 * for a string that escapes the line end. The last texts are remembered (memory/text-memo.ts).
 */
export const bordersOf: (text: string) => Uint8Array = rememberingTexts(2, findBorders)

/** As `bordersOf`, for lines that are read one by one: each ends all that it began. */
export const bordersOfLines: (text: string) => Uint8Array = rememberingTexts(2, (text) => {
  if (!text.includes(ESCAPED_END)) return bordersOf(text)
  const borders = new Uint8Array(text.length + 1).fill(1)
  for (const { from, to } of spansOfLines(text)) borders.set(findBorders(text.slice(from, to)), from)
  return borders
})

/** A backslash in front of a line end: the one thing that takes a string into the next line. */
const ESCAPED_END = '\\\n'

function* spansOfLines(text: string): Generator<{ readonly from: number; readonly to: number }, void> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const to = end < 0 ? text.length : end + 1
    yield { from, to }
    from = to
  }
}

function findBorders(text: string): Uint8Array {
  const borders = new Uint8Array(text.length + 1).fill(1)
  const unclosed: Unclosed = new Set()
  for (let at = 0; at < text.length; ) {
    const kind = classAt(text, at)
    if (kind === NEWLINE) unclosed.clear()
    const end = kind === LETTER ? endOfWord(text, at) : at
    // A word without a joiner is most of what a text holds: this halves the time.
    if (end > at && !isOfRun(classAt(text, end))) at = join(borders, at, end)
    else at = isOfRun(kind) ? joinRun(borders, text, at) : joinSign(borders, text, at, unclosed)
  }
  return borders
}

function isOfRun(kind: number): boolean {
  return kind >= JOINER && kind <= OPEN
}

function endOfWord(text: string, from: number): number {
  let at = from + 1
  while (classAt(text, at) === LETTER) at++
  return at
}

function joinSign(borders: Uint8Array, text: string, at: number, unclosed: Unclosed): number {
  const kind = classAt(text, at)
  if (kind === CONTROL) return join(borders, at, endOfControl(text, at))
  if (kind === BACKSLASH) {
    if (hasCode(text, at)) borders[at + 1] = 0
    return join(borders, at, endOfEscape(text, at))
  }
  if (kind !== QUOTE) return at + 1
  const end = endOfQuoted(text, at, unclosed)
  // The prefix of a string belongs to it: `b'bytes'`.
  if (end > at && isWordCode(text.charCodeAt(at - 1))) borders[at] = 0
  return join(borders, at, end)
}

/** Leaves no border inside these units; at least one. */
function join(borders: Uint8Array, from: number, to: number): number {
  if (to > from + 1) borders.fill(0, from + 1, to)
  return Math.max(to, from + 1)
}

/**
 * Joins the run of letters, digits, joiners and references at `from`: all of it when it holds a digit, a path or a
 * reference, otherwise each of its names.
 * @returns the end of what was joined
 */
function joinRun(borders: Uint8Array, text: string, from: number): number {
  let at = from
  let highest = OTHER
  let lowest = OPEN
  for (let next = inRun(text, at); next > at; next = inRun(text, at)) {
    const kind = classAt(text, at)
    if (kind === SLASH && text.startsWith('://', at - 1)) return join(borders, from, endOfAddress(text, at))
    if (kind > highest) highest = kind
    if (kind < lowest) lowest = kind
    at = next
  }
  // The backslashes in the path of a drive are no escapes.
  if (text.startsWith(':\\', at - 1)) return join(borders, from, endOfAddress(text, at))
  if (highest >= DIGIT) return joinWhole(borders, text, from, at)
  return lowest === LETTER ? join(borders, from, at) : joinNames(borders, text, from, at)
}

/** The place behind the next part of a run; `at` where the run ends. */
function inRun(text: string, at: number): number {
  const kind = classAt(text, at)
  if (kind === OPEN) return endOfReference(text, at)
  return kind >= JOINER && kind <= SLASH ? at + 1 : at
}

const ADDRESS_END = /[\s"'`<>|]/g
const ADDRESS_STOPS = '.,;:!?)]}'

/** The end of a URL or a drive's path: at a blank or a quote, without the sentence's signs. */
function endOfAddress(text: string, from: number): number {
  ADDRESS_END.lastIndex = from
  let end = ADDRESS_END.exec(text)?.index ?? text.length
  while (end > from + 1 && ADDRESS_STOPS.includes(text.charAt(end - 1))) end--
  return end
}

/**
 * A comma or colon behind a quote or bracket, and the signs at the end of a sentence's part, belong to no number:
 * `"port":8080,` and `took 12, then`.
 */
function joinWhole(borders: Uint8Array, text: string, from: number, to: number): number {
  const start = from > 0 && text.charCodeAt(from - 1) > 0x20 && isStop(text.charCodeAt(from)) ? from + 1 : from
  let end = to
  while (end > start + 1 && isStop(text.charCodeAt(end - 1))) end--
  join(borders, start, withUnit(text, end))
  return Math.max(to, withUnit(text, end))
}

const COLON = 0x3a
const COMMA = 0x2c

function isStop(code: number): boolean {
  return code === COMMA || code === 0x2e || code === COLON
}

const UNIT =
  / (?:%|°[CF]|[num]?s|µs|secs?|seconds?|mins?|minutes?|hours?|[hd]|days?|bytes?|bits?|[kKMGTP]?i?[Bb]|[KMGT]i?|[kMG]?bps|[kMG]?bit|[kMG]?Hz|[mk]?[VAWmg]|px|[rf]p[ms]|[rq]ps|req(?:uests)?|ops|USD|EUR|GBP|CHF|JPY|[€$£])(?:\/(?:m?s|sec|min|h|hour|day|op))?(?![.,:]*[\p{L}\p{N}_/#@%+-])/uy

/** A number keeps its unit, also one behind a blank: `120 ms`, `3 GB/s`. */
function withUnit(text: string, end: number): number {
  if (classAt(text, end - 1) !== DIGIT || text.charCodeAt(end) !== 0x20) return end
  UNIT.lastIndex = end
  return UNIT.test(text) ? UNIT.lastIndex : end
}

/** A name is one word, or words with one joiner between them: `io.example-app`. A colon or comma separates names. */
function joinNames(borders: Uint8Array, text: string, from: number, to: number): number {
  for (let at = from; at + 1 < to; at++) {
    if (isOfName(text, at, to) && isOfName(text, at + 1, to)) borders[at + 1] = 0
  }
  return Math.max(to, from + 1)
}

/** Is it a letter, or a joiner between two letters? */
function isOfName(text: string, at: number, to: number): boolean {
  if (classAt(text, at) === LETTER) return true
  const code = text.charCodeAt(at)
  return (
    code !== COLON &&
    code !== COMMA &&
    at + 1 < to &&
    classAt(text, at + 1) === LETTER &&
    classAt(text, at - 1) === LETTER
  )
}

function classAt(text: string, at: number): number {
  return CLASSES[text.charCodeAt(at)] as number
}
