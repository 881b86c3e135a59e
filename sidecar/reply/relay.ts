/** Moves a reply to the caller as it arrives, and closes a call whichever way it ends: one place, once. */

import type { ServerResponse } from 'node:http'
import { type Dialect, errorEvent, type ProviderDialect, type ReplyFacts } from '../../src/core/dialect/index.ts'
import { type ErrorCode, M2MError } from '../../src/core/errors.ts'
import { asM2MError, problemOf, statusOf, writeErrorReply } from '../error-reply.ts'
import type { ReplyHead, ReplySink, Sending } from '../upstream/index.ts'
import { rawHeader, replyHeaders } from '../wire/headers.ts'
import { createReplyTap, type ReplyTap } from './reply-tap.ts'

/** What became of a call, as far as the caller can tell. */
export interface Ending {
  /** The status the caller saw; 499 when it went away first. */
  readonly status: number
  readonly error: M2MError | undefined
  readonly bytesOut: number
  /** On the clock of `performance.now()`. */
  readonly firstChunkAt: number | undefined
  readonly attempts: number
  /** The provider refused what we had added to the request, and was sent it without. */
  readonly isRefused: boolean
  readonly facts: ReplyFacts
}

/** What the caller's connection may still send after a refusal before it is cut: a second is plenty to read the reply. */
const LINGER_MS = 1000

export class Relay implements ReplySink {
  /** Resolves when the caller has the whole reply or is gone. Never rejects. */
  readonly ended: Promise<Ending>
  readonly #res: ServerResponse
  #envelope: ProviderDialect
  #dialect: Dialect | undefined
  #added: readonly string[] = []
  #isUsageHidden = false
  #sending: Sending | undefined
  #tap: ReplyTap | undefined
  #bytesOut = 0
  #firstChunkAt: number | undefined
  #error: M2MError | undefined
  #isOver = false

  /** @param envelope the dialect to refuse the call in while nothing better is known */
  constructor(res: ServerResponse, envelope: ProviderDialect) {
    this.#res = res
    this.#envelope = envelope
    this.ended = new Promise((resolve) => {
      res.once('close', () => resolve(this.#close()))
    })
    res.on('drain', () => this.#sending?.resume())
    // A caller that resets its connection while we write: `close` follows and tells.
    res.on('error', () => {})
  }

  /** @param dialect whose replies are read on the way; undefined: not an LLM call */
  speak(envelope: ProviderDialect, dialect: Dialect | undefined): void {
    this.#envelope = envelope
    this.#dialect = dialect
  }

  /** @param added headers of ours for the reply, names and values in turn */
  announce(added: readonly string[]): void {
    this.#added = added
  }

  /** Keeps the usage of a stream, for which the caller did not ask, to ourselves. */
  hideUsage(): void {
    this.#isUsageHidden = true
  }

  /** Is there nobody left to answer? */
  get isOver(): boolean {
    return this.#isOver
  }

  follow(sending: Sending): void {
    this.#sending = sending
    if (this.#isOver) sending.abort()
  }

  start({ status, statusMessage, rawHeaders }: ReplyHead): void {
    if (this.#dialect !== undefined)
      this.#tap = createReplyTap(this.#dialect, rawHeaders, { isUsageHidden: this.#isUsageHidden })
    const isLengthKept = this.#tap?.isShortened !== true
    try {
      const headers = replyHeaders(rawHeaders, { added: this.#added, isLengthKept })
      this.#res.writeHead(status, reasonPhrase(statusMessage), headers)
    } catch (cause) {
      const error = new M2MError("the provider's reply has headers that cannot be passed on", {
        code: 'UPSTREAM_REPLY_INVALID',
        cause,
      })
      this.fail(error)
      return
    }
    // A reply of unknown length may think before it speaks; the caller learns at once that it was accepted. Bytes that
    // came with the head go out with it: on their own it costs a system call, 9 % of a short stream.
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

  /** Ends the call with an error of ours; one that is over stays as it is. */
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
    this.#bytesOut = writeErrorReply(res, this.#envelope, error, this.#added)
    lingeringEnd(res)
  }

  /** The head is out: a stream gets the dialect's error event, anything else an end that no client takes for a whole reply. */
  #breakOff(error: M2MError): void {
    // The stream had said its last word before its connection died.
    if (this.#tap?.isEnded) {
      this.#res.end()
      return
    }
    this.#error = error
    const { socket } = this.#res
    if (this.#tap?.isEventStream && this.#dialect !== undefined) {
      this.#write(Buffer.from(errorEvent(this.#dialect, problemOf(error))))
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
      error,
      bytesOut: this.#bytesOut,
      firstChunkAt: this.#firstChunkAt,
      attempts: this.#sending?.attempts ?? 0,
      isRefused: this.#sending?.isRefused ?? false,
      facts: (await this.#tap?.facts()) ?? {},
    }
  }

  #seenStatus(code: ErrorCode | undefined): number {
    return code === 'CALLER_GONE' ? statusOf(code) : this.#res.statusCode
  }
}

/** @returns undefined, for the standard one, when Node would refuse it: nobody reads it, and the reply is worth more */
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
 * Ends a reply to a caller that may still be sending: closing under its feet would reset the connection before it has
 * read why. What it sends meanwhile is read away, for a moment.
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
