/** The facts of one call when it is over, for spans, metrics, statistics and logs. Never content. */

import type { CacheAction } from '../../src/core/cache/index.ts'
import type { Report } from '../../src/core/compress/index.ts'
import type { Dialect, ProviderDialect, ReplyFacts, RequestParameters } from '../../src/core/dialect/index.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { PrefixBreak } from '../prefix-breaks/index.ts'
import type { StreamEnd } from '../reply/stream-end.ts'
import type { Group } from '../session/index.ts'
import type { Account } from './account.ts'

export interface CallSummary {
  /** Names the call in every log line and in `x-m2m-call`. */
  readonly id: string
  readonly traceId: string | undefined
  readonly method: string
  /** Without its query, which may carry a key. */
  readonly path: string
  readonly policy: { readonly name: string; readonly revision: string }
  /** Undefined when no provider serves the path. */
  readonly provider: ProviderSummary | undefined
  /** What named the provider: `prefix`, `only provider`, `path`, or a sign of the key. */
  readonly routedBy?: string | undefined
  /** Undefined for a path that is not an LLM call. */
  readonly dialect: Dialect | undefined
  /** Undefined when the body was not understood. */
  readonly request: RequestSummary | undefined
  /** Undefined when the body was not read (other paths, early errors). */
  readonly report: Report | undefined
  /** Undefined unless the outcome is passthrough. */
  readonly passthrough: PassthroughReason | undefined
  /** Result of the cache keeper; undefined when it is off. */
  readonly cache: { readonly action: CacheAction; readonly reason: string } | undefined
  /** Where the request broke its session's prompt-cache prefix; undefined where it did not. */
  readonly prefix: PrefixBreak | undefined
  readonly reply: ReplyFacts
  /** Pattern of the reply's `anthropic-thinking-prefix-mismatch`, or `other`; undefined without it. */
  readonly mismatchPattern: string | undefined
  /** How a streamed reply ended; undefined for any other reply. */
  readonly streamEnd: StreamEnd | undefined
  readonly account: Account
  /** Status that the caller saw; 499 when it went away first. */
  readonly status: number
  /** Our error code when the call failed here or upstream of us. */
  readonly error: ErrorCode | undefined
  /** The message of the error that we answered with; undefined where the reply is the provider's, or there is none. */
  readonly refusal: string | undefined
  /** Bytes of the caller's request body and of the reply body as relayed. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Durations in milliseconds from the request's arrival. */
  readonly durationMs: number
  readonly firstChunkMs: number | undefined
  /** Milliseconds added by this sidecar: everything but waiting for the upstream and the caller. */
  readonly addedMs: number
  readonly attempts: number
  /** Why the request was sent again after a refusal: without what we added, or in the other form. */
  readonly second: 'marks' | 'usage' | 'form' | undefined
}

/**
 * Why a call was sent as it came. signed: a signature or a digest covers it; bypass: the client asked for it;
 * subscription: a person's, not an account's; size: above `limits.maxTransformBytes`; memory: no
 * room beside the bodies of other calls; unread: the body was not understood;
 * disabled: by the policy; short: too short for the cache that its client asks for; no_gain: no shorter form was found.
 */
export type PassthroughReason =
  | 'signed'
  | 'bypass'
  | 'subscription'
  | 'size'
  | 'memory'
  | 'unread'
  | 'disabled'
  | 'short'
  | 'no_gain'

export interface ProviderSummary {
  /** In the policy. */
  readonly name: string
  readonly dialect: ProviderDialect
  readonly host: string
  readonly port: number
}

export interface RequestSummary {
  readonly model: string | undefined
  readonly isStream: boolean
  readonly parameters: RequestParameters
  /** Hash that identifies the session. */
  readonly session: string
  /** The session's side of a comparison; undefined for a call on none. */
  readonly group: Group | undefined
  /** Hashes of the failed tool results in the request. */
  readonly failedResults: readonly number[]
  /** Results before reasoning whose form was not known. */
  readonly unknownForms: number
}
