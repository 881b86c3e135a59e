/** Puts spans, metrics and statistics behind the one interface that the pipeline knows. */

import type { Logger } from 'pino'
import type { PodIdentity } from '../config.ts'
import type { CallSummary } from './call-summary.ts'
import { createMetrics, type MetricsSources } from './metrics/metrics.ts'
import { resourceAttributes } from './resource.ts'
import type { Tracing } from './spans/sdk.ts'
import type { CallSpan } from './spans/spans.ts'
import type { Statistics } from './statistics/statistics.ts'
import type { CallObservation, Headers, Telemetry } from './telemetry.ts'
import { traceIdOf } from './trace-id.ts'

export interface TelemetryConfig {
  readonly otlp: { readonly endpoint: string | undefined; readonly serviceName: string }
}

export interface TelemetryDeps extends MetricsSources {
  /** Undefined outside a cluster. */
  readonly pod?: PodIdentity | undefined
  readonly statistics: Statistics
  readonly log: Pick<Logger, 'warn' | 'info'>
}

/** Without an endpoint there are no spans, and nothing of the tracing SDK is loaded. */
export async function createTelemetry(config: TelemetryConfig, deps: TelemetryDeps): Promise<Telemetry> {
  const { endpoint, serviceName } = config.otlp
  const tracing =
    endpoint === undefined ? undefined : await loadTracing({ endpoint, serviceName, pod: deps.pod }, deps.log)
  return telemetryOf(tracing, serviceName, deps)
}

/** @param tracing undefined: no spans */
export function telemetryOf(tracing: Tracing | undefined, serviceName: string, deps: TelemetryDeps): Telemetry {
  const metrics = createMetrics(deps)
  const record = (summary: CallSummary): void => {
    const news = deps.statistics.record(summary)
    metrics.record(summary)
    if (news !== undefined) metrics.recordSession(summary, news)
  }
  const countEnded = (): void => {
    for (const session of deps.statistics.endedSessions()) metrics.sessionEnded(session)
  }
  const recorder: Recorder = { record, countEnded, log: deps.log }
  return {
    begin(headers, dialect): CallObservation {
      const span = tracing && dialect && attempt(() => tracing.spans.start(headers, dialect), deps.log)
      return new Observation(recorder, span, headers)
    },
    refused: metrics.refused,
    reloaded: metrics.reloaded,
    async prometheusText() {
      // Loaded at the first scrape: OpenTelemetry's serialiser and data model take 16 ms, from their packages 100.
      const { prometheusText } = await import('./metrics/prometheus.ts')
      countEnded()
      return prometheusText(metrics.collect(), resourceAttributes(serviceName, deps.pod))
    },
    close: (withinMs) => (tracing === undefined ? Promise.resolve() : closeInTime(tracing, withinMs)),
  }
}

/** Where each call is recorded. */
interface Recorder {
  readonly record: (summary: CallSummary) => void
  readonly countEnded: () => void
  readonly log: TelemetryDeps['log']
}

/** A class: closures, which every call would make anew, outlive it by a collection. */
class Observation implements CallObservation {
  readonly traceparent: string | undefined
  readonly traceId: string | undefined
  readonly #recorder: Recorder
  readonly #span: CallSpan | undefined
  #isEnded = false

  constructor(recorder: Recorder, span: CallSpan | undefined, headers: Headers) {
    this.traceparent = span?.traceparent
    this.traceId = traceIdOf(span?.traceparent ?? headers['traceparent'])
    this.#recorder = recorder
    this.#span = span
  }

  end(summary: CallSummary): void {
    if (this.#isEnded) return
    this.#isEnded = true
    const { record, countEnded, log } = this.#recorder
    try {
      record(summary)
      this.#span?.end(summary)
      countEnded()
    } catch (error) {
      warnOf(error, log)
    }
  }
}

/** An error in telemetry must never reach a caller. */
function attempt<T>(act: () => T, log: TelemetryDeps['log']): T | undefined {
  try {
    return act()
  } catch (error) {
    warnOf(error, log)
    return undefined
  }
}

function warnOf(error: unknown, log: TelemetryDeps['log']): void {
  log.warn({ err: error }, 'a call was not recorded')
}

async function loadTracing(
  otlp: { endpoint: string; serviceName: string; pod: PodIdentity | undefined },
  log: TelemetryDeps['log'],
): Promise<Tracing> {
  const { startTracing } = await import('./spans/sdk.ts')
  let isFailing = false
  return startTracing({
    ...otlp,
    // One line when exports begin to fail and one when they work again: a collector may be away for days.
    onExport(failure) {
      if (failure !== undefined && !isFailing)
        log.warn({ reason: failure }, 'spans cannot be exported; calls are not affected')
      if (failure === undefined && isFailing) log.info('spans are exported again')
      isFailing = failure !== undefined
    },
  })
}

async function closeInTime(tracing: Tracing, withinMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs)
  })
  await Promise.race([tracing.close().catch(() => undefined), late])
  clearTimeout(timer)
}
