/**
 * What a body leaves for the next one of its conversation, which begins with the same bytes: the tape and the reading up
 * to the last place where a message begins. Hashes tell how much is the same, so no bytes are kept.
 */

import { hash } from 'node:crypto'
import type { JsonTape, ScanStart } from '../json/index.ts'
import type { Bookmark, Marking, Walked } from './reading/bookmark.ts'

export interface EarlierBody {
  readonly walked: Walked
  /** The tape up to the last bookmark. */
  readonly nodes: Int32Array
  /** SHA-256 from each bookmark to the next, by the bookmark at the end. The first is of what comes after the key's bytes. */
  readonly hashes: readonly string[]
}

/** Keeps them, within a limit. */
export interface BodyMemory {
  knownBody(key: string): EarlierBody | undefined
  rememberBody(key: string, body: EarlierBody, bytes: number): void
}

/** In a shorter body, what is taken over costs less than the record of it. */
const MIN_BYTES = 32 * 1024
/** The key is a hash of so many bytes at most. */
const MAX_KEY_BYTES = 1024 * 1024

/** Estimated, not measured: a bookmark with its hash, a block, a billed span, a call. */
const BODY_BYTES = 1000
const BOOKMARK_BYTES = 500
const BLOCK_BYTES = 300
const SPAN_BYTES = 60
const CALL_BYTES = 200

/** How far a body is known, and what is kept of it. */
export class BodyHistory {
  readonly marking: Marking
  readonly #memory: BodyMemory
  readonly #body: Uint8Array
  readonly #key: string
  readonly #keyBytes: number
  readonly #hashes: readonly string[]
  readonly #earlier: EarlierBody | undefined
  /** Under this body's key. */
  readonly #own: EarlierBody | undefined

  constructor(memory: BodyMemory, body: Uint8Array, dialect: string) {
    this.#memory = memory
    this.#body = body
    this.#keyBytes = keyBytesOf(body)
    this.#key = keyOf(dialect, body, this.#keyBytes)
    const own = memory.knownBody(this.#key)
    // A body that has just grown past a power of two: the one before had the shorter key.
    const half = this.#keyBytes / 2
    const earlier = own ?? memory.knownBody(keyOf(dialect, body, half))
    const from = own === undefined ? half : this.#keyBytes
    const count = earlier === undefined ? 0 : sameMarks(earlier, body, from)
    const bookmark = earlier?.walked.bookmarks[count - 1]
    this.#earlier = bookmark && earlier
    this.#own = own
    this.#hashes = own?.hashes.slice(0, count) ?? []
    this.marking = {
      least: this.#keyBytes,
      from: bookmark && earlier && { walked: earlier.walked, bookmark },
      walked: undefined,
    }
  }

  /** Where the scan begins; undefined: with the first byte. */
  get start(): ScanStart | undefined {
    const { from } = this.marking
    if (from === undefined) return undefined
    const { position, node } = from.bookmark
    return { position, node, list: from.walked.list, nodes: (this.#earlier as EarlierBody).nodes }
  }

  /** Keeps what the next body needs, where it is more than what is kept already. */
  remember(tape: JsonTape): void {
    const { walked } = this.marking
    if (walked === undefined || this.#isKept(walked)) return
    const { bookmarks } = walked
    const hashes = bookmarks.map(({ position }, at) => {
      const from = bookmarks[at - 1]?.position ?? this.#keyBytes
      const isSame = this.#earlier?.walked.bookmarks[at] === bookmarks[at]
      return (isSame ? this.#hashes[at] : undefined) ?? hashOf(this.#body, from, position)
    })
    const nodes = tape.nodes.slice(0, 3 * (bookmarks.at(-1) as Bookmark).node)
    this.#memory.rememberBody(this.#key, { walked, nodes, hashes }, bytesOf(walked, nodes))
  }

  #isKept({ bookmarks }: Walked): boolean {
    return this.#own?.walked.bookmarks[bookmarks.length - 1] === bookmarks.at(-1)
  }
}

/** @returns undefined for a body that is too short for it */
export function historyOf(memory: BodyMemory | undefined, body: Uint8Array, dialect: string): BodyHistory | undefined {
  return memory === undefined || body.length < MIN_BYTES ? undefined : new BodyHistory(memory, body, dialect)
}

/** A power of two, so that a growing body keeps its key: between a quarter and half of it. */
function keyBytesOf({ length }: Uint8Array): number {
  return Math.min(MAX_KEY_BYTES, 2 ** (Math.floor(Math.log2(length)) - 1))
}

function keyOf(dialect: string, body: Uint8Array, bytes: number): string {
  return `body|${dialect}|${bytes}|${hashOf(body, 0, bytes)}`
}

/** How many bookmarks have the same bytes before them. @param start bytes that are known to be the same */
function sameMarks({ walked: { bookmarks }, hashes }: EarlierBody, body: Uint8Array, start: number): number {
  let from = start
  let count = 0
  for (const { position } of bookmarks) {
    if (position >= body.length || hashOf(body, from, position) !== hashes[count]) break
    from = position
    count++
  }
  return count
}

function bytesOf({ bookmarks, noted: { blocks, billed }, calls }: Walked, nodes: Int32Array): number {
  return (
    BODY_BYTES +
    nodes.byteLength +
    BOOKMARK_BYTES * bookmarks.length +
    BLOCK_BYTES * blocks.length +
    SPAN_BYTES * billed.length +
    CALL_BYTES * calls.length
  )
}

function hashOf(body: Uint8Array, start: number, end: number): string {
  return hash('sha256', body.subarray(start, end), 'binary')
}
