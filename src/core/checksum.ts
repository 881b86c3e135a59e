/**
 * CRC-32 of a piece of a text (RFC 1952, 8), and of several texts in order. A short piece is summed here: to call zlib takes
 * half a microsecond and a view of its own, 300 bytes of text.
 */

import { crc32 } from 'node:zlib'
import type { JsonUnits } from './json/index.ts'

/** A longer piece is left to zlib. */
const SHORT_BYTES = 128

const POLYNOMIAL = 0xedb88320

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ POLYNOMIAL
  return sum
})

/**
 * @param before the sum of what comes before the piece
 * @returns 32 bits with a sign: V8 keeps them without a box
 */
export function checksum(units: JsonUnits, start: number, end: number, before = 0): number {
  if (end - start > SHORT_BYTES || units.BYTES_PER_ELEMENT !== 1) {
    return crc32(units.subarray(start, end), before >>> 0) | 0
  }
  let sum = ~before
  for (let at = start; at < end; at++) {
    sum = (TABLE[(sum ^ (units[at] as number)) & 0xff] as number) ^ (sum >>> 8)
  }
  return ~sum
}

/** Odd, so that two sums never become one; its bits spread those of a sum. */
const FACTOR = 0x9e3779b1

/** The sum of texts in order, from that of the first ones and that of the next: each is summed once, by itself. */
export function joined(sum: number, next: number): number {
  return Math.imul(sum ^ next, FACTOR)
}
