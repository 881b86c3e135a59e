/**
 * The eight character classes of the pre-tokenisers, for all of Unicode: a two-stage table with blocks of 128. White
 * space is Unicode's White_Space, as in the providers' own (Rust) tokenizers; JavaScript's `\s` excludes U+0085 and
 * includes U+FEFF (docs/spec/tokens.md, Counting).
 */

import { openTable, sealTable } from './table-format.ts'

export const OTHER = 0
/** Lu, Lt */
export const UPPER = 1
/** Ll */
export const LOWER = 2
/** Lm, Lo: letters without case count as both. */
export const CASELESS = 3
export const MARK = 4
export const NUMBER = 5
/** White space except CR and LF. */
export const SPACE = 6
export const NEWLINE = 7

const BLOCK_BITS = 7
const BLOCK = 1 << BLOCK_BITS
const CODE_POINTS = 0x11_0000
const BLOCKS = CODE_POINTS >> BLOCK_BITS

/** `characterAt` returns the class in the low four bits, and the character's length in bytes above them. */
export const CLASS_MASK = 15
export const LENGTH_SHIFT = 4

/** UTF-8 text with the tables to classify its characters. The bytes up to `end` must be valid UTF-8. */
export interface Utf8Text {
  bytes: Uint8Array
  end: number
  readonly classes: CharacterClasses
}

export interface CharacterClasses {
  /** Block number by the upper bits of a code point. */
  readonly index: Uint8Array
  /** Classes, block after block. */
  readonly blocks: Uint8Array
  /** The result of `characterAt` for the 128 ASCII characters. */
  readonly ascii: Uint8Array
}

/**
 * Class and length of the character that starts at byte `at`, which must be before `text.end`. In the inner loops of
 * this folder, indexes are always valid: `?? 0` only satisfies the compiler, and costs no measurable time.
 */
export function characterAt(text: Utf8Text, at: number): number {
  const byte = text.bytes[at] ?? 0
  return byte < 0x80 ? (text.classes.ascii[byte] ?? 0) : wideCharacterAt(text, at, byte)
}

function wideCharacterAt({ bytes, classes }: Utf8Text, at: number, lead: number): number {
  const second = (bytes[at + 1] ?? 0) & 63
  if (lead < 0xe0) return classOf(classes, ((lead & 31) << 6) | second) | (2 << LENGTH_SHIFT)
  const third = (bytes[at + 2] ?? 0) & 63
  if (lead < 0xf0) return classOf(classes, ((lead & 15) << 12) | (second << 6) | third) | (3 << LENGTH_SHIFT)
  const fourth = (bytes[at + 3] ?? 0) & 63
  const codePoint = ((lead & 7) << 18) | (second << 12) | (third << 6) | fourth
  return classOf(classes, codePoint) | (4 << LENGTH_SHIFT)
}

function classOf({ index, blocks }: CharacterClasses, codePoint: number): number {
  return blocks[((index[codePoint >> BLOCK_BITS] ?? 0) << BLOCK_BITS) | (codePoint & (BLOCK - 1))] ?? 0
}

/** @throws M2MError TABLES_MISSING when `table` is not what `characterClassesTable` made. */
export function readCharacterClasses(table: Uint8Array): CharacterClasses {
  const payload = openTable('unicode-classes', table)
  const classes = { index: payload.subarray(0, BLOCKS), blocks: payload.subarray(BLOCKS), ascii: new Uint8Array(0x80) }
  for (let byte = 0; byte < 0x80; byte++) classes.ascii[byte] = classOf(classes, byte) | (1 << LENGTH_SHIFT)
  return classes
}

/** The table file of the character classes, by the Unicode version of the running JavaScript engine. */
export function characterClassesTable(): Uint8Array {
  const index = new Uint8Array(BLOCKS)
  const blocks: Uint8Array[] = []
  const known = new Map<string, number>()
  for (let block = 0; block < BLOCKS; block++) {
    const classes = Uint8Array.from({ length: BLOCK }, (_, low) => classify((block << BLOCK_BITS) | low))
    const key = classes.join('')
    const number = known.get(key) ?? blocks.push(classes) - 1
    known.set(key, number)
    index[block] = number
  }
  return sealTable('unicode-classes', Buffer.concat([index, ...blocks]))
}

const CLASSES: readonly [RegExp, number][] = [
  [/[\r\n]/, NEWLINE],
  [/\p{White_Space}/u, SPACE],
  [/[\p{Lu}\p{Lt}]/u, UPPER],
  [/\p{Ll}/u, LOWER],
  [/[\p{Lm}\p{Lo}]/u, CASELESS],
  [/\p{M}/u, MARK],
  [/\p{N}/u, NUMBER],
]

function classify(codePoint: number): number {
  const character = String.fromCodePoint(codePoint)
  return CLASSES.find(([pattern]) => pattern.test(character))?.[1] ?? OTHER
}
