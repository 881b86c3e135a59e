/** Moves a reply to the caller as it arrives, and ends the call exactly once, whichever way it ends. */

import type { ServerResponse } from 'node:http'
import type { Dialect, ProviderDialect, ReplyFacts } from '../../src/core/dialect/index.ts'
import { type ErrorCode, M2MError } from '../../src/core/errors.ts'
import { asM2MError, problemOf, statusOf, writeErrorReply } from '../error-reply.ts'
import type { ReplyHead, ReplySink, Sending } from '../upstream/index.ts'
import { rawHeader, replyHeaders } from '../wire/headers.ts'
import { mismatchPattern } from './mismatch-pattern.ts'
import type { ReplyNotes } from './reply-notes.ts'
import { createReplyTap, type ReplyTap } from './reply-tap.ts'

/** The end of a call, as the caller saw it. */
export interface Ending {
  /** Status that the caller saw; 499 when it went away first. */
  readonly status: number
  /** Status of the provider's reply; undefined when none was passed on. */
  readonly replyStatus: number | undefined
  readonly error: M2MError | undefined
  /** The reply is that error, not the provider's. */
  readonly isRefused: boolean
  readonly bytesOut: number
  /** On the clock of `performance.now()`. */
  readonly firstChunkAt: number | undefined
  readonly attempts: number
  readonly facts: ReplyFacts
  /** The provider's word for a change before a block of thinking; undefined where it names none. */
  readonly mismatchPattern: string | undefined
}

/** How long the caller may keep sending after a refusal before its connection is cut: enough to read the reply. */
const LINGER_MS = 1000

/** The input of `Relay.open`. */
export interface RelayOptions {
  /** The dialect in which the reply is read on its way; undefined: not an LLM call. */
  readonly dialect: Dialect | undefined
  readonly notes: ReplyNotes
  /** Asked when the reply begins: is its usage read and not passed on, as the caller did not ask for it? */
  readonly isUsageHidden: () => boolean
  readonly send: (sink: ReplySink) => Sending
}

export class Relay implements ReplySink {
  /** Resolves when the caller has the whole reply or is gone. Never rejects. */
  readonly ended: Promise<Ending>
  readonly #res: ServerResponse
  readonly #envelope: ProviderDialect
  #notes: ReplyNotes
  #dialect: Dialect | undefined
  #isUsageHidden: RelayOptions['isUsageHidden'] = () => false
  #sending: Sending | undefined
  #tap: ReplyTap | undefined
  #mismatchPattern: string | undefined
  #replyStatus: number | undefined
  #bytesOut = 0
  #firstChunkAt: number | undefined
  #error: M2MError | undefined
  #isRefused = false
  #isOver = false

