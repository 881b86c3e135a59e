/** Moves a reply to the caller as it arrives, and ends the call exactly once, whichever way it ends. */

import type { ServerResponse } from 'node:http'
import type { ProviderDialect, ReplyFacts } from '../../src/core/dialect/index.ts'
import { type ErrorCode, M2MError } from '../../src/core/errors.ts'
import type { Course, Wait } from '../course.ts'
import { asM2MError, problemOf, statusOf, writeErrorReply } from '../error-reply.ts'
import type { ReplyHead, ReplySink, Sending } from '../upstream/index.ts'
import { rawHeader, reasonPhrase, replyHeaders } from '../wire/headers.ts'
import { createReplyTap } from './create-reply-tap.ts'
import type { Ending } from './ending.ts'
import { lingeringEnd } from './lingering-end.ts'
import { mismatchPattern } from './mismatch-pattern.ts'
import { ReadingTurns, TURN_BYTES } from './reading-turns.ts'
import type { NewRelayOptions, RelayOptions } from './relay-options.ts'
import { namesPlace } from './relocated.ts'
import type { ReplyNotes } from './reply-notes.ts'
import type { ReplyTap } from './reply-tap.ts'
import type { StreamEnd } from './stream-end.ts'
import { TurnPieces } from './turn-pieces.ts'

export class Relay implements ReplySink, Wait {
  readonly #res: ServerResponse
  readonly #envelope: ProviderDialect
  readonly #ownNotes: ReplyNotes
  /** Undefined until the request is ready to be sent. */
  #options: RelayOptions | undefined
  #sending: Sending | undefined
  #tap: ReplyTap | undefined
  #mismatchPattern: string | undefined
  #replyStatus: number | undefined
  #bytesOut = 0
  #firstChunkAt: number | undefined
  #endedAt = 0
  #error: M2MError | undefined
  #isRefused = false
  #isBlocked = false
  #streamEnd: StreamEnd | undefined
  readonly #pingMs: number
  readonly #gates: NewRelayOptions['gates']
  #ping: NodeJS.Timeout | undefined
  #isOver = false
  #ending: Ending | undefined
  #onEnded: (() => void) | undefined
  readonly #turns = new ReadingTurns()
  /** What came of the body in this turn, and is passed on at its end. */
  readonly #came = new TurnPieces()
  #isPassingDue = false
  /** The provider's reply is over. */
  #isComplete = false
  /** The head goes out by itself where no body comes with it. */
  #isHeadDue = false

