/** Telemetry as the pipeline sees it: it begins and ends the observation of a call, once. Neither ever throws. */

import type { Dialect } from '../../src/core/dialect/index.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { CallSummary } from './call-summary.ts'

export type Headers = Readonly<Record<string, string | string[] | undefined>>

export interface Telemetry {
  /**
   * @param headers the caller's, for `traceparent` and `tracestate` (W3C Trace Context)
   * @param dialect undefined for a path that is not an LLM call: it is counted, and gets no span
   */
  begin(headers: Headers, dialect: Dialect | undefined): CallObservation
  /** A call outside the pipeline was refused: it has no observation. */
  refused(code: ErrorCode): void
  /** A policy document was read: it is in force from now on, or it was rejected and the last good one stays. */
  reloaded(isApplied: boolean): void
  /** Every instrument in Prometheus' text format. */
  prometheusText(): Promise<string>
  /** Flushes what is pending, in at most so many milliseconds; resolves even when an exporter fails. */
  close(withinMs: number): Promise<void>
}

export interface CallObservation {
  /** `traceparent` to send upstream; undefined: forward the caller's own. */
  readonly traceparent: string | undefined
  /** Id of the trace that the call belongs to: of our span, else of the caller's; undefined when there is neither. */
  readonly traceId: string | undefined
  /** Ends the observation; later calls do nothing. */
  end(summary: CallSummary): void
}
