/** The end of a call, as its caller saw it. */

import type { ReplyFacts } from '../../src/core/dialect/index.ts'
import type { M2MError } from '../../src/core/errors.ts'
import type { StreamEnd } from './stream-end.ts'

export interface Ending {
  /** Status that the caller saw; 499 when it went away first. */
  readonly status: number
  /** Status of the provider's reply; undefined when none was passed on. */
  readonly replyStatus: number | undefined
  readonly error: M2MError | undefined
  /** The reply is that error, not the provider's. */
  readonly isRefused: boolean
  /** It is, and no provider has seen the request. */
  readonly isBlocked: boolean
  /** Undefined for a reply that is not a stream. */
  readonly streamEnd: StreamEnd | undefined
  readonly bytesOut: number
  /** On the clock of `performance.now()`. */
  readonly firstChunkAt: number | undefined
  /** The caller had the whole reply, or was gone. */
  readonly endedAt: number
  readonly attempts: number
  readonly facts: ReplyFacts
  /** The provider's word for a change before a block of thinking; undefined where it names none. */
  readonly mismatchPattern: string | undefined
}
