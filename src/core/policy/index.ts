export { type UpstreamUrl, upstreamUrl } from './base-url.ts'
export { compilePolicy, defaultPolicy, type Edition, withUpstreams } from './compile.ts'
export type {
  CompiledCompression,
  CompiledPolicy,
  CompiledTelemetry,
  CompressionMode,
  ProfileName,
  Provider,
  Timeouts,
} from './compiled.ts'
export { formatDuration, parseDuration } from './duration.ts'
export { parseUpstream, type Upstream } from './providers.ts'
export { type RequestHeaders, type Route, route, suggestDialect } from './route.ts'
export type { PolicySpec } from './schema.ts'
