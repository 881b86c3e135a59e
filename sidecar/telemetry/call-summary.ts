/** What is known of one call when it is over, for spans, metrics, statistics and logs. Never content. */

import type { Worth } from '../../src/core/billing/index.ts'
import type { Report } from '../../src/core/compress/index.ts'
import type { Dialect, ProviderDialect, ReplyFacts, RequestParameters } from '../../src/core/dialect/index.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { PrefixBreak } from '../prefix-breaks/index.ts'
import type { Group } from '../session/index.ts'

/** What became of a call's cache marks: the client's own, ours, ours had the policy allowed it, or there are none. */
export type CacheAction = 'kept' | 'marked' | 'audit' | 'none'

export interface CallSummary {
  readonly policy: { readonly name: string; readonly revision: string }
  /** The provider's name in the policy, and where its request went; absent when no provider serves the path. */
  readonly provider?: {
    readonly name: string
    readonly dialect: ProviderDialect
    readonly host: string
    readonly port: number
  }
  /** Absent for a path that is not an LLM call. */
  readonly dialect?: Dialect
  readonly request?: {
    readonly model: string | undefined
    readonly isStream: boolean
    readonly parameters: RequestParameters
    /** Hash that identifies the session. */
    readonly session: string
    /** Its side of a comparison; absent for a call on none. */
    readonly group?: Group
    /** Hashes of the tool results in it that say that the tool failed. */
    readonly failedResults?: readonly number[]
  }
  /** Absent when the body was not read (other paths, bypass before reading, early errors). */
  readonly report?: Report
  /** What the saved tokens are worth; absent where there is no report. */
  readonly worth?: Worth
  /** What the cache keeper did; absent when it is off. */
  readonly cache?: { readonly action: CacheAction; readonly reason: string }
  /** Where the request broke its session's prompt-cache prefix; absent where it did not. */
  readonly prefix?: PrefixBreak
  readonly reply: ReplyFacts
  /** The status the caller saw; 499 when it went away first. */
  readonly status: number
  /** Our error code when the call failed here or upstream of us. */
  readonly error?: ErrorCode
  /** Bytes of the caller's request body and of the reply body as relayed. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Durations in milliseconds from the request's arrival. */
  readonly durationMs: number
  readonly firstChunkMs?: number
  /** Time that this sidecar added: everything but waiting for the upstream and the caller. */
  readonly addedMs: number
  readonly attempts: number
}