  /** @param options.envelope dialect of our own errors; options.notes on one that comes before a request is sent */
  constructor(res: ServerResponse, { envelope, notes }: { envelope: ProviderDialect; notes: ReplyNotes }) {
    this.#res = res
    this.#envelope = envelope
    this.#notes = notes
    this.ended = new Promise((resolve) => {
      res.once('close', () => resolve(this.#close()))
    })
    res.on('drain', () => this.#sending?.resume())
    // A caller may reset its connection while we write: `close` follows.
    res.on('error', () => {})
  }

  /** The caller has its whole reply, or is gone. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Sends the request and relays its reply. A call that is over meanwhile is aborted. */
  open({ dialect, notes, isUsageHidden, send }: RelayOptions): void {
    this.#dialect = dialect
    this.#notes = notes
    this.#isUsageHidden = isUsageHidden
    this.#sending = send(this)
    if (this.#isOver) this.#sending.abort()
  }

  start({ status, statusMessage, rawHeaders }: ReplyHead): void {
    if (this.#dialect !== undefined)
      this.#tap = createReplyTap(this.#dialect, rawHeaders, { isUsageHidden: this.#isUsageHidden() })
    this.#mismatchPattern = mismatchPattern(rawHeaders)
    const isLengthKept = this.#tap?.isShortened !== true
    try {
      const headers = replyHeaders(rawHeaders, { added: this.#notes(status), isLengthKept })
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
    if (rawHeader(rawHeaders, 'content-length') === undefined) process.nextTick(flushHead, this)
  }

  data(chunk: Buffer): boolean {
    this.#firstChunkAt ??= performance.now()
    if (this.#tap === undefined) return this.#write(chunk)
    try {
      let hasRoom = true
      for (const bytes of this.#tap.take(chunk)) hasRoom = this.#write(bytes)
      return hasRoom
    } catch (error) {
      this.fail(asM2MError(error))
      return true
    }
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    const last = this.#tap?.end()
    for (const bytes of last?.rest ?? []) this.#write(bytes)
    if (last?.isCutShort) this.#breakOff(cutShort())
    else this.#res.end()
  }

  /** Ends the call with an error of ours; a call that is over stays as it is. */
  fail(error: M2MError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sending?.abort()
    if (this.#res.headersSent) this.#breakOff(error)
    else this.#refuse(error)
  }

  flushHead(): void {
    if (!this.#isOver && this.#bytesOut === 0) this.#res.flushHeaders()
  }

  #refuse(error: M2MError): void {
    this.#error = error
    const res = this.#res
    if (res.destroyed) return
    this.#isRefused = true
    this.#bytesOut = writeErrorReply(res, this.#envelope, error, this.#notes(statusOf(error.code)))
    lingeringEnd(res)
  }

  /** After the head. A stream gets the dialect's error event; any other reply is cut off, or it would look complete. */
  #breakOff(error: M2MError): void {
    // The stream's final event was seen before its connection closed.
    if (this.#tap?.isEnded) {
      this.#res.end()
      return
    }
    this.#error = error
    const { socket } = this.#res
    if (this.#tap?.isEventStream && this.#dialect !== undefined) {
      this.#write(Buffer.from(this.#dialect.errorEvent(problemOf(error))))
      this.#res.end(() => socket?.destroySoon())
    } else {
      this.#res.destroy()
    }
  }

  #write(chunk: Uint8Array): boolean {
    this.#bytesOut += chunk.length
    return this.#res.write(chunk)
  }

  async #close(): Promise<Ending> {
    const isWhole = this.#res.writableFinished
    this.#isOver = true
    this.#sending?.abort()
    const error = this.#error ?? (isWhole ? undefined : new M2MError('the caller went away', { code: 'CALLER_GONE' }))
    return {
      status: this.#seenStatus(error?.code),
      replyStatus: this.#replyStatus,
      error,
      isRefused: this.#isRefused,
      bytesOut: this.#bytesOut,
      firstChunkAt: this.#firstChunkAt,
      attempts: this.#sending?.attempts ?? 0,
      facts: (await this.#tap?.facts()) ?? {},
      mismatchPattern: this.#mismatchPattern,
    }
  }

  #seenStatus(code: ErrorCode | undefined): number {
    return code === 'CALLER_GONE' ? statusOf(code) : this.#res.statusCode
  }
}

/** @returns undefined, which gives the standard phrase, when Node would refuse this one */
function reasonPhrase(statusMessage: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(statusMessage) ? statusMessage : undefined
}

function flushHead(relay: Relay): void {
  relay.flushHead()
}

function cutShort(): M2MError {
  return new M2MError('the upstream ended its stream in the middle of the reply', { code: 'UPSTREAM_CLOSED' })
}

/**
 * Ends a reply to a caller that may still be sending. Closing at once would reset the connection before the caller has
 * read the reason. Until then, for a moment, its bytes are read and dropped.
 */
function lingeringEnd(res: ServerResponse): void {
  const { req } = res
  if (req.complete) {
    res.end()
    return
  }
  const end = (): void => {
    clearTimeout(timer)
    res.end()
  }
  const timer = setTimeout(() => {
    end()
    req.socket.destroySoon()
  }, LINGER_MS)
  req.once('end', end)
  req.once('error', end)
  req.resume()
}
