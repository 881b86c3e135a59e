/** The figures of `/stats` and the savings page: totals since the start, the last calls, and the added latency. */

import type { CacheAction } from '../../../src/core/cache/index.ts'
import type { Outcome } from '../../../src/core/compress/index.ts'
import { VERSION } from '../../../src/core/version.ts'
import type { MemoryFigures } from '../../memory/shares.ts'
import type { CallSummary } from '../call-summary.ts'
import { sessionCallOf } from '../groups/session-call.ts'
import {
  createSessions,
  type EndedSession,
  type GroupsReport,
  type SessionNews,
  type Sessions,
} from '../groups/sessions.ts'
import { createLabel } from '../labels.ts'
import { ratio, round } from '../rounding.ts'
import { type DiagnosisFigures, DiagnosisTotals } from './diagnosis-figures.ts'
import { type CallFigures, createLastCalls } from './last-calls.ts'
import { createLatencyWindow } from './latency-window.ts'
import { type PrefixFigures, PrefixTotals } from './prefix-figures.ts'

const LATENCIES = 1000
const MODELS = 100

/** Counts since the start; unknown figures are null, never 0. */
export interface StatisticsSnapshot extends GroupsReport {
  readonly version: string
  readonly uptime_seconds: number
  /** LLM calls; all other calls are in `other_requests_total`. */
  readonly requests_total: number
  readonly other_requests_total: number
  readonly streaming_requests_total: number
  /** LLM calls that failed, here or upstream (status 400 and above). */
  readonly errors_total: number
  /** Bytes of billed LLM requests as received and as sent upstream. */
  readonly bytes_in: number
  readonly bytes_out: number
  /** bytes_out / bytes_in. */
  readonly compression_ratio: number | null
  /** Tokens of billed LLM requests as received and as sent upstream, where they could be counted. */
  readonly tokens_original: number
  readonly tokens_sent: number
  readonly tokens_saved: number
  readonly savings_percent: number | null
  /** Tokens that policies in Audit mode would have saved; never part of `tokens_saved`. */
  readonly tokens_audited: number
  /** Tokens saved, weighed by the price that providers would have billed; of calls whose cache split is known. */
  readonly tokens_saved_weighted: number | null
  /** At the makers' list prices; of calls whose price is known. */
  readonly cost_saved_usd: number | null
  /** Milliseconds added by this sidecar, over the last 1000 LLM calls. */
  readonly avg_latency_ms: number | null
  readonly p99_latency_ms: number | null
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  /** Calls by the action of the cache keeper; without those of a policy that switches it off. */
  readonly cache_actions: Readonly<Partial<Record<CacheAction, number>>>
  readonly models: Readonly<Record<string, Totals>>
  readonly techniques: Readonly<Record<string, { readonly blocks: number; readonly saved_tokens: number }>>
  /** Prompt-cache prefixes that sessions broke, and sessions that met a new revision. */
  readonly prefix: PrefixFigures
  /** What providers say of their caches and of reasoning that did not fit, by reason. */
  readonly diagnoses: DiagnosisFigures
  /** What calls leave behind for later ones, by use, and its limits. */
  readonly memory: Readonly<Record<string, { readonly used_bytes: number; readonly limit_bytes: number }>>
  /** The last 50 LLM calls, newest first. */
  readonly last_calls: readonly CallFigures[]
}

interface Totals {
  requests: number
  tokens_original: number
  tokens_sent: number
  tokens_saved: number
  tokens_audited: number
  tokens_saved_weighted: number | null
  cost_saved_usd: number | null
}

export interface Statistics {
  /** @returns news of the call's session; undefined when it belongs to none */
  record(summary: CallSummary): SessionNews | undefined
  /** Sessions that ended since the last time this was called. */
  endedSessions(): readonly EndedSession[]
  snapshot(): StatisticsSnapshot
}

/** @param memory what each use of memory holds now */
export function createStatistics(sessions = createSessions(), memory: MemorySource = () => []): Statistics {
  return new Totalled(sessions, memory)
}

type MemorySource = () => readonly MemoryFigures[]

class Totalled implements Statistics {
  readonly #startedAt = performance.now()
  readonly #label = createLabel(MODELS)
  readonly #calls = { llm: 0, other: 0, streaming: 0, errors: 0 }
  readonly #bytes = { in: 0, out: 0 }
  readonly #total = emptyTotals()
  readonly #outcomes: Partial<Record<Outcome, number>> = {}
  readonly #cacheActions: Partial<Record<CacheAction, number>> = {}
  readonly #models = new Map<string, Totals>()
  readonly #techniques = new Map<string, { blocks: number; saved_tokens: number }>()
  readonly #added = createLatencyWindow(LATENCIES)
  readonly #last = createLastCalls()
  readonly #prefix = new PrefixTotals()
  readonly #diagnoses = new DiagnosisTotals()
  readonly #sessions: Sessions
  readonly #memory: MemorySource

  constructor(sessions: Sessions, memory: MemorySource) {
    this.#sessions = sessions
    this.#memory = memory
  }

