export type { CallSummary } from './call-summary.ts'
export { createStatistics, type Statistics, type StatisticsSnapshot } from './statistics.ts'
export type { CallObservation, Telemetry } from './telemetry.ts'
