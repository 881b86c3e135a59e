/**
 * A text as hashes of its lines: what an index of earlier blocks needs of a block, in four bytes a line. A hash finds
 * places; whether a line really stands there is decided by the text.
 */

import { randomInt } from 'node:crypto'

export interface LinePrint {
  /** UTF-16 units of the text. */
  readonly units: number
  /** A hash of the whole text. */
  readonly whole: number
  /** By line: its hash, or 0 for a line that identifies no place; undefined where lines do not stand for themselves. */
  readonly lines: Uint32Array | undefined
}

/** A typed array and its buffer, estimated. */
const ARRAY_BYTES = 220

/** Lines without two letters or digits in a row (blank, brackets) neither start nor end a run. */
const TELLING = /[\p{L}\p{N}]{2}/u

/** Drawn for each process: nobody can write lines that share a hash. */
const FACTOR = randomInt(2 ** 31) * 2 + 1
const START = randomInt(2 ** 32 - 1)

/** @param isPlain does each line stand for itself? */
export function printOf(text: string, isPlain: boolean): LinePrint {
  const lines = isPlain ? Uint32Array.from(text.split('\n'), (line) => (isTelling(line) ? hashOf(line) : 0)) : undefined
  return { units: text.length, whole: hashOf(text), lines }
}

/** Bytes of a print beside those of any entry of a memory. */
export function bytesOf({ lines }: LinePrint): number {
  return lines === undefined ? 0 : ARRAY_BYTES + lines.byteLength
}

export function isTelling(line: string): boolean {
  return TELLING.test(line)
}

/** Never 0. */
export function hashOf(text: string): number {
  let hash = START
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FACTOR)
    hash ^= hash >>> 15
  }
  return hash >>> 0 || 1
}
