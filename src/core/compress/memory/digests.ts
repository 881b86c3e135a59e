/** Hashes of literals: keys of the memory and of pins. */

import { hash } from 'node:crypto'
import type { Block } from '../../dialect/index.ts'
import type { Repeated } from './repeated.ts'

/** Bytes of a literal from which on a look-up is faster than counting. */
export const MIN_BYTES = 128

/** A hash of each block's literal, by its start in the body: of SHA-256 where it is a key of the cache as well. */
export type Digests = ReadonlyMap<number, string>

/** @param repeated has those of blocks that were sent before */
export function digestsOf(
  body: Uint8Array,
  blocks: readonly Pick<Block, 'start' | 'end'>[],
  repeated?: Repeated,
): Digests {
  const known = repeated?.digests()
  const digests = new Map<number, string>()
  for (const block of blocks) {
    digests.set(block.start, known?.(block) ?? anyDigestOf(body.subarray(block.start, block.end)))
  }
  return digests
}

function anyDigestOf(literal: Uint8Array): string {
  return literal.length < MIN_BYTES ? shortDigestOf(literal) : digestOf(literal)
}

/** Two lanes of FNV-1a: for so few bytes a call of the crypto library takes most of the time. */
function shortDigestOf(literal: Uint8Array): string {
  let low = 0x811c9dc5
  let high = 0x2f0b4c47
  for (const byte of literal) {
    low = Math.imul(low ^ byte, 0x01000193)
    high = Math.imul(high ^ byte, 0x01000193)
  }
  const bytes = (word: number): string =>
    String.fromCharCode(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24)
  return bytes(low) + bytes(high)
}

/** One character per byte: the shortest of keys. */
export function digestOf(data: string | Uint8Array): string {
  return hash('sha256', data, 'binary')
}
