export { type ReadBody, readBody } from './body.ts'
export { detectDialect } from './detect.ts'
export type {
  BilledSpan,
  Block,
  Dialect,
  DialectName,
  Prefix,
  PrefixPart,
  ProviderDialect,
  ReplyFacts,
  RequestFacts,
  RequestParameters,
  SessionFacts,
  StreamReader,
  Usage,
} from './dialect.ts'
export { errorEvent, errorReply, type Problem } from './error-envelope.ts'
export { failedResults } from './reading/failed-results.ts'
export { dialectByName, dialectForPath, dialects } from './registry.ts'
