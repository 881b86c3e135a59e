/** Reads a reply as it passes: usage, model, how it ended. What goes to the caller stays byte for byte what came. */

import type { Dialect, ReplyFacts, StreamReader } from '../../src/core/dialect/index.ts'
import { createEventSplitter, type EventSplitter, type WholeEvents } from '../../src/core/sse/index.ts'
import { decode, isIdentity } from '../wire/content-encoding.ts'
import { rawHeader } from '../wire/headers.ts'
import { createUsageFilter } from '../wire/stream-usage.ts'

export interface ReplyTap {
  /** Can an event be added to the reply? */
  readonly isEventStream: boolean
  /** May less go out than comes in? */
  readonly isShortened: boolean
  /** Has the stream said its last word? */
  readonly isEnded: boolean
  /**
   * Takes a piece of the reply.
   * @returns what may go out now, in order: the piece itself, or whole events
   * @throws M2MError UPSTREAM_EVENT_TOO_LARGE
   */
  take(piece: Buffer): readonly Uint8Array[]
  /** The reply is over, in good HTTP form. */
  end(): { readonly rest: readonly Uint8Array[]; readonly isCutShort: boolean }
  facts(): Promise<ReplyFacts>
}

/** Larger replies than any model writes are not kept for reading: their usage stays unknown. */
const MAX_READ_BYTES = 4 * 1024 * 1024
/** An image or a file in one event passes; a line without end does not fill the memory. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024

const decoder = new TextDecoder()

const NOTHING: readonly Uint8Array[] = []

/** @returns undefined for a stream that came compressed although `identity` was asked: it passes unread */
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

/** Lets whole events out as soon as they are whole. */
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
   * Some servers leave out `[DONE]`: a finish reason ends a stream as well. Events that are not of the dialect say
   * nothing about their end; then HTTP's word counts, where it has one.
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

/** A reply in one piece of JSON: a bounded copy is decoded and parsed when it is over. */
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
    try {
      return bytes === undefined ? {} : this.#dialect.reply(JSON.parse(decoder.decode(bytes)))
    } catch {
      return {}
    }
  }
}
