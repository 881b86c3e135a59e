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

/**
 * The body as a stream for undici, which destroys a body it stops reading. The caller's socket must stay open for the
 * reply: the rest of the body is then read and dropped, so that the caller can read that reply.
 */
export class BodyStream extends Readable {
  /** Bytes received so far. */
  bytes = 0
  readonly #req: IncomingMessage

  constructor(req: IncomingMessage, res: ServerResponse) {
    super()
    this.#req = req
    inviteBody(req, res)
    req.on('data', this.#take)
    req.once('end', () => this.push(null))
    req.once('error', this.#endEarly)
    req.once('close', this.#endEarly)
  }

  override _read(): void {
    this.#req.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#req.off('data', this.#take).resume()
    done(error)
  }

  readonly #take = (chunk: Buffer): void => {
    this.bytes += chunk.length
    if (!this.push(chunk)) this.#req.pause()
  }

  readonly #endEarly = (thrown?: Error): void => {
    if (!this.#req.complete) this.destroy(bodyFault(thrown))
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
