/** Adds each call to the instruments. */

import type { Report } from '../../../src/core/compress/index.ts'
import { telemetryNameOf } from '../../../src/core/dialect/index.ts'
import type { ErrorCode } from '../../../src/core/errors.ts'
import type { MemoryFigures } from '../../memory/shares.ts'
import type { PolicyFigures } from '../../policy/index.ts'
import type { CallSummary } from '../call-summary.ts'
import type { EndedSession, SessionNews } from '../groups/sessions.ts'
import { createLabel } from '../labels.ts'
import { type CallSeries, findCallSeries } from './call-series.ts'
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
  /** The policy that holds now; undefined: it is not reported. */
  readonly policy?: (() => PolicyFigures) | undefined
  readonly series?: SeriesStore | undefined
}

export function createMetrics({ pins, memory, policy, series = createSeriesStore() }: MetricsSources = {}): Metrics {
  let appliedAt = performance.now()
  const modelLabel = createLabel(MODELS)
  const errorLabel = createLabel(ERROR_TYPES)
  const seriesOf = findCallSeries(series)
  // Before a call can take the room for it: a small limit would hide itself.
  if (memory !== undefined) recordMemory(series, memory())
  return {
    collect() {
      series.record('m2m.config.age', (performance.now() - appliedAt) / 1000, [])
      if (pins !== undefined) recordPins(series, pins())
      if (memory !== undefined) recordMemory(series, memory())
      if (policy !== undefined) recordPolicy(series, policy())
      return series
    },
    record(summary) {
      const model = summary.request?.model === undefined ? undefined : modelLabel(summary.request.model)
      const of = seriesOf(summary, model)
      of.requests.add(1)
      of.addedLatency.add(summary.addedMs / 1000)
      recordUntouched(series, of, summary)
      if (summary.report !== undefined) recordReport(series, of, summary.report)
      recordSavings(of, summary)
      recordUnknownTerm(series, summary, model)
      recordPrefix(series, summary)
      recordDiagnosis(series, summary)
      recordForms(series, summary)
      recordStream(series, summary)
      if (summary.dialect === undefined) return
      const { errorType } = summary.account
      if (errorType === undefined) of.duration.add(summary.durationMs / 1000)
      else recordFailed(series, summary, [model, errorLabel(errorType)])
      recordReply(of, summary)
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

function recordUntouched(series: SeriesStore, of: CallSeries, summary: CallSummary): void {
  const { refusal, error, passthrough, provider } = summary
  if (refusal !== undefined) series.record('m2m.refusals', 1, [error, provider?.name])
  if (passthrough !== undefined) of.passthrough.add(1)
}

/** The engine's work, whether or not the call is billed. */
function recordReport(series: SeriesStore, of: CallSeries, { ms, outcome, techniques, blocks }: Report): void {
  of.transformDuration.add(ms / 1000)
  if (outcome === 'compressed') {
    for (const [technique, did] of Object.entries(techniques)) {
      series.record('m2m.blocks', did.blocks, [technique, 'changed'])
    }
  }
  const { refused, failopen } = blocks
  if (refused > 0) series.record('m2m.blocks', refused, [undefined, 'refused'])
  if (failopen > 0) series.record('m2m.blocks', failopen, [undefined, 'failopen'])
}

function recordSavings(of: CallSeries, { account: { effective, outcome } }: CallSummary): void {
  if (effective === undefined) return
  const { bytes, tokens, worth } = effective
  of.bytesOriginal.add(bytes.original)
  of.bytesSent.add(bytes.sent)
  if (tokens === undefined) return
  of.tokensOriginal.add(tokens.original)
  of.tokensSent.add(tokens.sent)
  of.tokensSaved.add(tokens.saved + tokens.audited)
  if (worth.tokens !== undefined) of.tokensSavedWeighted.add(worth.tokens)
  if (worth.usd !== undefined && outcome !== 'audit') of.costSaved.add(worth.usd)
}

function recordUnknownTerm(series: SeriesStore, { account, provider }: CallSummary, model: LabelValue): void {
  const { isBilled, unknownTerm } = account
  if (isBilled && unknownTerm !== undefined) series.record('m2m.cost.unknown', 1, [unknownTerm, provider?.name, model])
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

function recordPolicy(series: SeriesStore, { inForce, isStale }: PolicyFigures): void {
  const { name, namespace, revision, hash } = inForce
  series.only('m2m.policy.info', 1, [name, namespace, revision, hash])
  series.only('m2m.config.stale', Number(isStale), [])
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

/** @param labels model, type of the error */
function recordFailed(
  series: SeriesStore,
  { dialect, provider, durationMs }: CallSummary,
  labels: readonly LabelValue[],
): void {
  const all = [dialect?.operation, provider && telemetryNameOf(provider.name), ...labels]
  series.record('gen_ai.client.operation.duration', durationMs / 1000, all)
}

function recordReply(of: CallSeries, { request, firstChunkMs, reply: { usage } }: CallSummary): void {
  if (request?.isStream && firstChunkMs !== undefined) of.timeToFirstChunk.add(firstChunkMs / 1000)
  if (usage?.input !== undefined) of.inputTokens.add(usage.input)
  if (usage?.output !== undefined) of.outputTokens.add(usage.output)
}
