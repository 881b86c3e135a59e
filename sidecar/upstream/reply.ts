/** An upstream's reply as an attempt hands it on. */

import type { M2MError } from '../../src/core/errors.ts'

/** Receives a reply: `start`, then `data` for each piece, then `end`; or `fail` at any point, as the last call. */
export interface ReplySink {
  start(head: ReplyHead): void
  /** @returns false to pause the reply until `Sending.resume` */
  data(chunk: Buffer): boolean
  end(): void
  fail(error: M2MError): void
}

export interface ReplyHead {
  readonly status: number
  readonly statusMessage: string
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly Buffer[]
}

/** A reply that refuses a request, read whole. */
export interface Refusal {
  readonly status: number
  readonly rawHeaders: readonly Buffer[]
  /** As received, in its encoding. */
  readonly body: Buffer
}
