export { upstreamPath } from './base-url.ts'
export { choosePolicy, isPolicyFile, type PolicyFile } from './bundle.ts'
export { compilePolicy, defaultPolicy, withUpstreams } from './compile.ts'
export type { CompiledPolicy, CompressionMode, ProfileName, Provider, Timeouts } from './compiled.ts'
export { formatDuration, parseDuration } from './duration.ts'
export {
  formatProblem,
  MAX_POLICY_BYTES,
  type PolicyProblem,
  parsePolicyDocuments,
} from './parse.ts'
export { parseUpstream, type Upstream } from './providers.ts'
export { policyReference } from './reference.ts'
export { repairSlashes, route, suggestDialect } from './route.ts'
export { type PolicySpec, PROFILE_NAMES } from './schema.ts'
