/** Reads a reply at its end, from a bounded copy: one JSON text, or a stream that came compressed. */

import type { Dialect, ReplyFacts } from '../../src/core/dialect/index.ts'
import { outlining } from '../../src/core/json/index.ts'
import { createEventSplitter, GrowingBuffer } from '../../src/core/sse/index.ts'
import type { Steps } from '../../src/core/steps.ts'
import { inTurns } from '../in-turns.ts'
import { decode, isIdentity } from '../wire/content-encoding.ts'
import type { Look } from './look.ts'
import type { ReplyTap } from './reply-tap.ts'

export interface WholeTapOptions {
  readonly encoding: string | undefined
  /** Asked of the decoded bytes: are they a stream? */
  readonly look: Look
}

/** Replies larger than any model writes are not kept for reading: their usage stays unknown. */
const MAX_READ_BYTES = 4 * 1024 * 1024
/** So much of a stream is read before others have their turn. */
const TURN_BYTES = 64 * 1024

const NOTHING: readonly Uint8Array[] = []

export class WholeTap implements ReplyTap {
  readonly isStream = false
  readonly takesEvents = false
  readonly isShortened = false
  readonly isEnded = false
  readonly isFinished = false
  readonly #dialect: Dialect
  readonly #options: WholeTapOptions
  /** The first piece, as long as it is the only one: it needs no copy. */
  #only: Buffer | undefined
  #copy: GrowingBuffer | undefined
  #isTooLarge = false

  constructor(dialect: Dialect, options: WholeTapOptions) {
    this.#dialect = dialect
    this.#options = options
  }

  take(piece: Buffer): readonly Uint8Array[] {
    if (!this.#isTooLarge) this.#keep(piece)
    return [piece]
  }

  end(): readonly Uint8Array[] {
    return NOTHING
  }

  async facts(): Promise<ReplyFacts> {
    const kept = this.#only ?? this.#copy?.take()
    if (kept === undefined) return {}
    const { encoding } = this.#options
    const bytes = isIdentity(encoding) ? kept : await decode(kept, encoding, MAX_READ_BYTES)
    if (bytes === undefined) return {}
    if (this.#options.look(bytes) === true) return inTurns(readingEvents(this.#dialect, bytes))
    return this.#dialect.reply(await inTurns(outlining(withoutMark(bytes))))
  }

  #keep(piece: Buffer): void {
    const first = this.#only
    const size = first?.length ?? this.#copy?.size ?? 0
    this.#only = undefined
    if (size + piece.length > MAX_READ_BYTES) {
      this.#isTooLarge = true
      this.#copy = undefined
    } else if (size === 0) {
      this.#only = piece
    } else {
      this.#copy ??= new GrowingBuffer()
      if (first !== undefined) this.#copy.append(first)
      this.#copy.append(piece)
    }
  }
}

function* readingEvents(dialect: Dialect, bytes: Uint8Array): Steps<ReplyFacts> {
  const splitter = createEventSplitter({ framing: dialect.stream, maxHeldBytes: MAX_READ_BYTES })
  const reader = dialect.streamReader()
  for (let at = 0; at < bytes.length; at += TURN_BYTES) {
    for (const data of splitter.push(bytes.subarray(at, at + TURN_BYTES))?.data() ?? []) reader.event(data)
    yield
  }
  for (const data of splitter.end()?.data() ?? []) reader.event(data)
  return reader.facts()
}

/** Without a byte order mark. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
