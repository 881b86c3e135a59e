export { type BatchedBody, joinBatch, splittingBatch } from './batch.ts'
export { longNameBytes } from './block.ts'
export { blockBytes, blockText } from './block-text.ts'
export { type ReadBody, readBody, readingBody } from './body.ts'
export { type CallPath, callPathOf } from './call-path.ts'
export { detectDialect } from './detect.ts'
export type {
  BilledSpan,
  Block,
  Dialect,
  Door,
  MadeCall,
  Prefix,
  PrefixPart,
  ReplyFacts,
  RequestFacts,
  RequestParameters,
  SessionFacts,
  StreamReader,
  Usage,
} from './dialect.ts'
export type { BodyMemory, EarlierBody } from './earlier-body.ts'
export { errorReply } from './error-envelope.ts'
export type { KnownCall, KnownCalls } from './known-calls.ts'
export {
  BUILT_IN_HOSTS,
  CREDENTIAL_HEADERS,
  DEFAULT_DIALECT,
  PROVIDER_APIS,
  PROVIDER_DIALECTS,
  type ProviderDialect,
  telemetryNameOf,
} from './provider/index.ts'
export type { CacheRuleSet, Problem } from './provider/provider-api.ts'
export { failedResults } from './reading/failed-results.ts'
export { type DialectName, dialectByName, dialectForPath, dialects, type LlmCall } from './registry.ts'
