/**
 * Text as a sequence of atoms: words, runs of blanks, single other characters. Dictionary entries begin and end between
 * them.
 */

export interface Atoms {
  readonly text: string
  readonly count: number
  /** The start of each atom, and at `count` the text's length. */
  readonly starts: Int32Array
  readonly kinds: Uint8Array
  /**
   * An atom's number is the index of the first equal atom. Empty lines and the heads of other forms have numbers of
   * their own, since no entry may contain or replace them; so do atoms after too many collisions.
   */
  readonly ids: Int32Array
}

/** A word with a digit, `_` or a capital inside. */
export const NAME = 0
/** Any other word. */
export const PLAIN = 1
export const BLANKS = 2
export const LINE_END = 3
/** The signs between words of a sentence. */
export const PUNCTUATION = 4
export const SYMBOL = 5

/**
 * Heads explain how to read other lines, so the reader must see them unchanged. A prefix quoted in a head may get
 * letters; the table sign for "as above" may not be part of an entry.
 */
const HEADS = /^\[(?:next \d+ lines start with "|table of \d+ aligned rows.*\]$)|"\]$|(?<=^| )\^(?=\s|$)/gm

/** Bounds the look-up in text made to collide: an atom not found after so many steps counts as new. */
const MAX_PROBES = 16

const NEVER = 0
const LETTER = 1
const CAPITAL = 2
const OTHER_OF_WORD = 3

export function atomsOf(text: string): Atoms {
  const starts = new Int32Array(text.length + 1)
  const kinds = new Uint8Array(text.length)
  let count = 0
  for (let at = 0; at < text.length; count++) {
    starts[count] = at
    const unit = text.charCodeAt(at)
    const end = unit === 0x20 ? blanksEnd(text, at) : wordEnd(text, at)
    kinds[count] = end > at ? (unit === 0x20 ? BLANKS : wordKind(text, at, end)) : signKind(unit)
    at = Math.max(end, at + 1)
  }
  starts[count] = text.length
  return { text, count, starts, kinds, ids: idsOf(text, starts, count) }
}

function blanksEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) === 0x20) at++
  return at
}

/** Returns `start` when no word starts there. */
function wordEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && partOfWord(text.charCodeAt(at)) !== NEVER) at++
  return at
}

function wordKind(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const part = partOfWord(text.charCodeAt(at))
    if (part === OTHER_OF_WORD || (part === CAPITAL && at > start)) return NAME
  }
  return PLAIN
}

function signKind(unit: number): number {
  if (unit === 0x0a) return LINE_END
  return ",.;!?'*".includes(String.fromCharCode(unit)) ? PUNCTUATION : SYMBOL
}

/** Beyond ASCII: mostly letters, and surrogates, which must stay together. */
function partOfWord(unit: number): number {
  if (unit >= 0x80) return unit >= 0xc0 && (unit < 0x2000 || unit >= 0x2c00) ? LETTER : NEVER
  if (unit >= 0x61 && unit <= 0x7a) return LETTER
  if (unit >= 0x41 && unit <= 0x5a) return CAPITAL
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x5f ? OTHER_OF_WORD : NEVER
}

function idsOf(text: string, starts: Int32Array, count: number): Int32Array {
  const ids = new Int32Array(count)
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1
  /** The index + 1 of the first equal atom; 0 is free. */
  const slots = new Int32Array(mask + 1)
  const firstProbe = firstProbes(text)
  for (let index = 0; index < count; index++) {
    const start = starts[index] as number
    const end = starts[index + 1] as number
    let slot = hashOf(text, start, end) & mask
    let first = index
    for (let probe = firstProbe(start); probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const known = (slots[slot] as number) - 1
      if (known < 0) {
        slots[slot] = index + 1
        break
      }
      if (!isSame(text, starts, known, index)) continue
      first = known
      break
    }
    ids[index] = first
  }
  return ids
}

/** Between two places: empty lines and heads are not compared with earlier atoms. */
function firstProbes(text: string): (at: number) => number {
  const heads = text.matchAll(HEADS)
  let head = heads.next().value
  return (at) => {
    while (head !== undefined && head.index + head[0].length <= at) head = heads.next().value
    const isInHead = head !== undefined && head.index <= at
    return isInHead || text.startsWith('\n\n', at - 1) ? MAX_PROBES : 0
  }
}

/** FNV-1a over UTF-16 units, with a final mix. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c_9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  return hash ^ (hash >>> 13)
}

function isSame(text: string, starts: Int32Array, a: number, b: number): boolean {
  const startA = starts[a] as number
  const startB = starts[b] as number
  const length = (starts[a + 1] as number) - startA
  if (length !== (starts[b + 1] as number) - startB) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(startA + i) !== text.charCodeAt(startB + i)) return false
  return true
}
