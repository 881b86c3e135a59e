/**
 * What a body leaves for the next one of its conversation, which begins with the same bytes: the tape and the reading up
 * to the last place where a message begins. Hashes tell how much is the same, so no bytes are kept.
 */

import { hash } from 'node:crypto'
import { type JsonTape, NONE, type ScanStart } from '../json/index.ts'
import { longNameBytes } from './block.ts'
import type { KnownElements, KnownParts, Prefix, PrefixPart } from './dialect.ts'
import type { Bookmark, Marking, Walked } from './reading/bookmark.ts'
import type { KnownFailed } from './reading/failed-results.ts'

export interface EarlierBody {
  readonly walked: Walked
  /** The tape up to the last bookmark. */
  readonly nodes: Int32Array
  /** One for the key, and one up to each bookmark. */
  readonly pieces: readonly HashedPiece[]
  /** Of the elements up to the last bookmark, where somebody has asked for them. */
  parts?: readonly PrefixPart[]
  isUnmarked?: boolean
  failed?: readonly number[]
}

/** A piece of a body, from the end of the one before it. */
export interface HashedPiece {
  readonly end: number
  /** SHA-256. */
  readonly hash: string
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
/** Of the prefix: a message. */
const PART_BYTES = 150

/** How far a body is known, and what is kept of it. */
export class BodyHistory {
  readonly marking: Marking
  readonly #memory: BodyMemory
  readonly #body: Uint8Array
  /** The hash of the first bytes is the key. */
  readonly #first: HashedPiece
  readonly #key: string
  readonly #dialect: string
  readonly #earlier: EarlierBody | undefined
  /** Under this body's key. */
  readonly #own: EarlierBody | undefined
  /** What the next body will find. */
  #kept: EarlierBody | undefined

  constructor(memory: BodyMemory, body: Uint8Array, dialect: string) {
    this.#memory = memory
    this.#body = body
    this.#dialect = dialect
    this.#first = firstPiece(body, keyBytesOf(body))
    this.#key = keyOf(dialect, this.#first)
    this.#own = memory.knownBody(this.#key)
    const earlier = this.#own ?? this.#shorter()
    const bookmark = earlier && lastSame(earlier, body)
    this.#earlier = bookmark && earlier
    this.marking = {
      least: this.#first.end,
      from: bookmark && earlier && { walked: earlier.walked, bookmark },
      walked: undefined,
    }
  }

  /** A body that has just grown past a power of two: the one before had a shorter key. */
  #shorter(): EarlierBody | undefined {
    return this.#memory.knownBody(keyOf(this.#dialect, firstPiece(this.#body, this.#first.end / 2)))
  }

