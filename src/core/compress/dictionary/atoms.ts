/**
 * Text as a sequence of atoms: words, names and strings that stay whole, runs of blanks, single other characters.
 * Dictionary entries begin and end between them.
 */

import { bordersOf } from '../lines/borders.ts'
import { textUnits } from '../memory/text-units.ts'

export interface Atoms {
  readonly text: string
  readonly units: Uint16Array
  readonly count: number
  /** The start of each atom, and at `count` the text's length. */
  readonly starts: Int32Array
  readonly kinds: Uint8Array
  /**
   * An atom's number is the index of the first equal atom. Empty lines have numbers of their own, since no entry may
   * contain them; so do atoms after too many collisions.
   */
  readonly ids: Int32Array
}

/** A name, number, path, quoted string or reference; a word with a capital inside. */
export const NAME = 0
/** Any other word. */
export const PLAIN = 1
export const BLANKS = 2
/** No entry holds it: a line end, a tab, several blanks, a bar or an unpaired quote, which end a line or a cell. */
export const WALL = 3
/** The signs between words of a sentence. */
export const PUNCTUATION = 4
export const SYMBOL = 5
export const OPENING = 6
export const CLOSING = 7

/** Bounds the look-up in text made to collide: an atom not found after so many steps counts as new. */
const MAX_PROBES = 16

const LINE_END = 0x0a

const NEVER = 0
const LETTER = 1
const CAPITAL = 2
const OTHER_OF_WORD = 3

export function atomsOf(text: string): Atoms {
  const borders = bordersOf(text)
  const units = textUnits(text)
  const starts = new Int32Array(text.length + 1)
  const kinds = new Uint8Array(text.length)
  let count = 0
  for (let at = 0; at < text.length; count++) {
    starts[count] = at
    const end = units[at] === 0x20 ? blanksEnd(units, at) : borderAfter(borders, at)
    kinds[count] = kindBetween(units, at, end)
    at = end
  }
  starts[count] = text.length
  return { text, units, count, starts, kinds, ids: idsOf(units, starts, count) }
}

function blanksEnd(units: Uint16Array, start: number): number {
  let at = start
  while (units[at] === 0x20) at++
  return at
}

/** The end of the text is a border. Atoms are short: a loop takes a third of the time of `indexOf`. */
function borderAfter(borders: Uint8Array, start: number): number {
  let at = start + 1
  while (borders[at] === 0) at++
  return at
}

function kindBetween(units: Uint16Array, start: number, end: number): number {
  const unit = units[start] as number
  if (unit === 0x20) return end > start + 1 ? WALL : BLANKS
  const isSign = end === start + 1 && partOfWord(unit) === NEVER
  return isSign ? signKind(String.fromCharCode(unit)) : wordKind(units, start, end)
}

function wordKind(units: Uint16Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const part = partOfWord(units[at] as number)
    if (part === OTHER_OF_WORD || part === NEVER || (part === CAPITAL && at > start)) return NAME
  }
  return PLAIN
}

function signKind(sign: string): number {
  if ('\n\r\t|"\'`\u2502\u2503'.includes(sign)) return WALL
  if ('([{<'.includes(sign)) return OPENING
  if (')]}>'.includes(sign)) return CLOSING
  return ',.;!?*'.includes(sign) ? PUNCTUATION : SYMBOL
}

/** Beyond ASCII: mostly letters, and surrogates, which must stay together. */
function partOfWord(unit: number): number {
  if (unit >= 0x80) return unit >= 0xc0 && (unit < 0x2000 || unit >= 0x2c00) ? LETTER : NEVER
  if (unit >= 0x61 && unit <= 0x7a) return LETTER
  if (unit >= 0x41 && unit <= 0x5a) return CAPITAL
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x5f ? OTHER_OF_WORD : NEVER
}

function idsOf(units: Uint16Array, starts: Int32Array, count: number): Int32Array {
  const ids = new Int32Array(count)
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1
  /** The index + 1 of the first equal atom; 0 is free. */
  const slots = new Int32Array(mask + 1)
  for (let index = 0; index < count; index++) {
    const start = starts[index] as number
    const end = starts[index + 1] as number
    let slot = hashOf(units, start, end) & mask
    let first = index
    for (
      // Empty lines are not compared with earlier atoms.
      let probe = isEmptyLine(units, start) ? MAX_PROBES : 0;
      probe < MAX_PROBES;
      probe++, slot = (slot + 1) & mask
    ) {
      const known = (slots[slot] as number) - 1
      if (known < 0) {
        slots[slot] = index + 1
        break
      }
      if (!isSame(units, starts, known, index)) continue
      first = known
      break
    }
    ids[index] = first
  }
  return ids
}

/** At the start of a text the first of two line ends is one as well. */
function isEmptyLine(units: Uint16Array, start: number): boolean {
  const before = Math.max(0, start - 1)
  return units[before] === LINE_END && units[before + 1] === LINE_END
}

/** FNV-1a over UTF-16 units, with a final mix. */
function hashOf(units: Uint16Array, start: number, end: number): number {
  let hash = 0x811c_9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (units[at] as number), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  return hash ^ (hash >>> 13)
}

function isSame(units: Uint16Array, starts: Int32Array, a: number, b: number): boolean {
  const startA = starts[a] as number
  const startB = starts[b] as number
  const length = (starts[a + 1] as number) - startA
  if (length !== (starts[b + 1] as number) - startB) return false
  for (let i = 0; i < length; i++) if (units[startA + i] !== units[startB + i]) return false
  return true
}
