/** Reads usage, model and ending from a reply as it passes. The caller gets the bytes of the provider. */

import type { Dialect, ReplyFacts, StreamReader } from '../../src/core/dialect/index.ts'
import { outlining } from '../../src/core/json/index.ts'
import { createEventSplitter, type EventSplitter, type WholeEvents } from '../../src/core/sse/index.ts'
import { inTurns } from '../in-turns.ts'
import { decode, isIdentity } from '../wire/content-encoding.ts'
import { rawHeader } from '../wire/headers.ts'
import { createUsageFilter } from '../wire/stream-usage.ts'

export interface ReplyTap {
  /** An event can be added to the reply. */
  readonly isEventStream: boolean
  /** Fewer bytes may be sent than received. */
  readonly isShortened: boolean
  /** The stream's final event was seen. */
  readonly isEnded: boolean
  /**
   * Takes a piece of the reply.
   * @returns bytes to send now, in order: the piece itself, or whole events
   * @throws M2MError UPSTREAM_EVENT_TOO_LARGE
   */
  take(piece: Buffer): readonly Uint8Array[]
  /** The HTTP message ended completely. */
  end(): { readonly rest: readonly Uint8Array[]; readonly isCutShort: boolean }
  facts(): Promise<ReplyFacts>
}

/** Replies larger than any model writes are not kept for reading: their usage stays unknown. */
const MAX_READ_BYTES = 4 * 1024 * 1024
/** An image or a file in one event passes; an endless line does not fill the memory. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024

const NOTHING: readonly Uint8Array[] = []

/** @returns undefined for a stream that is compressed although `identity` was asked for: it passes unread */
export function createReplyTap(
  dialect: Dialect,
  rawHeaders: readonly Buffer[],
  { isUsageHidden }: { isUsageHidden: boolean },
): ReplyTap | undefined {
  const encoding = rawHeader(rawHeaders, 'content-encoding')
  if (!isStream(dialect, rawHeader(rawHeaders, 'content-type'))) return new WholeTap(dialect, encoding)
  if (!isIdentity(encoding)) return undefined
  const tap = new EventTap(dialect, rawHeaders)
  return isUsageHidden ? hidingUsage(tap) : tap
}

function isStream(dialect: Dialect, contentType = ''): boolean {
  return dialect.stream === 'sse' ? /^text\/event-stream\b/i.test(contentType) : /ndjson/i.test(contentType)
}

/** Passes each event on as soon as it is complete. */
class EventTap implements ReplyTap {
  readonly isEventStream: boolean
  readonly isShortened = false
  readonly #isDelimitedByClose: boolean
  readonly #splitter: EventSplitter
  readonly #reader: StreamReader

  constructor(dialect: Dialect, rawHeaders: readonly Buffer[]) {
    const hasLength = rawHeader(rawHeaders, 'content-length') !== undefined
    this.isEventStream = !hasLength
    this.#isDelimitedByClose = !hasLength && rawHeader(rawHeaders, 'transfer-encoding') === undefined
    this.#splitter = createEventSplitter({ framing: dialect.stream, maxEventBytes: MAX_EVENT_BYTES })
    this.#reader = dialect.streamReader()
  }

  get isEnded(): boolean {
    return this.#reader.isEnded
  }

  take(piece: Buffer): readonly Uint8Array[] {
    return this.#read(this.#splitter.push(piece))
  }

  end(): { rest: readonly Uint8Array[]; isCutShort: boolean } {
    const rest = this.#read(this.#splitter.end())
    const isCutShort = this.#isCutShort()
    return { rest: isCutShort ? NOTHING : rest, isCutShort }
  }

  facts(): Promise<ReplyFacts> {
    return Promise.resolve(this.#reader.facts())
  }

  #read(events: WholeEvents | undefined): readonly Uint8Array[] {
    if (events === undefined) return NOTHING
    for (const data of events.data()) this.#reader.event(data)
    return events.bytes
  }

  /**
   * Some servers leave out `[DONE]`: a finish reason ends a stream as well. Where no event is of the dialect, only the
   * HTTP message shows the end; one that ends by closing its connection shows none.
   */
  #isCutShort(): boolean {
    if (this.#reader.isEnded) return false
    const { finishReasons, id, model } = this.#reader.facts()
    if (finishReasons !== undefined && finishReasons.length > 0) return false
    return this.#isDelimitedByClose || id !== undefined || model !== undefined
  }
}

/** The tap reads every event; the caller gets those it asked for. */
function hidingUsage(tap: EventTap): ReplyTap {
  const filter = createUsageFilter()
  return {
    isEventStream: tap.isEventStream,
    isShortened: true,
    get isEnded() {
      return tap.isEnded
    },
    take: (piece) => filter(tap.take(piece)),
    end() {
      const { rest, isCutShort } = tap.end()
      return { rest: filter(rest), isCutShort }
    },
    facts: () => tap.facts(),
  }
}

/** A reply that is one JSON text: a bounded copy is decoded and read at its end, as far as its figures go. */
class WholeTap implements ReplyTap {
  readonly isEventStream = false
  readonly isShortened = false
  readonly isEnded = false
  readonly #dialect: Dialect
  readonly #encoding: string | undefined
  readonly #pieces: Buffer[] = []
  #bytes = 0

  constructor(dialect: Dialect, encoding: string | undefined) {
    this.#dialect = dialect
    this.#encoding = encoding
  }

  take(piece: Buffer): readonly Uint8Array[] {
    this.#bytes += piece.length
    if (this.#bytes <= MAX_READ_BYTES) this.#pieces.push(piece)
    else this.#pieces.length = 0
    return [piece]
  }

  end(): { rest: readonly Uint8Array[]; isCutShort: boolean } {
    return { rest: NOTHING, isCutShort: false }
  }

  async facts(): Promise<ReplyFacts> {
    if (this.#bytes === 0 || this.#bytes > MAX_READ_BYTES) return {}
    const [first = Buffer.alloc(0)] = this.#pieces
    const reply = this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces)
    const bytes = await decode(reply, this.#encoding, MAX_READ_BYTES)
    return bytes === undefined ? {} : this.#dialect.reply(await inTurns(outlining(withoutMark(bytes))))
  }
}

/** Without a byte order mark. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
