/**
 * Spans of a program's work, by the OpenTelemetry SDK and its own variables (`OTEL_*`). Off, and not even loaded, where no
 * endpoint is set: the SDK takes 87 MB.
 */

import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api'

type Environment = Readonly<Record<string, string | undefined>>

/** @param program its name, where `OTEL_SERVICE_NAME` gives none @returns sends the last spans */
export async function startTracing(env: Environment, program: string): Promise<() => Promise<void>> {
  if (!isAsked(env)) return async () => {}
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  // Metrics are read from /metrics, and lines from stdout.
  const sdk = new NodeSDK({
    serviceName: env['OTEL_SERVICE_NAME'] ?? program,
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  return async () => {
    await sdk.shutdown().catch(() => {})
  }
}

function isAsked(env: Environment): boolean {
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  const isOff = env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none'
  return Boolean(endpoint) && !isOff
}

/** Costs next to nothing while no SDK runs. */
export async function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getTracer('m2m-operator').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work()
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) })
      throw error
    } finally {
      span.end()
    }
  })
}
