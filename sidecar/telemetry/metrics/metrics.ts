/** Adds each call to the instruments. */

import type { Report } from '../../../src/core/compress/index.ts'
import { type ReplyFacts, telemetryNameOf } from '../../../src/core/dialect/index.ts'
import type { ErrorCode } from '../../../src/core/errors.ts'
import type { MemoryFigures } from '../../memory/shares.ts'
import type { CallSummary } from '../call-summary.ts'
import type { EndedSession, SessionNews } from '../groups/sessions.ts'
import { createLabel } from '../labels.ts'
import { createSeriesStore, type LabelValue, type SeriesStore } from './series.ts'

const MODELS = 100
const ERROR_TYPES = 50

export interface PinFigures {
  readonly size: number
  readonly bytes: number
}

export interface Metrics {
  /** The figures as they are now. */
  collect(): SeriesStore
  record(summary: CallSummary): void
  /** @param news of the session, found by this call */
  recordSession(summary: CallSummary, news: SessionNews): void
  sessionEnded(session: EndedSession): void
  /** A call that has no summary was refused. */
  refused(code: ErrorCode): void
  /** A policy document was read: it is in force from now on, or it was rejected. */
  reloaded(isApplied: boolean): void
}

export interface MetricsSources {
  /** The forms that are remembered now; undefined: they are not reported. */
  readonly pins?: (() => PinFigures) | undefined
  /** What each use of memory holds now; undefined: it is not reported. */
  readonly memory?: (() => readonly MemoryFigures[]) | undefined
  readonly series?: SeriesStore | undefined
}

export function createMetrics({ pins, memory, series = createSeriesStore() }: MetricsSources = {}): Metrics {
  let appliedAt = performance.now()
  const modelLabel = createLabel(MODELS)
  const errorLabel = createLabel(ERROR_TYPES)
  return {
    collect() {
      series.record('m2m.config.age', (performance.now() - appliedAt) / 1000, [])
      if (pins !== undefined) recordPins(series, pins())
      if (memory !== undefined) recordMemory(series, memory())
      return series
    },
    record(summary) {
      const { outcome, errorType, isBilled, unknownTerm } = summary.account
      const provider = summary.provider?.name
      const model = summary.request?.model === undefined ? undefined : modelLabel(summary.request.model)
      series.record('m2m.requests', 1, [outcome, summary.policy.name, provider, model])
      recordUntouched(series, summary)
      series.record('m2m.added_latency', summary.addedMs / 1000, [provider])
      if (summary.report !== undefined) recordReport(series, summary.report, provider)
      recordSavings(series, summary, [summary.policy.name, provider, model])
      if (isBilled && unknownTerm !== undefined) series.record('m2m.cost.unknown', 1, [unknownTerm, provider, model])
      recordPrefix(series, summary)
      recordDiagnosis(series, summary)
      recordForms(series, summary)
      recordStream(series, summary)
      if (summary.dialect === undefined) return
      const labels = [summary.dialect.operation, provider && telemetryNameOf(provider), model]
      recordOperation(series, summary, [...labels, errorType && errorLabel(errorType)])
      recordReply(series, summary.reply, labels)
    },
    recordSession({ policy, provider, request }, { newToolErrors, isRevisionNew }) {
      if (newToolErrors > 0) series.record('m2m.session.tool_errors', newToolErrors, [request?.group])
      if (isRevisionNew) series.record('m2m.prefix.changed', 1, [policy.name, provider?.name])
    },
    refused(code) {
      series.record('m2m.refusals', 1, [code, undefined])
    },
    sessionEnded({ group, turns }) {
      series.record('m2m.session.turns', turns, [group])
    },
    reloaded(isApplied) {
      if (isApplied) appliedAt = performance.now()
      series.record('m2m.config.reloads', 1, [isApplied ? 'applied' : 'rejected'])
    },
  }
}

type Labels = readonly LabelValue[]

function recordUntouched(series: SeriesStore, { refusal, error, passthrough, provider }: CallSummary): void {
  if (refusal !== undefined) series.record('m2m.refusals', 1, [error, provider?.name])
  if (passthrough !== undefined) series.record('m2m.passthrough', 1, [passthrough, provider?.name])
}