  /** Where the scan begins; undefined: with the first byte. */
  get start(): ScanStart | undefined {
    const { from } = this.marking
    if (from === undefined) return undefined
    const { position, node } = from.bookmark
    return { position, node, list: from.walked.list, nodes: (this.#earlier as EarlierBody).nodes }
  }

  /**
   * Keeps what the next body needs, where it is more than what is kept already.
   * @returns the body up to the last bookmark
   */
  remember(tape: JsonTape): readonly HashedPiece[] {
    const { walked } = this.marking
    if (walked === undefined) return [this.#first]
    const { bookmarks } = walked
    const pieces = [this.#first]
    for (const [at, bookmark] of bookmarks.entries()) {
      const known = this.#own?.walked.bookmarks[at] === bookmark ? this.#own.pieces[at + 1] : undefined
      pieces.push(known ?? pieceOf(this.#body, bookmarks[at - 1]?.position ?? this.#first.end, bookmark.position))
    }
    if (pieces.at(-1) !== this.#own?.pieces[bookmarks.length]) {
      const nodes = tape.nodes.slice(0, 3 * lastOf(walked).node)
      this.#kept = { walked, nodes, pieces }
      this.#memory.rememberBody(this.#key, this.#kept, bytesOf(walked, nodes))
    } else if (this.#own?.pieces.length === pieces.length) {
      this.#kept = this.#own
    }
    return pieces
  }

  get knownParts(): KnownParts | undefined {
    const { parts, isUnmarked = false } = this.#earlier ?? {}
    const bookmark = this.marking.from?.bookmark
    if (parts === undefined || bookmark === undefined) return undefined
    return { ...this.#elements, parts: parts.slice(0, bookmark.turns.index), isUnmarked }
  }

  get knownFailed(): KnownFailed | undefined {
    const { list, node } = this.#elements
    const failed = this.#earlier?.failed?.filter((result) => result < node)
    return failed && { list, node, failed }
  }

  keepParts({ parts, isMarked }: Prefix): void {
    const kept = this.#kept
    if (kept === undefined || kept.parts !== undefined) return
    const first = parts.findIndex(({ node }) => node === kept.walked.list + 1)
    kept.parts = parts.slice(first, first + lastOf(kept.walked).turns.index)
    kept.isUnmarked = !isMarked
  }

  keepFailed(failed: readonly number[]): void {
    if (this.#kept === undefined || this.#kept.failed !== undefined) return
    const { walked } = this.#kept
    this.#kept.failed = failed.filter((node) => node > walked.list && node < lastOf(walked).node)
  }

  get #elements(): KnownElements {
    const { walked, bookmark } = this.marking.from ?? {}
    return { list: walked?.list ?? NONE, node: bookmark?.node ?? NONE }
  }
}

function lastOf({ bookmarks }: Walked): Bookmark {
  return bookmarks.at(-1) as Bookmark
}

/** @returns undefined for a body that is too short for it */
export function historyOf(memory: BodyMemory | undefined, body: Uint8Array, dialect: string): BodyHistory | undefined {
  return memory === undefined || body.length < MIN_BYTES ? undefined : new BodyHistory(memory, body, dialect)
}

/** A power of two, so that a growing body keeps its key: between a quarter and half of it. */
function keyBytesOf({ length }: Uint8Array): number {
  return Math.min(MAX_KEY_BYTES, 2 ** (Math.floor(Math.log2(length)) - 1))
}

function keyOf(dialect: string, { end, hash: first }: HashedPiece): string {
  return `body|${dialect}|${end}|${first}`
}

/** The last bookmark with the same bytes before it. @param earlier was found by its key */
function lastSame({ walked: { bookmarks }, pieces }: EarlierBody, body: Uint8Array): Bookmark | undefined {
  for (const [at, { position }] of bookmarks.entries()) {
    const from = (pieces[at] as HashedPiece).end
    const isSame = position < body.length && hashOf(body, from, position) === pieces[at + 1]?.hash
    if (!isSame) return bookmarks[at - 1]
  }
  return bookmarks.at(-1)
}

function bytesOf({ bookmarks, noted: { blocks, billed }, calls }: Walked, nodes: Int32Array): number {
  return (
    BODY_BYTES +
    nodes.byteLength +
    BOOKMARK_BYTES * bookmarks.length +
    BLOCK_BYTES * blocks.length +
    SPAN_BYTES * billed.length +
    CALL_BYTES * calls.length +
    PART_BYTES * (bookmarks.at(-1)?.turns.index ?? 0) +
    namesOf(bookmarks, blocks, calls)
  )
}

function namesOf(bookmarks: Walked['bookmarks'], blocks: Walked['noted']['blocks'], calls: Walked['calls']): number {
  let bytes = 0
  for (const { turns } of bookmarks) bytes += longNameBytes(turns.before)
  for (const { tool, callId } of blocks) bytes += longNameBytes(tool, callId)
  for (const [id, { tool }] of calls) bytes += longNameBytes(id, tool)
  return bytes
}

function firstPiece(body: Uint8Array, end: number): HashedPiece {
  return pieceOf(body, 0, end)
}

function pieceOf(body: Uint8Array, start: number, end: number): HashedPiece {
  return { end, hash: hashOf(body, start, end) }
}

function hashOf(body: Uint8Array, start: number, end: number): string {
  return hash('sha256', body.subarray(start, end), 'binary')
}
