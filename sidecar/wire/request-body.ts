/** Reads a request body: whole and bounded for an LLM call; else as a stream that leaves the caller's connection open. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { M2MError } from '../../src/core/errors.ts'
import { GrowingBuffer } from '../../src/core/growing-buffer.ts'
import type { Course, Wait } from '../course.ts'
import { sweepYoung } from '../sweep.ts'
import { countPiece } from './turns-of-reading.ts'

/** A body follows the headers. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** How much of a body is held. */
export interface HoldingLimits {
  /** A larger body is refused. */
  readonly maxBytes: number
  /** A larger body streams through. */
  readonly maxWhole: number
  /** Asked for each piece: is there room for it? A body without room streams through as well. */
  readonly take: (bytes: number) => boolean
}

/**
 * Reads the whole body. One that is not to be held becomes a stream as soon as that is known: what was read of it is sent
 * on first.
 * @throws M2MError BODY_TOO_LARGE as soon as that is known, with the rest unread; CALLER_GONE
 */
export function* readBounded(
  req: IncomingMessage,
  res: ServerResponse,
  limits: HoldingLimits,
): Course<Buffer | BodyStream> {
  const contentLength = Number(req.headers['content-length'] ?? 0)
  const { maxBytes, maxWhole } = limits
  if (contentLength > maxBytes) throw tooLarge(maxBytes)
  if (contentLength > maxWhole) return new BodyStream(req, res, { maxBytes })
  inviteBody(req, res)
  const reading = new Reading(req, res, limits, contentLength)
  yield reading
  return reading.take()
}

/**
 * So many bytes of a body's pieces are garbage at most, beside the body into which they were copied. Smaller bodies leave
 * theirs to V8: a collection takes 15 ms where a hundred are read.
 */
const SWEEP_BYTES = 4 * 1024 * 1024

/** A body while it is read. Its listeners stay for as long as the request, so it lets go of what it hands out. */
class Reading implements Wait {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #limits: HoldingLimits
  /** Undefined once it is settled what comes of it. The buffer grows: a client may announce more than it sends. */
  #body: GrowingBuffer | undefined
  #outcome: Buffer | BodyStream | M2MError | undefined
  #go: (() => void) | undefined
  #unswept = 0

