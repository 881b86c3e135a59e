export { COMPRESSION_MODES, type CompressionMode, PROFILE_NAMES, type ProfileName } from '../modes.ts'
export { choosePolicy, isPolicyFile, type PolicyFile } from './bundle.ts'
export { compilePolicy, defaultPolicy, withUpstreams } from './compile.ts'
export type { CompiledPolicy, Provider, Timeouts } from './compiled.ts'
export { formatDuration, parseDuration } from './duration.ts'
export {
  formatProblem,
  MAX_POLICY_BYTES,
  type PolicyProblem,
  parsePolicyDocuments,
} from './parse.ts'
export { policyReference } from './reference.ts'
export { repairSlashes, upstreamPath } from './routing/base-url.ts'
export { parseUpstream, type Upstream } from './routing/providers.ts'
export { type Route, route } from './routing/route.ts'
export type { PolicySpec } from './schema.ts'
