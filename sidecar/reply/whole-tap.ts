/** Reads a reply at its end, from a bounded copy: one JSON text, or a stream that came compressed. */

import type { Dialect, ReplyFacts } from '../../src/core/dialect/index.ts'
import { GrowingBuffer } from '../../src/core/growing-buffer.ts'
import { outlining } from '../../src/core/json/index.ts'
import { createEventSplitter } from '../../src/core/sse/index.ts'
import type { Steps } from '../../src/core/steps.ts'
import { inTurns } from '../in-turns.ts'
import { decode, isIdentity } from '../wire/content-encoding.ts'
import type { Look } from './look.ts'
import { TURN_BYTES } from './reading-turns.ts'
import type { ReplyTap } from './reply-tap.ts'

export interface WholeTapOptions {
  readonly encoding: string | undefined
  /** Asked of the decoded bytes: are they a stream? */
  readonly look: Look
}

/** Replies larger than any model writes are not kept for reading: their usage stays unknown. */
const MAX_READ_BYTES = 4 * 1024 * 1024

const NOTHING: readonly Uint8Array[] = []

export class WholeTap implements ReplyTap {
  readonly isStream = false
  readonly takesEvents = false
  readonly isShortened = false
  readonly isEnded = false
  readonly isFinished = false
  readonly #dialect: Dialect
  readonly #options: WholeTapOptions
  /** Undefined once the reply has grown too large. */
  #copy: GrowingBuffer | undefined = new GrowingBuffer()

  constructor(dialect: Dialect, options: WholeTapOptions) {
    this.#dialect = dialect
    this.#options = options
  }

  take(piece: Buffer): readonly Uint8Array[] {
    if ((this.#copy?.size ?? 0) + piece.length > MAX_READ_BYTES) this.#copy = undefined
    else this.#copy?.adopt(piece)
    return [piece]
  }

  end(): readonly Uint8Array[] {
    return NOTHING
  }

  facts(): ReplyFacts | Promise<ReplyFacts> {
    const kept = this.#copy?.take()
    if (kept === undefined || kept.length === 0) return {}
    const { encoding } = this.#options
    return isIdentity(encoding) ? this.#factsOf(kept) : this.#decodedFacts(kept, encoding)
  }

  async #decodedFacts(kept: Buffer, encoding: string | undefined): Promise<ReplyFacts> {
    const bytes = await decode(kept, encoding, MAX_READ_BYTES)
    return bytes === undefined ? {} : this.#factsOf(bytes)
  }

  #factsOf(bytes: Uint8Array): ReplyFacts | Promise<ReplyFacts> {
    const isStream = this.#options.look(bytes) === true
    const reading = isStream ? readingEvents(this.#dialect, bytes) : readingReply(this.#dialect, bytes)
    // Most replies are short: one step, and no turn to wait for.
    const first = reading.next()
    return first.done ? first.value : inTurns(reading)
  }
}

function* readingReply(dialect: Dialect, bytes: Uint8Array): Steps<ReplyFacts> {
  return dialect.reply(yield* outlining(withoutMark(bytes)))
}

function* readingEvents(dialect: Dialect, bytes: Uint8Array): Steps<ReplyFacts> {
  const splitter = createEventSplitter({ framing: dialect.stream, maxHeldBytes: MAX_READ_BYTES })
  const reader = dialect.streamReader()
  for (let at = 0; at < bytes.length; at += TURN_BYTES) {
    splitter.push(bytes.subarray(at, at + TURN_BYTES))?.read(reader)
    yield
  }
  splitter.end()?.read(reader)
  return reader.facts()
}

/** Without a byte order mark. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
