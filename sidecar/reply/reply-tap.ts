/** Reads usage, model and ending from a reply as it passes. The caller gets the bytes of the provider. */

import type { ReplyFacts } from '../../src/core/dialect/index.ts'

export interface ReplyTap {
  /** The reply is read event by event. */
  readonly isStream: boolean
  /** An event can be added to the reply: it is a stream without a length, and no event of it is torn. */
  readonly takesEvents: boolean
  /** Fewer bytes may be sent than received. */
  readonly isShortened: boolean
  /** The stream's final event was seen. */
  readonly isEnded: boolean
  /** The model had finished, by the stream's final event or by a finish reason. */
  readonly isFinished: boolean
  /**
   * Takes a piece of the reply.
   * @returns bytes to send now, in order
   */
  take(piece: Buffer): readonly Uint8Array[]
  /** The HTTP message ended completely. @returns the bytes that were held */
  end(): readonly Uint8Array[]
  /** A promise for a long reply, which is read in turns. Asked once, at the end. */
  facts(): ReplyFacts | Promise<ReplyFacts>
}