/** The engine's work, whether or not the call is billed. */
function recordReport(series: SeriesStore, report: Report, provider: LabelValue): void {
  series.record('m2m.transform.duration', report.ms / 1000, [provider])
  for (const [technique, { blocks }] of Object.entries(report.outcome === 'compressed' ? report.techniques : {})) {
    series.record('m2m.blocks', blocks, [technique, 'changed'])
  }
  const { refused, failopen } = report.blocks
  if (refused > 0) series.record('m2m.blocks', refused, [undefined, 'refused'])
  if (failopen > 0) series.record('m2m.blocks', failopen, [undefined, 'failopen'])
}

/** @param labels policy, provider, model */
function recordSavings(series: SeriesStore, { account, request }: CallSummary, labels: Labels): void {
  const { effective, outcome } = account
  if (effective === undefined) return
  const { bytes, tokens, worth } = effective
  const [, provider] = labels
  series.record('m2m.bytes.original', bytes.original, [provider, 'identity'])
  series.record('m2m.bytes.sent', bytes.sent, [provider, 'identity'])
  if (tokens === undefined) return
  const isAudit = outcome === 'audit'
  // A call that continues a stored response is in no group; under Audit it still counts as audit: it saves nothing.
  const all = [...labels, isAudit ? 'audit' : request?.group, tokens.accuracy]
  series.record('m2m.tokens.original', tokens.original, all)
  series.record('m2m.tokens.sent', tokens.sent, all)
  series.record('m2m.tokens.saved', tokens.saved + tokens.audited, all)
  if (worth.tokens !== undefined) series.record('m2m.tokens.saved_weighted', worth.tokens, all)
  if (worth.usd !== undefined && !isAudit) series.record('m2m.cost.saved', worth.usd, labels)
}

function recordPrefix(series: SeriesStore, { prefix, policy, provider }: CallSummary): void {
  if (prefix === undefined) return
  series.record('m2m.prefix.broken', 1, [policy.name, provider?.name])
  if (prefix.lostTokens) series.record('m2m.prefix.lost_tokens', prefix.lostTokens, [policy.name, provider?.name])
}

/** What the provider says of its cache and of the request's reasoning: names from closed lists. */
function recordDiagnosis(series: SeriesStore, { reply, mismatchPattern, account, provider }: CallSummary): void {
  const { cacheMiss, transformations = [] } = reply
  const { outcome } = account
  if (cacheMiss !== undefined) {
    series.record('m2m.cache.misses', 1, [provider?.name, cacheMiss.reason])
    if (cacheMiss.tokens) series.record('m2m.cache.missed_tokens', cacheMiss.tokens, [provider?.name, cacheMiss.reason])
  }
  for (const { kind, reason } of transformations) {
    series.record('m2m.input_transformations', 1, [provider?.name, outcome, kind, reason])
  }
  if (mismatchPattern !== undefined) {
    series.record('m2m.thinking.mismatches', 1, [provider?.name, outcome, mismatchPattern])
  }
}

function recordStream(series: SeriesStore, { streamEnd, provider }: CallSummary): void {
  if (streamEnd !== undefined) series.record('m2m.streams', 1, [provider?.name, streamEnd])
}

function recordPins(series: SeriesStore, { size, bytes }: PinFigures): void {
  series.record('m2m.pins', size, [])
  series.record('m2m.pins.bytes', bytes, [])
}

function recordMemory(series: SeriesStore, uses: readonly MemoryFigures[]): void {
  for (const { use, usedBytes, limitBytes } of uses) {
    series.record('m2m.memory.used', usedBytes, [use])
    series.record('m2m.memory.limit', limitBytes, [use])
  }
}

function recordForms(series: SeriesStore, { request, second, status, provider }: CallSummary): void {
  if (request !== undefined && request.unknownForms > 0) {
    series.record('m2m.forms.unknown', request.unknownForms, [provider?.name])
  }
  if (second !== 'form') return
  series.record('m2m.forms.second_attempts', 1, [provider?.name, status < 400 ? 'accepted' : 'refused'])
}

function recordOperation(series: SeriesStore, summary: CallSummary, labels: Labels): void {
  series.record('gen_ai.client.operation.duration', summary.durationMs / 1000, labels)
  if (summary.request?.isStream && summary.firstChunkMs !== undefined) {
    series.record('gen_ai.client.operation.time_to_first_chunk', summary.firstChunkMs / 1000, labels.slice(0, 3))
  }
}

function recordReply(series: SeriesStore, { usage }: ReplyFacts, labels: Labels): void {
  if (usage?.input !== undefined) series.record('gen_ai.client.token.usage', usage.input, [...labels, 'input'])
  if (usage?.output !== undefined) series.record('gen_ai.client.token.usage', usage.output, [...labels, 'output'])
}