  constructor(req: IncomingMessage, res: ServerResponse, limits: HoldingLimits, contentLength: number) {
    this.#req = req
    this.#res = res
    this.#limits = limits
    this.#body = new GrowingBuffer(contentLength)
    req.on('data', this.#add).on('end', this.#end).on('error', this.#fail).on('close', this.#fail)
  }

  run(go: () => void): void {
    this.#go = go
    if (this.#body === undefined) queueMicrotask(go)
  }

  /** @throws M2MError BODY_TOO_LARGE, CALLER_GONE */
  take(): Buffer | BodyStream {
    const outcome = this.#outcome
    this.#outcome = undefined
    if (outcome === undefined) throw new Error('a body was taken before it was read')
    if (outcome instanceof M2MError) throw outcome
    return outcome
  }

  readonly #add = (chunk: Buffer): void => {
    const body = this.#body
    if (body === undefined) return
    const { maxBytes, maxWhole, take } = this.#limits
    const bytes = body.size + chunk.length
    if (bytes <= maxWhole && take(chunk.length)) {
      body.adopt(chunk)
      countPiece(this.#req, chunk.length)
      this.#sweepPieces(chunk.length)
      return
    }
    this.#req.off('data', this.#add).pause()
    if (bytes > maxBytes) this.#settle(tooLarge(maxBytes))
    else this.#settle(new BodyStream(this.#req, this.#res, { maxBytes, head: [body.take(), chunk] }))
  }

  #sweepPieces(bytes: number): void {
    this.#unswept += bytes
    if (this.#unswept < SWEEP_BYTES) return
    this.#unswept = 0
    sweepYoung()
  }

  readonly #end = (): void => {
    if (this.#body !== undefined) this.#settle(this.#body.take())
  }

  /** Every request closes; only one that has not ended needs an error and its stack. */
  readonly #fail = (thrown?: Error): void => {
    if (this.#body !== undefined) this.#settle(bodyFault(thrown))
  }

  /** The course goes on when the parser is done with the packet. */
  #settle(outcome: Buffer | BodyStream | M2MError): void {
    this.#outcome = outcome
    this.#body = undefined
    if (this.#go !== undefined) queueMicrotask(this.#go)
  }
}

/** A body up to this size is kept while it may have to be sent once more. */
const MAX_KEPT_BYTES = 1024 * 1024

/**
 * The body on its way through. It is sent as it arrives, and its beginning is kept until `forget`: a connection that closes
 * under it may be tried again. Undici destroys a stream that it stops reading. The caller's socket must stay open for the
 * reply: the rest of the body is then read and dropped, so that the caller can read that reply.
 */
export class BodyStream {
  /** Bytes received so far. */
  bytes = 0
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  /** Undefined once it is forgotten, or has grown too large. */
  #kept: Buffer[] | undefined
  #reader: Reader | undefined
  readonly #maxBytes: number
  #isInvited: boolean

  /**
   * @param options.maxBytes a larger body is refused as soon as that is known
   * @param options.head what was read of it before
   */
  constructor(req: IncomingMessage, res: ServerResponse, options: { maxBytes?: number; head?: Buffer[] } = {}) {
    const { maxBytes = Number.POSITIVE_INFINITY, head } = options
    this.#req = req
    this.#res = res
    this.#maxBytes = maxBytes
    this.#kept = head ?? []
    this.#isInvited = head !== undefined
    for (const { length } of this.#kept) this.bytes += length
  }

  /** Every byte so far is kept. */
  get isKept(): boolean {
    return this.#kept !== undefined
  }

  /** @returns the body from its first byte on, while it is kept */
  open(): Readable {
    const reader = new Reader(this.#req)
    for (const piece of this.#kept ?? []) reader.push(piece)
    if (this.#reader === undefined) this.#begin()
    if (this.bytes > MAX_KEPT_BYTES) this.#kept = undefined
    this.#reader = reader
    if (this.#req.readableEnded) reader.push(null)
    else if (this.#req.destroyed) this.#endEarly()
    return reader
  }

  /** It is not sent a second time. */
  forget(): void {
    this.#kept = undefined
  }

  #begin(): void {
    const req = this.#req
    if (!this.#isInvited) inviteBody(req, this.#res)
    this.#isInvited = true
    req.on('data', this.#take)
    req.once('end', () => this.#reader?.push(null))
    req.once('error', this.#endEarly)
    req.once('close', this.#endEarly)
  }

  readonly #take = (chunk: Buffer): void => {
    this.bytes += chunk.length
    if (this.bytes > MAX_KEPT_BYTES) this.#kept = undefined
    this.#kept?.push(chunk)
    const reader = this.#reader
    if (this.bytes > this.#maxBytes) reader?.destroy(tooLarge(this.#maxBytes))
    else if (reader !== undefined && !reader.destroyed && !reader.push(chunk)) this.#req.pause()
  }

  readonly #endEarly = (thrown?: Error): void => {
    if (!this.#req.complete) this.#reader?.destroy(bodyFault(thrown))
  }
}

/** One sending of a body. */
class Reader extends Readable {
  readonly #req: IncomingMessage

  constructor(req: IncomingMessage) {
    super()
    this.#req = req
  }

  override _read(): void {
    this.#req.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#req.resume()
    done(error)
  }
}

/** Answers `Expect: 100-continue`: only now is it known that the body is wanted. HTTP/1.0 has no interim replies. */
export function inviteBody(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.expect !== undefined && req.httpVersion !== '1.0') res.writeContinue()
}

/** A fault of ours is one that the server found in the body's framing; any other end is the caller's going away. */
function bodyFault(thrown: Error | undefined): M2MError {
  return thrown instanceof M2MError ? thrown : new M2MError('the caller went away', { code: 'CALLER_GONE' })
}

function tooLarge(maxBytes: number): M2MError {
  return new M2MError(`the body is larger than the limit of ${maxBytes} bytes`, { code: 'BODY_TOO_LARGE' })
}
