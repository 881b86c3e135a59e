/** What the pipeline knows of telemetry: it begins watching a call and ends it, once. Neither ever throws. */

import type { CallSummary } from './call-summary.ts'

export interface Telemetry {
  /** @param headers the caller's, for `traceparent` and `tracestate` (W3C Trace Context) */
  begin(headers: Readonly<Record<string, string | string[] | undefined>>): CallObservation
  /** Flushes what is pending, bounded in time; resolves even when an exporter fails. */
  close(): Promise<void>
}

export interface CallObservation {
  /** `traceparent` to send upstream; undefined: forward the caller's own. */
  readonly traceparent: string | undefined
  /** Ends the observation; later calls do nothing. */
  end(summary: CallSummary): void
}
