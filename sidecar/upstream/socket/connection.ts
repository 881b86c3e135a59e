/**
 * What undici's HTTP/1.1 client leaves open on a socket. It reads what came before a connection broke, skips the interim
 * replies that undici takes for a fault, and keeps the bytes of a reply's head until it is read, so that a fault in it has
 * its own name (docs/spec/wire.md, One attempt).
 */

import type { Socket } from 'node:net'
import { InterimReplies } from './interim-replies.ts'

/**
 * Names and values are limited to 64 KiB. This bounds all that comes before a reply, interim replies included, and all that
 * comes between two bytes of its body: extensions of a chunk have no other limit.
 */
const MAX_BYTES_WITHOUT_BODY = 256 * 1024

/**
 * From this age on a connection is closed after a reply, so that a provider that moves in DNS is followed: none is older
 * than five minutes when a request goes out. Undici's `clientTtl` asks the clock for each busy connection, once a call.
 */
const OLD_MS = 240_000

/** The code of an error that a `Connection` makes, beside those of Node and undici. */
export type ConnectionFault = 'M2M_INTERIM_REPLIES' | 'UND_ERR_HEADERS_OVERFLOW' | 'M2M_ENDLESS_FRAMING'

export class Connection {
  readonly socket: Socket
  /** A byte of the awaited reply has come. */
  hasReplied = false
  readonly #openedAt = performance.now()
  #isBeforeReply = false
  #bytesWithoutBody = 0
  readonly #interim = new InterimReplies()
  readonly #head: Buffer[] = []
  /** Reading failed while bytes that came before were still to be taken. */
  #readError: Error | undefined

  constructor(socket: Socket) {
    this.socket = socket
    readOnAfterFailedWrites(socket)
    const destroy = socket.destroy
    socket.destroy = (error) => {
      if (error === undefined || !isLost(error, 'read') || socket.readableLength === 0)
        return destroy.call(socket, error)
      this.#readError = error
      return socket
    }
    const read = socket.read
    socket.read = (size) => {
      const chunk: Buffer | null = read.call(socket, size)
      if (chunk !== null) return this.#isBeforeReply ? this.#takeHead(chunk) : this.#takeBody(chunk)
      if (this.#readError !== undefined) destroy.call(socket, this.#readError)
      return null
    }
  }

  /** A request is about to be written. */
  expectReply(): void {
    this.hasReplied = false
    this.#isBeforeReply = true
    this.#bytesWithoutBody = 0
    this.#interim.begin()
  }

  /** The head of the reply was read. */
  endHead(): void {
    this.#isBeforeReply = false
    this.#head.length = 0
    this.#bytesWithoutBody = 0
  }

  /** A byte of the body came. */
  touch(): void {
    this.#bytesWithoutBody = 0
  }

  /** What came of the reply while its head is not read. */
  get head(): Buffer {
    return Buffer.concat(this.#head)
  }

  /** The other side reset the connection, so a reply that its close delimits may lack its end. */
  get isReset(): boolean {
    return (this.socket.errored as NodeJS.ErrnoException | null)?.code === 'ECONNRESET'
  }

  /** A request that was not sent whole leaves the rest of its bytes in front of the next one. */
  closeIfSending(): void {
    if (this.socket.writableLength > 0) this.socket.destroy()
  }

  closeIfOld(): void {
    if (performance.now() - this.#openedAt >= OLD_MS) this.socket.destroy()
  }

  #takeHead(chunk: Buffer): Buffer | null {
    this.hasReplied = true
    if (this.#bytesWithoutBody > MAX_BYTES_WITHOUT_BODY) {
      return this.#giveUp(this.#interim.isSkipping ? 'M2M_INTERIM_REPLIES' : 'UND_ERR_HEADERS_OVERFLOW')
    }
    this.#bytesWithoutBody += chunk.length
    const piece = this.#interim.skip(chunk)
    if (piece !== null) this.#head.push(piece)
    return piece
  }

  #takeBody(chunk: Buffer): Buffer | null {
    if (this.#bytesWithoutBody > MAX_BYTES_WITHOUT_BODY) return this.#giveUp('M2M_ENDLESS_FRAMING')
    this.#bytesWithoutBody += chunk.length
    return chunk
  }

  #giveUp(code: ConnectionFault): null {
    this.socket.destroy(Object.assign(new Error('too many bytes without a body'), { code }))
    return null
  }
}

/**
 * A provider may answer and close before it has read the request: the next write fails, and its answer waits to be read.
 * Node would destroy the socket. A write that fails so stays pending instead: nothing more is written, and reading goes
 * on to its own end, which is near, as the connection is closed.
 */
function readOnAfterFailedWrites(socket: Socket): void {
  const { _write: write, _writev: writev } = socket
  type Done = (error?: Error | null) => void
  const unlessLost =
    (done: Done): Done =>
    (error) => {
      if (error == null || !isLost(error, 'write')) done(error)
    }
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, unlessLost(done))
  if (writev) socket._writev = (chunks, done) => writev.call(socket, chunks, unlessLost(done))
}

function isLost(error: Error, syscall: 'read' | 'write'): boolean {
  const { code, syscall: failed } = error as NodeJS.ErrnoException
  return failed === syscall && (code === 'ECONNRESET' || code === 'EPIPE')
}
