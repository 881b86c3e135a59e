/** The series that nearly every call adds to, looked up once for all calls with the same labels. */

import { telemetryNameOf } from '../../../src/core/dialect/index.ts'
import type { CallSummary } from '../call-summary.ts'
import type { LabelledSeries, LabelValue, SeriesStore } from './series.ts'

/** Looked up again when they are needed again. Measured: 4 KB each. */
const MAX_KINDS = 64

/** Finds the series of a call. @param model its label */
export type FindCallSeries = (summary: CallSummary, model: LabelValue) => CallSeries

export function findCallSeries(store: SeriesStore): FindCallSeries {
  const byKind = new Map<string, CallSeries>()
  let last: { readonly names: Names; readonly series: CallSeries } | undefined
  const find = (names: Names, summary: CallSummary): CallSeries => {
    // As in the store, a space keeps names apart; a name is never empty.
    const kind = Object.values(names).join(' ')
    const known = byKind.get(kind)
    if (known !== undefined) return known
    if (byKind.size >= MAX_KINDS) byKind.clear()
    const created = callSeries(store, summary, names)
    byKind.set(kind, created)
    return created
  }
  return (summary, model) => {
    const names = namesOf(summary, model)
    // Most calls are of the kind of the one before: to join eight names takes as long as all figures of a call.
    if (last === undefined || !areSame(last.names, names)) last = { names, series: find(names, summary) }
    return last.series
  }
}

/** What decides the series of a call. */
interface Names {
  readonly outcome: string
  readonly passthrough: LabelValue
  readonly group: LabelValue
  readonly accuracy: LabelValue
  readonly operation: LabelValue
  readonly policy: string
  readonly provider: LabelValue
  readonly model: LabelValue
}

function namesOf({ account, policy, provider, passthrough, dialect, request }: CallSummary, model: LabelValue): Names {
  const { outcome } = account
  return {
    outcome,
    passthrough,
    // A call that continues a stored response is in no group; under Audit it still counts as audit: it saves nothing.
    group: outcome === 'audit' ? 'audit' : request?.group,
    accuracy: account.effective?.tokens?.accuracy,
    operation: dialect?.operation,
    policy: policy.name,
    provider: provider?.name,
    model,
  }
}

function areSame(a: Names, b: Names): boolean {
  return (
    a.outcome === b.outcome &&
    a.passthrough === b.passthrough &&
    a.group === b.group &&
    a.accuracy === b.accuracy &&
    a.operation === b.operation &&
    a.policy === b.policy &&
    a.provider === b.provider &&
    a.model === b.model
  )
}

export type CallSeries = ReturnType<typeof callSeries>

function callSeries(store: SeriesStore, summary: CallSummary, { model, group, accuracy }: Names) {
  const provider = summary.provider?.name
  const priced = [summary.policy.name, provider, model]
  const tokens = [...priced, group, accuracy]
  const operation = [summary.dialect?.operation, provider && telemetryNameOf(provider), model]
  const series = (...[name, labels]: Parameters<SeriesStore['series']>): LabelledSeries => store.series(name, labels)
  return {
    requests: series('m2m.requests', [summary.account.outcome, ...priced]),
    passthrough: series('m2m.passthrough', [summary.passthrough, provider]),
    addedLatency: series('m2m.added_latency', [provider]),
    transformDuration: series('m2m.transform.duration', [provider]),
    bytesOriginal: series('m2m.bytes.original', [provider, 'identity']),
    bytesSent: series('m2m.bytes.sent', [provider, 'identity']),
    tokensOriginal: series('m2m.tokens.original', tokens),
    tokensSent: series('m2m.tokens.sent', tokens),
    tokensSaved: series('m2m.tokens.saved', tokens),
    tokensSavedWeighted: series('m2m.tokens.saved_weighted', tokens),
    costSaved: series('m2m.cost.saved', priced),
    /** Of calls without an error. */
    duration: series('gen_ai.client.operation.duration', [...operation, undefined]),
    timeToFirstChunk: series('gen_ai.client.operation.time_to_first_chunk', operation),
    inputTokens: series('gen_ai.client.token.usage', [...operation, 'input']),
    outputTokens: series('gen_ai.client.token.usage', [...operation, 'output']),
  }
}
