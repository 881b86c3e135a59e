export type {
  BilledSpan,
  Block,
  Dialect,
  DialectName,
  ProviderDialect,
  ReplyFacts,
  RequestFacts,
  RequestParameters,
  SessionFacts,
  StreamReader,
  Usage,
} from './dialect.ts'
