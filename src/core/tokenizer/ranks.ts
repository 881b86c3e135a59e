/**
 * A vocabulary as flat arrays: an open-addressing hash table from a token's bytes to its rank, over one blob of all
 * tokens. 200,000 tokens take 4.4 MB and no objects; a `Map` of strings takes 60 MB and 100 ms to fill.
 */

import type { VocabularyName } from '../model/index.ts'
import { openTable, sealTable } from './table-format.ts'

/** A slot holds `fingerprint << RANK_BITS | rank + 1`; 0 is free. */
const RANK_BITS = 18
const RANK_MASK = (1 << RANK_BITS) - 1
const HEADER_WORDS = 4

export class Ranks {
  readonly maxTokenBytes: number
  readonly #slots: Uint32Array
  readonly #mask: number
  readonly #offsets: Uint32Array
  readonly #blob: Uint8Array

  /** @throws M2MError TABLES_MISSING when `table` was not made by `ranksTable` for `name` */
  constructor(name: VocabularyName, table: Uint8Array) {
    const payload = openTable(name, table)
    const { buffer, byteOffset } = payload
    const [count = 0, slotCount = 0, maxTokenBytes = 0] = new Uint32Array(buffer, byteOffset, HEADER_WORDS)
    const slotsAt = byteOffset + 4 * HEADER_WORDS
    const offsetsAt = slotsAt + 4 * slotCount
    this.maxTokenBytes = maxTokenBytes
    this.#slots = new Uint32Array(buffer, slotsAt, slotCount)
    this.#mask = slotCount - 1
    this.#offsets = new Uint32Array(buffer, offsetsAt, count + 1)
    this.#blob = payload.subarray(offsetsAt + 4 * (count + 1) - byteOffset)
  }

  /** The rank of `bytes[start, end)`, or -1 when it is not a token. */
  rank(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > this.maxTokenBytes) return -1
    return this.find(hashOf(bytes, start, end), bytes, start, end)
  }

  /** Like `rank`, for a caller that has the hash already. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots
    const mask = this.#mask
    const fingerprint = hash >>> RANK_BITS
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0
      if (entry === 0) return -1
      if (entry >>> RANK_BITS !== fingerprint) continue
      const rank = (entry & RANK_MASK) - 1
      if (this.#isToken(rank, bytes, start, end)) return rank
    }
  }

  #isToken(rank: number, bytes: Uint8Array, start: number, end: number): boolean {
    const blob = this.#blob
    const offset = this.#offsets[rank] ?? 0
    const length = end - start
    if ((this.#offsets[rank + 1] ?? 0) - offset !== length) return false
    for (let index = 0; index < length; index++) if (blob[offset + index] !== bytes[start + index]) return false
    return true
  }
}

/** FNV-1a with a final mix: the low bits choose the slot, the top 14 are the fingerprint. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

/** The table file of a vocabulary; `tokens[rank]` are a token's bytes. */
export function ranksTable(name: VocabularyName, tokens: readonly Uint8Array[]): Uint8Array {
  const blobBytes = tokens.reduce((sum, token) => sum + token.length, 0)
  const maxTokenBytes = tokens.reduce((max, token) => Math.max(max, token.length), 0)
  const slotCount = 2 ** Math.ceil(Math.log2(2 * tokens.length))
  const words = new Uint32Array(HEADER_WORDS + slotCount + tokens.length + 1)
  words.set([tokens.length, slotCount, maxTokenBytes])
  const slots = words.subarray(HEADER_WORDS, HEADER_WORDS + slotCount)
  const offsets = words.subarray(HEADER_WORDS + slotCount)
  const blob = new Uint8Array(blobBytes)
  let offset = 0
  for (const [rank, token] of tokens.entries()) {
    const hash = hashOf(token, 0, token.length)
    let slot = hash & (slotCount - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (slotCount - 1)
    slots[slot] = ((hash >>> RANK_BITS) << RANK_BITS) | (rank + 1)
    blob.set(token, offset)
    offset += token.length
    offsets[rank + 1] = offset
  }
  return sealTable(name, Buffer.concat([new Uint8Array(words.buffer), blob]))
}
