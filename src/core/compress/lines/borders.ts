/**
 * Where a line may be cut. What a reader may quote or copy stays whole: a number with its sign and unit, a date, an id, a
 * name, a path, a URL, a quoted string, an escape, a reference in brackets. Every technique that cuts lines asks here.
 */

import { rememberingTexts } from '../memory/text-memo.ts'
import { textUnits } from '../memory/text-units.ts'
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
  const classes = classesOf(text)
  const search: Search = { text, classes, borders, unclosed: new Set() }
  for (let at = 0; at < text.length; ) {
    const kind = classes[at] as number
    const end = kind === LETTER ? endOfWord(classes, at) : at
    // A word without a joiner is most of what a text holds: this halves the time.
    if (end > at && !isOfRun(classes[end] as number)) at = join(borders, at, end)
    else at = isOfRun(kind) ? joinRun(search, at) : joinSign(search, at)
  }
  return borders
}

interface Search {
  readonly text: string
  /** Of each unit, and of none behind the last one: a table is read three times as fast as a text. */
  readonly classes: Uint8Array
  readonly borders: Uint8Array
  readonly unclosed: Unclosed
}

function classesOf(text: string): Uint8Array {
  const units = textUnits(text)
  const classes = new Uint8Array(units.length + 1)
  for (let at = 0; at < units.length; at++) classes[at] = CLASSES[units[at] as number] as number
  return classes
}

function isOfRun(kind: number): boolean {
  return kind >= JOINER && kind <= OPEN
}

function endOfWord(classes: Uint8Array, from: number): number {
  let at = from + 1
  while (classes[at] === LETTER) at++
  return at
}

function joinSign({ text, classes, borders, unclosed }: Search, at: number): number {
  const kind = classes[at]
  if (kind === OTHER) return at + 1
  if (kind === NEWLINE) unclosed.clear()
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
  // Most are words: a call of `fill` costs more than their letters.
  for (let at = from + 1; at < to; at++) borders[at] = 0
  return Math.max(to, from + 1)
}

/**
 * Joins the run of letters, digits, joiners and references at `from`: all of it when it holds a digit, a path or a
 * reference, otherwise each of its names.
 * @returns the end of what was joined
 */
function joinRun(search: Search, from: number): number {
  const { text, classes, borders } = search
  let at = from
  let highest = OTHER
  let lowest = OPEN
  for (let next = inRun(search, at); next > at; next = inRun(search, at)) {
    const kind = classes[at] as number
    if (kind === SLASH && text.startsWith('://', at - 1)) return join(borders, from, endOfAddress(text, at))
    if (kind > highest) highest = kind
    if (kind < lowest) lowest = kind
    at = next
  }
  // The backslashes in the path of a drive are no escapes.
  if (classes[at] === BACKSLASH && text.startsWith(':', at - 1)) return join(borders, from, endOfAddress(text, at))
  if (highest >= DIGIT) return joinWhole(search, from, at)
  return lowest === LETTER ? join(borders, from, at) : joinNames(search, from, at)
}

/** The place behind the next part of a run; `at` where the run ends. */
function inRun({ text, classes }: Search, at: number): number {
  const kind = classes[at] as number
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
function joinWhole(search: Search, from: number, to: number): number {
  const { text, borders } = search
  const start = from > 0 && text.charCodeAt(from - 1) > 0x20 && isStop(text.charCodeAt(from)) ? from + 1 : from
  let end = to
  while (end > start + 1 && isStop(text.charCodeAt(end - 1))) end--
  const last = withUnit(search, end)
  join(borders, start, last)
  return Math.max(to, last)
}

const COLON = 0x3a
const COMMA = 0x2c

function isStop(code: number): boolean {
  return code === COMMA || code === 0x2e || code === COLON
}

const UNIT =
  / (?:%|°[CF]|[num]?s|µs|secs?|seconds?|mins?|minutes?|hours?|[hd]|days?|bytes?|bits?|[kKMGTP]?i?[Bb]|[KMGT]i?|[kMG]?bps|[kMG]?bit|[kMG]?Hz|[mk]?[VAWmg]|px|[rf]p[ms]|[rq]ps|req(?:uests)?|ops|USD|EUR|GBP|CHF|JPY|[€$£])(?:\/(?:m?s|sec|min|h|hour|day|op))?(?![.,:]*[\p{L}\p{N}_/#@%+-])/uy

/** A number keeps its unit, also one behind a blank: `120 ms`, `3 GB/s`. */
function withUnit({ text, classes }: Search, end: number): number {
  if (classes[end - 1] !== DIGIT || text.charCodeAt(end) !== 0x20) return end
  UNIT.lastIndex = end
  return UNIT.test(text) ? UNIT.lastIndex : end
}

/** A name is one word, or words with one joiner between them: `io.example-app`. A colon or comma separates names. */
function joinNames(search: Search, from: number, to: number): number {
  for (let at = from; at + 1 < to; at++) {
    if (isOfName(search, at, to) && isOfName(search, at + 1, to)) search.borders[at + 1] = 0
  }
  return Math.max(to, from + 1)
}

/** Is it a letter, or a joiner between two letters? */
function isOfName({ text, classes }: Search, at: number, to: number): boolean {
  if (classes[at] === LETTER) return true
  const code = text.charCodeAt(at)
  return code !== COLON && code !== COMMA && at + 1 < to && classes[at + 1] === LETTER && classes[at - 1] === LETTER
}
