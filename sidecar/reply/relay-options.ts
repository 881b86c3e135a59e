/** What a relay is told of its call: at its beginning, and when the request is ready to be sent. */

import type { Dialect, ProviderDialect } from '../../src/core/dialect/index.ts'
import type { Gates } from '../call/gate.ts'
import type { ReplyNotes } from './reply-notes.ts'

export interface NewRelayOptions {
  /** Dialect of our own errors. */
  readonly envelope: ProviderDialect
  /** On an error for a request that no provider has seen. */
  readonly notes: ReplyNotes
  /** After so long a silence a stream of events gets a ping; 0 for never. */
  readonly pingMs: number
  readonly gates: Pick<Gates, 'replies' | 'endings'>
}

/** What a reply is read and passed on by. Kept until it is over: nothing here may hold the request's body. */
export interface RelayOptions {
  /** The dialect in which the reply is read on its way; undefined: not an LLM call. */
  readonly dialect: Dialect | undefined
  readonly notes: ReplyNotes
  /** The request asks for a stream. */
  readonly isStreamAsked: boolean
  /** Makes the place that a reply names one that the caller reaches through this sidecar. */
  readonly relocate: (location: string, status: number) => string
  /** Asked when the reply begins: is its usage read and not passed on, as the caller did not ask for it? */
  readonly isUsageHidden: () => boolean
}
