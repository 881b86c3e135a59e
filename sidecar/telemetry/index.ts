export type { CallSummary } from './call-summary.ts'
export type { CallObservation, Telemetry } from './telemetry.ts'