  record(summary: CallSummary): SessionNews | undefined {
    if (summary.dialect === undefined) {
      this.#calls.other++
      return undefined
    }
    this.#added.add(summary.addedMs)
    this.#calls.llm++
    const { account } = summary
    if (account.isFailed) this.#calls.errors++
    this.#recordSavings(summary)
    increase(this.#outcomes, account.outcome)
    if (summary.cache !== undefined) increase(this.#cacheActions, summary.cache.action)
    addTo(this.#total, summary)
    const model = this.#recordRequest(summary)
    this.#last.add(summary, model)
    this.#prefix.add(summary, model)
    this.#diagnoses.add(summary)
    const call = sessionCallOf(summary)
    const news = call && this.#sessions.record(call)
    if (news?.isRevisionNew) this.#prefix.addChanged()
    return news
  }

  endedSessions(): readonly EndedSession[] {
    return this.#sessions.takeEnded()
  }

  snapshot(): StatisticsSnapshot {
    const latency = this.#added.figures()
    const total = this.#total
    return {
      version: VERSION,
      uptime_seconds: round((performance.now() - this.#startedAt) / 1000, 1),
      requests_total: this.#calls.llm,
      other_requests_total: this.#calls.other,
      streaming_requests_total: this.#calls.streaming,
      errors_total: this.#calls.errors,
      bytes_in: this.#bytes.in,
      bytes_out: this.#bytes.out,
      compression_ratio: round(ratio(this.#bytes.out, this.#bytes.in), 4),
      tokens_original: total.tokens_original,
      tokens_sent: total.tokens_sent,
      tokens_saved: total.tokens_saved,
      savings_percent: round(ratio(100 * total.tokens_saved, total.tokens_original), 2),
      tokens_audited: total.tokens_audited,
      tokens_saved_weighted: round(total.tokens_saved_weighted, 0),
      cost_saved_usd: round(total.cost_saved_usd, 6),
      avg_latency_ms: round(latency.avgMs, 3),
      p99_latency_ms: round(latency.p99Ms, 3),
      outcomes: { ...this.#outcomes },
      cache_actions: { ...this.#cacheActions },
      models: Object.fromEntries([...this.#models].map(([name, sum]) => [name, roundTotals(sum)])),
      techniques: Object.fromEntries([...this.#techniques].map(([name, sum]) => [name, { ...sum }])),
      ...this.#sessions.report(),
      prefix: this.#prefix.figures(),
      diagnoses: this.#diagnoses.figures(),
      memory: Object.fromEntries(this.#memory().map(memoryOf)),
      last_calls: this.#last.figures(),
    }
  }

  /** @returns the model's label */
  #recordRequest(summary: CallSummary): string | undefined {
    const { request } = summary
    if (request?.isStream) this.#calls.streaming++
    if (request?.model === undefined) return undefined
    const model = this.#label(request.model)
    addTo(entry(this.#models, model, emptyTotals), summary)
    return model
  }

  #recordSavings({ account, report }: CallSummary): void {
    const { effective, outcome } = account
    if (effective === undefined) return
    this.#bytes.in += effective.bytes.original
    this.#bytes.out += effective.bytes.sent
    if (outcome !== 'compressed') return
    for (const [name, did] of Object.entries(report?.techniques ?? {})) {
      const sum = entry(this.#techniques, name, () => ({ blocks: 0, saved_tokens: 0 }))
      sum.blocks += did.blocks
      sum.saved_tokens += did.savedTokens
    }
  }
}

function memoryOf({ use, usedBytes, limitBytes }: MemoryFigures): [use: string, StatisticsSnapshot['memory'][string]] {
  return [use, { used_bytes: usedBytes, limit_bytes: limitBytes }]
}

function emptyTotals(): Totals {
  return {
    requests: 0,
    tokens_original: 0,
    tokens_sent: 0,
    tokens_saved: 0,
    tokens_audited: 0,
    tokens_saved_weighted: null,
    cost_saved_usd: null,
  }
}

function roundTotals(totals: Totals): Totals {
  const { tokens_saved_weighted, cost_saved_usd } = totals
  return {
    ...totals,
    tokens_saved_weighted: round(tokens_saved_weighted, 0),
    cost_saved_usd: round(cost_saved_usd, 6),
  }
}

function addTo(totals: Totals, { account }: CallSummary): void {
  totals.requests++
  const { effective, outcome } = account
  const tokens = effective?.tokens
  if (effective === undefined || tokens === undefined) return
  totals.tokens_original += tokens.original
  totals.tokens_sent += tokens.sent
  totals.tokens_saved += tokens.saved
  totals.tokens_audited += tokens.audited
  if (outcome === 'audit') return
  const { worth } = effective
  if (worth.tokens !== undefined) totals.tokens_saved_weighted = (totals.tokens_saved_weighted ?? 0) + worth.tokens
  if (worth.usd !== undefined) totals.cost_saved_usd = (totals.cost_saved_usd ?? 0) + worth.usd
}

function increase<K extends string>(counts: Partial<Record<K, number>>, name: K): void {
  counts[name] = (counts[name] ?? 0) + 1
}

function entry<V>(map: Map<string, V>, key: string, create: () => V): V {
  const found = map.get(key) ?? create()
  map.set(key, found)
  return found
}
