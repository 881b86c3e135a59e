/** The record of one call while it lasts. The pipeline alone fills it in; it holds no content once the request is sent. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Report } from '../../src/core/compress/index.ts'
import type { M2MError } from '../../src/core/errors.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import type { CallLog } from '../log.ts'
import type { RequestPrefix } from '../prefix-breaks/index.ts'
import type { Relay } from '../reply/relay.ts'
import type { Hold } from '../request/held-bytes.ts'
import type { CacheOutcome } from '../request/mark-cache.ts'
import type { Target } from '../request/match.ts'
import type { SecondOutcome } from '../request/second-attempt.ts'
import type { CallObservation, PassthroughReason, RequestSummary } from '../telemetry/index.ts'
import type { LiveEntry } from './live-calls.ts'

export interface Call {
  /** Names the call in every log line and in `x-m2m-call`. */
  readonly id: string
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Read once: a new policy changes nothing for a call under way. */
  readonly policy: CompiledPolicy
  /** Undefined for a call that is refused. */
  readonly target: Target | undefined
  readonly refusal: M2MError | undefined
  readonly observation: CallObservation
  readonly relay: Relay
  /** Its entry among the calls under way. */
  readonly live: LiveEntry
  /** Adds the call's id and trace id to each line. */
  readonly log: CallLog
  /** What is held of its body. */
  readonly hold: Hold
  /** On the clock of `performance.now()`, as the other times. */
  readonly acceptedAt: number
  /** Undefined until the body is in, or begins to stream. */
  arrival: Arrival | undefined
  /** Undefined until the request is ready to be sent. */
  sent: SentRequest | undefined
  /** The request's JSON as received, where calls are recorded; undefined elsewhere. */
  recordedBody: Uint8Array | undefined
  /** Undefined until the request is sent. */
  sentAt: number | undefined
}

export interface Arrival {
  /** Arrival of the last byte of a whole body. */
  readonly at: number
  /** Bytes of the body as received; those of a stream grow while it lasts. */
  readonly body: { readonly bytes: number } | null
}

/** The facts of a request that are kept until its reply: figures and hashes. The body and its tape are released. */
export interface SentRequest {
  /** A hash of its credential; undefined where the body was not understood. */
  readonly account: string | undefined
  /** Undefined for a call that is not an LLM call. */
  readonly report: Report | undefined
  readonly cache: CacheOutcome | undefined
  /** What became of a second attempt. */
  readonly second: SecondOutcome
  /** Why the body went as it came, if it did. */
  readonly passthrough: PassthroughReason | undefined
  /** Undefined when the body was not understood. */
  readonly request: RequestSummary | undefined
  /** Undefined where no provider caches a prefix, and for a call that continues a stored response. */
  readonly prefix: RequestPrefix | undefined
}
