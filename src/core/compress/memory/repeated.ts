/**
 * Finds what a request repeats of the one before, by hashes of segments of the body. A turn then costs what is new in it,
 * and one hash of what is not.
 */

import { hash } from 'node:crypto'
import { type BilledSpan, type Block, longNameBytes, type ReadBody } from '../../dialect/index.ts'
import { endOf } from '../../json/index.ts'
import type { BlockCache } from './block-cache.ts'
import type { Segment, SentBlock, Turn } from './turn.ts'

/** A segment ends with the first text that ends so many bytes after its start: a hash call has a cost of its own. */
const SEGMENT_BYTES = 4096
/** In a shorter body, what is taken over costs less than the record of it. */
const MIN_REPEATED_BYTES = 16 * 1024
/** A body of this length is hashed in three milliseconds, one step. What follows in a longer one is new on each turn. */
const MAX_REPEATED_BYTES = 4 * 1024 * 1024

/** Estimated, not measured: an entry, and for each block, span and segment. */
const TURN_BYTES = 1000
const BLOCK_BYTES = 600
const SPAN_BYTES = 60
const SEGMENT_ENTRY_BYTES = 140

/** The part of an earlier turn that a request repeats byte for byte. */
export class Repeated {
  readonly turn: Turn
  readonly segments: readonly Segment[]
  /** Bytes, and billed spans, that are the same. */
  readonly end: number
  readonly #spans: number

  constructor(turn: Turn, segments: readonly Segment[]) {
    this.turn = turn
    this.segments = segments
    this.end = segments.at(-1)?.end ?? 0
    this.#spans = segments.at(-1)?.spans ?? 0
  }

  /** @returns undefined for a span that is new, or was not counted whole */
  tokensOf({ node, what }: BilledSpan, nth: number): number | undefined {
    const span = nth < this.#spans ? this.turn.billed[nth] : undefined
    if (span === undefined || span.node !== node || span.what !== what) return undefined
    const tokens = this.turn.tokens[nth] as number
    return Number.isNaN(tokens) ? undefined : tokens
  }

  /** The digests of blocks that were sent before; to be asked in body order. */
  digests(): (block: Pick<Block, 'start' | 'end'>) => string | undefined {
    const { blocks } = this.turn
    let nth = 0
    return ({ start, end }) => {
      if (end > this.end) return undefined
      while ((blocks[nth]?.block.start ?? start) < start) nth++
      const sent = blocks[nth]
      return sent?.block.start === start && sent.block.end === end ? sent.digest : undefined
    }
  }

  /** @returns undefined for a block that is new, or is read in another way now */
  blockAt(nth: number, block: Block): SentBlock | undefined {
    const sent = block.end <= this.end ? this.turn.blocks[nth] : undefined
    return sent !== undefined && isSame(sent.block, block) ? sent : undefined
  }
}

/** The same bytes, read for the same call. */
function isSame(a: Block, b: Block): boolean {
  return (
    a.start === b.start &&
    a.end === b.end &&
    a.node === b.node &&
    a.tool === b.tool &&
    a.callNode === b.callNode &&
    a.isNested === undefined &&
    b.isNested === undefined
  )
}

/** The turn before, as far as `read` repeats it; undefined when nothing is known of the conversation. */
export function recall(cache: BlockCache, read: ReadBody): Repeated | undefined {
  const { body } = read
  if (body.length < MIN_REPEATED_BYTES) return undefined
  const turn = cache.knownTurn(keyOf(read))
  if (turn === undefined) return undefined
  let from = 0
  let count = 0
  for (const { end, hash: expected } of turn.segments) {
    if (end > body.length || hashOf(read, count, from, end) !== expected) break
    from = end
    count++
  }
  return count === 0 ? undefined : new Repeated(turn, turn.segments.slice(0, count))
}

/** @param repeated what is known of the body already */
export function rememberTurn(
  cache: BlockCache,
  read: ReadBody,
  turn: Omit<Turn, 'segments'>,
  repeated: Repeated | undefined,
): void {
  const { body, tape, pieces } = read
  if (body.length < MIN_REPEATED_BYTES) return
  const { billed } = turn
  const segments = ownSegments(pieces, repeated)
  let { end: from, spans } = segments.at(-1) ?? { end: 0, spans: 0 }
  const close = (end: number): void => {
    segments.push({ end, spans, hash: hashOf(read, segments.length, from, end) })
    from = end
  }
  const endOfNext = (): number => endOf(tape, (billed[spans] as BilledSpan).node)
  for (const { end } of pieces.slice(segments.length)) {
    while (spans < billed.length && endOfNext() <= end) spans++
    close(end)
  }
  while (spans < billed.length && endOfNext() <= MAX_REPEATED_BYTES) {
    const end = endOfNext()
    spans++
    if (end - from >= SEGMENT_BYTES) close(end)
  }
  if (segments.length > 0) cache.rememberTurn(keyOf(read), { ...turn, segments }, bytesOf(turn, segments))
}

/** Those that the turn before has: where pieces are known, only as far as they are the pieces. */
function ownSegments(pieces: ReadBody['pieces'], repeated: Repeated | undefined): Segment[] {
  const segments = repeated?.segments ?? []
  const other = pieces.length === 0 ? -1 : segments.findIndex(({ end }, at) => end !== pieces[at]?.end)
  return segments.slice(0, other === -1 ? undefined : other)
}

function bytesOf({ billed, blocks }: Omit<Turn, 'segments'>, segments: readonly Segment[]): number {
  let bytes = TURN_BYTES + SPAN_BYTES * billed.length + SEGMENT_ENTRY_BYTES * segments.length
  for (const { block, result, bytes: sent, print } of blocks) {
    const text = result?.status === 'changed' ? 2 * result.text.length : 0
    bytes += BLOCK_BYTES + text + (sent?.length ?? 0) + (print?.lines?.byteLength ?? 0)
    bytes += longNameBytes(block.tool, block.callId)
  }
  return bytes
}

/** It hashes the opening: never asked for a short body. */
function keyOf({ dialect, opening }: ReadBody): string {
  return `turn|${dialect.name}|${opening}`
}

/** Of the segment with this number. */
function hashOf({ body, pieces }: ReadBody, nth: number, start: number, end: number): string {
  const piece = pieces[nth]
  const isPiece = piece?.end === end && (pieces[nth - 1]?.end ?? 0) === start
  return isPiece ? piece.hash : hash('sha256', body.subarray(start, end), 'binary')
}
