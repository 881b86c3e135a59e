export type {
  CompiledCompression,
  CompiledPolicy,
  CompiledTelemetry,
  CompressionMode,
  ProfileName,
  Provider,
  Timeouts,
} from './compiled.ts'
