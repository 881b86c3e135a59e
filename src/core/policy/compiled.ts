/** A policy ready to be read once per call: defaults filled in, globs and durations compiled. */

import type { ProviderDialect } from '../dialect/index.ts'
import type { CompressionMode, ProfileName } from '../modes.ts'
import type { AddressRule } from '../network/index.ts'

export type CacheMode = 'Disabled' | 'Audit' | 'Auto'

export interface CompiledPolicy {
  readonly name: string
  /** Hash of everything that changes bytes on the wire: effective compression and cache fields, engine version. */
  readonly revision: string
  /** In the policy's order; the first of a dialect serves its unprefixed paths. */
  readonly providers: readonly Provider[]
  readonly compression: CompiledCompression
  /** The marks for the provider's prompt cache. */
  readonly cache: { readonly mode: CacheMode }
  readonly limits: { readonly maxBodyBytes: number; readonly maxTransformBytes: number }
  readonly failureMode: 'Open' | 'Closed'
  readonly telemetry: CompiledTelemetry
}

export interface Provider {
  readonly name: string
  readonly dialect: ProviderDialect
  /** Validated; no credentials, query or fragment. */
  readonly baseUrl: URL
  readonly timeouts: Timeouts
  /** What its host name, or that of its own proxy, may resolve to. */
  readonly addresses: AddressRule
  /** The egress proxy; none: no proxy at all; undefined: the environment's. */
  readonly proxy: URL | 'none' | undefined
  readonly tls: ProviderTls
  /** Where the sidecar's own key for it is; undefined: the application's key is passed on. */
  readonly key: KeySource | undefined
}

/** A file whose text is the key, or a variable of the sidecar's environment. */
export type KeySource =
  | { readonly from: 'File'; readonly path: string }
  | { readonly from: 'Env'; readonly name: string }

/** Paths of PEM files; undefined: none. */
export interface ProviderTls {
  readonly verify: boolean
  readonly caFile: string | undefined
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
}

/** Milliseconds; 0 means none. */
export interface Timeouts {
  readonly connectMs: number
  readonly firstByteMs: number
  readonly idleMs: number
  readonly totalMs: number
}

export interface CompiledCompression {
  readonly mode: CompressionMode
  readonly profile: ProfileName
  /** Smallest block worth trying, in tokens. */
  readonly minTokens: number
  readonly userText: 'Never' | 'Observations'
  isExcludedTool(name: string): boolean
  readonly subscriptionTraffic: boolean
  readonly holdoutPercent: number
  /** Switched on, it ends the forms of live conversations once. */
  readonly unpin: boolean
}

export interface CompiledTelemetry {
  readonly metrics: boolean
  readonly otlpEndpoint: string | undefined
  readonly responseHeaders: boolean
  readonly streamUsage: 'Observe' | 'Inject'
}
