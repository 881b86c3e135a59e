/** One inference span per LLM call, between the caller's span and the provider's. */

import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Dialect } from '../../../src/core/dialect/index.ts'
import type { CallSummary } from '../call-summary.ts'
import type { Headers } from '../telemetry.ts'
import { spanAttributes } from './span-attributes.ts'

/** A span's name has no limit of its own, and the client chooses the model's name. */
const MAX_MODEL_CHARS = 100

export interface Spans {
  /** Starts the call's span, which follows the caller's sampling decision. */
  start(headers: Headers, dialect: Dialect): CallSpan
}

export interface CallSpan {
  readonly traceparent: string | undefined
  end(summary: CallSummary): void
}

export function createSpans(tracer: Tracer, propagator: TextMapPropagator): Spans {
  return {
    start(headers, dialect) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)
      const span = tracer.startSpan(dialect.operation, { kind: SpanKind.CLIENT }, parent)
      const carrier: { traceparent?: string } = {}
      propagator.inject(trace.setSpan(parent, span), carrier, defaultTextMapSetter)
      return { traceparent: carrier.traceparent, end: (summary) => endSpan(span, dialect, summary) }
    },
  }
}

function endSpan(span: Span, dialect: Dialect, summary: CallSummary): void {
  if (span.isRecording()) {
    const model = summary.request?.model?.slice(0, MAX_MODEL_CHARS)
    if (model) span.updateName(`${dialect.operation} ${model}`)
    span.setAttributes(spanAttributes(summary, dialect))
    if (summary.account.errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}
