/** What a sidecar is told from outside: flags, environment, a settings file, defaults. Read once, at start. */

import type { CompressionMode, ProfileName, Upstream } from '../src/core/policy/index.ts'

export interface SidecarConfig {
  /** The data port. Port 0 takes a free one. `upstreams`, `mode` and `profile` as `defaultPolicy` reads them. */
  readonly proxy: {
    readonly host: string
    readonly port: number
    readonly upstreams: readonly Upstream[]
    /** Applies while there is no policy. */
    readonly mode: CompressionMode
    /** Applies while there is no policy. */
    readonly profile: ProfileName
  }
  readonly admin: { readonly host: string; readonly port: number }
  /** A policy file or a mounted bundle directory; undefined: none. */
  readonly policy: { readonly path: string | undefined; readonly pollMs: number }
  readonly log: { readonly level: LogLevel }
  readonly otlp: { readonly endpoint: string | undefined; readonly serviceName: string }
  /** How long live calls may take to finish after SIGTERM. */
  readonly drain: { readonly graceMs: number }
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'
