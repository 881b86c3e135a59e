/** Reads a request body: whole and bounded for an LLM call; else as a stream that leaves the caller's connection open. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { M2MError } from '../../src/core/errors.ts'

/** A body follows the headers. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Reads the whole body.
 * @throws M2MError BODY_TOO_LARGE as soon as that is known, with the rest unread; CALLER_GONE
 */
export function readWhole(req: IncomingMessage, res: ServerResponse, maxBytes: number): Promise<Buffer> {
  const contentLength = Number(req.headers['content-length'] ?? 0)
  if (contentLength > maxBytes) return Promise.reject(tooLarge(maxBytes))
  inviteBody(req, res)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes <= maxBytes) return
      chunks.length = 0
      req.off('data', onData)
      req.pause()
      reject(tooLarge(maxBytes))
    }
    const onGone = (thrown?: Error): void => reject(bodyFault(thrown))
    req.on('data', onData)
    req.once('end', () => {
      // Every request closes; only one that has not ended needs an error and its stack.
      req.off('close', onGone)
      req.off('data', onData)
      const [first, second] = chunks
      resolve(first !== undefined && second === undefined ? first : Buffer.concat(chunks, bytes))
      // The request outlives its body, and its listeners hold this list.
      chunks.length = 0
    })
    req.once('error', onGone)
    req.once('close', onGone)
  })
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
  #kept: Buffer[] | undefined = []
  #reader: Reader | undefined

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req
    this.#res = res
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
    inviteBody(req, this.#res)
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
    if (reader !== undefined && !reader.destroyed && !reader.push(chunk)) this.#req.pause()
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