  constructor(res: ServerResponse, { envelope, notes, pingMs, gates }: NewRelayOptions) {
    this.#res = res
    this.#envelope = envelope
    this.#ownNotes = notes
    this.#pingMs = pingMs
    this.#gates = gates
    res.on('close', this.#leave)
    res.on('drain', () => this.#sending?.resume())
    // A caller may reset its connection while we write: `close` follows.
    res.on('error', () => {})
  }

  /** Gives what there is to say of the reply, once the caller has the whole of it or is gone. */
  *ended(): Course<Ending> {
    while (this.#ending === undefined) yield this
    return this.#ending
  }

  run(go: () => void): void {
    this.#onEnded = go
    if (this.#ending !== undefined) go()
  }

  /** The caller has its whole reply, or is gone. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Sends the request and relays its reply. A call that is over meanwhile is aborted. */
  open(options: RelayOptions, send: (sink: ReplySink) => Sending): void {
    this.#options = options
    this.#sending = send(this)
    if (this.#isOver) this.#sending.abort()
  }

  start({ status, statusMessage, rawHeaders }: ReplyHead): void {
    const { dialect, notes, isStreamAsked = false, isUsageHidden, relocate } = this.#options ?? {}
    if (dialect !== undefined) {
      this.#tap = createReplyTap(dialect, rawHeaders, { isStreamAsked, isUsageHidden: isUsageHidden?.() ?? false })
    }
    this.#mismatchPattern = mismatchPattern(rawHeaders)
    const isLengthKept = this.#tap?.isShortened !== true
    try {
      const headers = replyHeaders(rawHeaders, {
        added: (notes ?? this.#ownNotes)(status),
        isLengthKept,
        relocate: relocate && namesPlace(status) ? (location) => relocate(location, status) : undefined,
      })
      this.#res.writeHead(status, reasonPhrase(statusMessage), headers)
      this.#replyStatus = status
    } catch (cause) {
      const error = new M2MError("the provider's reply has headers that cannot be passed on", {
        code: 'UPSTREAM_REPLY_INVALID',
        cause,
      })
      this.fail(error)
      return
    }
    // The first bytes of a reply of unknown length may take long; the caller learns at once that it was accepted. Bytes
    // that came with the head are sent with it: a write of its own costs a system call, 9 % of a short stream.
    this.#isHeadDue = rawHeader(rawHeaders, 'content-length') === undefined
    if (this.#isHeadDue) this.#passOnSoon()
    if (this.#pingMs > 0 && dialect?.ping !== undefined) this.#ping = setTimeout(ping, this.#pingMs, this)
  }

  /**
   * One read of the provider's socket may bring many chunks: what came is passed on when all of it was taken, as one
   * piece in one write. That is still the same turn of the event loop.
   */
  data(chunk: Buffer): boolean {
    this.#firstChunkAt ??= performance.now()
    this.#came.add(chunk)
    const isTurnOver = this.#tap?.isStream === true && this.#turns.isOver(chunk.length, this)
    if (isTurnOver || this.#came.bytes >= TURN_BYTES) return this.#passOn() && !isTurnOver
    this.#passOnSoon()
    return !this.#res.writableNeedDrain
  }

  readOn(): void {
    if (!this.#res.writableNeedDrain) this.#sending?.resume()
  }

  /** HTTP says that the reply is over: it passes as it came, whatever its last event was. */
  end(): void {
    this.#isComplete = true
    this.#passOnSoon()
  }

  #finish(): void {
    if (this.#isOver) return
    const last = this.#lastPieces()
    if (this.#isOver) return
    this.#isOver = true
    for (const bytes of last) this.#write(bytes)
    this.#streamEnd = this.#tap?.isFinished ? 'finished' : 'unfinished'
    this.#res.end()
  }

  #lastPieces(): readonly Uint8Array[] {
    try {
      return this.#tap?.end() ?? []
    } catch (error) {
      this.#isComplete = false
      this.fail(asM2MError(error))
      return []
    }
  }

  /** Ends the call with an error of ours; a call that is over stays as it is. */
  fail(error: M2MError): void {
    this.#passOn()
    if (this.#isComplete) this.#finish()
    if (this.#isOver) return
    this.#isOver = true
    this.#sending?.abort()
    if (this.#res.headersSent) this.#breakOff(error)
    else this.#refuse(error)
  }

  readonly #passOnNow = (): void => {
    this.#isPassingDue = false
    this.#passOn()
    if (this.#isComplete) this.#finish()
    if (this.#isHeadDue && !this.#isOver && this.#bytesOut === 0) this.#res.flushHeaders()
    this.#isHeadDue = false
  }

  /** Called after a silence: only between events, and only while the caller reads. */
  ping(): void {
    if (this.#isOver) return
    const bytes = this.#options?.dialect?.ping
    if (bytes === undefined || !this.#tap?.takesEvents || this.#res.writableNeedDrain) this.#ping?.refresh()
    else this.#write(Buffer.from(bytes))
  }

  #passOnSoon(): void {
    if (this.#isPassingDue) return
    this.#isPassingDue = true
    this.#gates.replies.run(this.#passOnNow)
  }

  /** @returns false when the caller has no room for more */
  #passOn(): boolean {
    const piece = this.#came.take()
    if (piece === undefined || this.#isOver) return true
    if (this.#tap === undefined) return this.#write(piece)
    try {
      let hasRoom = true
      for (const bytes of this.#tap.take(piece)) hasRoom = this.#write(bytes)
      return hasRoom
    } catch (error) {
      this.fail(asM2MError(error))
      return true
    }
  }

  #refuse(error: M2MError): void {
    this.#error = error
    const res = this.#res
    if (res.destroyed) return
    this.#isRefused = true
    this.#isBlocked = this.#options === undefined || comesBeforeSending(error)
    const notes = this.#isBlocked ? this.#ownNotes : (this.#options?.notes ?? this.#ownNotes)
    this.#bytesOut = writeErrorReply(res, this.#envelope, error, notes(statusOf(error.code)))
    lingeringEnd(res)
  }

  /**
   * After the head. A stream gets the dialect's error event; any other reply is cut off, or it would look complete, and
   * so is a stream of which the caller has a part of an event.
   */
  #breakOff(error: M2MError): void {
    const tap = this.#tap
    const dialect = this.#options?.dialect
    // The stream's final event was seen before its connection closed.
    if (tap?.isEnded) {
      this.#streamEnd = 'finished'
      this.#res.end()
      return
    }
    this.#error = error
    const { socket } = this.#res
    if (tap?.takesEvents && dialect !== undefined) {
      this.#streamEnd = 'error'
      this.#write(Buffer.from(dialect.errorEvent(problemOf(error))))
      this.#res.end(() => socket?.destroySoon())
    } else {
      this.#streamEnd = 'truncated'
      this.#res.destroy()
    }
  }

  #write(chunk: Uint8Array): boolean {
    this.#bytesOut += chunk.length
    this.#ping?.refresh()
    return this.#res.write(chunk)
  }

  readonly #leave = (): void => {
    this.#endedAt = performance.now()
    this.#isOver = true
    clearTimeout(this.#ping)
    this.#sending?.abort()
    this.#gates.endings.run(this.#close)
  }

  readonly #close = (): void => {
    const isWhole = this.#res.writableFinished
    const error = this.#error ?? (isWhole ? undefined : new M2MError('the caller went away', { code: 'CALLER_GONE' }))
    const facts = this.#tap?.facts() ?? {}
    if (facts instanceof Promise) void facts.then((read) => this.#conclude(error, read))
    else this.#conclude(error, facts)
  }

  #conclude(error: M2MError | undefined, facts: ReplyFacts): void {
    this.#ending = {
      status: this.#seenStatus(error?.code),
      replyStatus: this.#replyStatus,
      error,
      isRefused: this.#isRefused,
      isBlocked: this.#isBlocked,
      streamEnd: this.#tap?.isStream ? this.#endOfStream(error, facts) : undefined,
      bytesOut: this.#bytesOut,
      firstChunkAt: this.#firstChunkAt,
      endedAt: this.#endedAt,
      attempts: this.#sending?.attempts ?? 0,
      facts,
      mismatchPattern: this.#mismatchPattern,
    }
    this.#onEnded?.()
  }

  #endOfStream(error: M2MError | undefined, facts: ReplyFacts): StreamEnd | undefined {
    if (error?.code === 'CALLER_GONE') return 'aborted'
    return this.#streamEnd === 'truncated' || facts.error === undefined ? this.#streamEnd : 'error'
  }

  #seenStatus(code: ErrorCode | undefined): number {
    return code === 'CALLER_GONE' ? statusOf(code) : this.#res.statusCode
  }
}

/** A request that was ready to be sent, and was refused by us or by the HTTP client before a byte of it had left. */
function comesBeforeSending({ blame, code }: M2MError): boolean {
  return blame === 'caller' || code === 'UPSTREAM_ADDRESS_REFUSED'
}

function ping(relay: Relay): void {
  relay.ping()
}
