/** The last LLM calls, a line each, for `/stats` and the savings page. */

import type { Outcome } from '../../../src/core/compress/index.ts'
import type { CallSummary } from '../call-summary.ts'
import { round } from '../rounding.ts'

const LAST_CALLS = 50

export interface CallFigures {
  /** As in `x-m2m-call` and the log. */
  readonly call: string
  readonly at: string
  readonly model: string | null
  readonly provider: string | null
  readonly outcome: Outcome
  readonly status: number
  readonly tokens_original: number | null
  readonly tokens_sent: number | null
  readonly tokens_saved: number | null
  readonly added_ms: number
  readonly duration_ms: number
}

/** Dates and digits are formatted when they are read: for every call that would cost a microsecond. */
type RawFigures = Omit<CallFigures, 'at'> & { readonly at: number }

export interface LastCalls {
  /** @param model its label; undefined when the request names none */
  add(summary: CallSummary, model: string | undefined): void
  /** Newest first. */
  figures(): readonly CallFigures[]
}

export function createLastCalls(): LastCalls {
  const last: RawFigures[] = []
  return {
    add(summary, model) {
      last.push(figuresOf(summary, model))
      if (last.length > LAST_CALLS) last.shift()
    },
    figures: () => last.toReversed().map(roundFigures),
  }
}

function figuresOf(summary: CallSummary, model: string | undefined): RawFigures {
  const { outcome, effective } = summary.account
  const tokens = effective?.tokens
  return {
    call: summary.id,
    at: Date.now(),
    model: model ?? null,
    provider: summary.provider?.name ?? null,
    outcome,
    status: summary.status,
    tokens_original: tokens?.original ?? null,
    tokens_sent: tokens?.sent ?? null,
    tokens_saved: tokens?.saved ?? null,
    added_ms: summary.addedMs,
    duration_ms: summary.durationMs,
  }
}

function roundFigures(raw: RawFigures): CallFigures {
  return {
    ...raw,
    at: new Date(raw.at).toISOString(),
    added_ms: round(raw.added_ms, 3),
    duration_ms: round(raw.duration_ms, 1),
  }
}
