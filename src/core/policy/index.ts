export { type UpstreamUrl, upstreamUrl } from './base-url.ts'
export { choosePolicy, isPolicyFile, type PolicyChoice, type PolicyFile } from './bundle.ts'
export { checkPolicy, type FieldPath, formatPath, type Mistake } from './check.ts'
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
export {
  formatProblem,
  MAX_POLICY_BYTES,
  type ParsedPolicies,
  type PolicyDocument,
  type PolicyProblem,
  parsePolicyDocuments,
} from './parse.ts'
export { parseUpstream, type Upstream } from './providers.ts'
export { policyReference } from './reference.ts'
export { type RequestHeaders, type Route, route, suggestDialect } from './route.ts'
export type { PolicySpec } from './schema.ts'
