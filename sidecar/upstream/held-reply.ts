/** A reply that refuses a request, kept back until it is known whether the refusal is of what we did to it. */

import type { Refusal, ReplyHead, ReplySink } from './reply.ts'

/** A longer reply is no error that we know; what came of it is passed on. */
const MAX_BYTES = 64 * 1024

export class HeldReply {
  readonly #head: ReplyHead
  readonly #pieces: Buffer[] = []
  #bytes = 0

  constructor(head: ReplyHead) {
    this.#head = head
  }

  /** @returns false when the reply is too long to be kept */
  keep(piece: Buffer): boolean {
    if (this.#bytes + piece.length > MAX_BYTES) return false
    this.#bytes += piece.length
    this.#pieces.push(piece)
    return true
  }

  get refusal(): Refusal {
    const { status, rawHeaders } = this.#head
    return { status, rawHeaders, body: Buffer.concat(this.#pieces) }
  }

  /** @returns false when the caller has no room for more */
  passTo(sink: ReplySink): boolean {
    sink.start(this.#head)
    return this.#pieces.map((piece) => sink.data(piece)).every(Boolean)
  }
}
