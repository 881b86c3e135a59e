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
type RawFigures = { -readonly [K in keyof Omit<CallFigures, 'at'>]: CallFigures[K] } & { at: number }

export interface LastCalls {
  /** @param model its label; undefined when the request names none */
  add(summary: CallSummary, model: string | undefined): void
  /** Newest first. */
  figures(): readonly CallFigures[]
}

/** The line of the oldest call is written over: a new one each time would outlive its call, and cost the collector more. */
export function createLastCalls(): LastCalls {
  const lines: RawFigures[] = []
  let added = 0
  return {
    add(summary, model) {
      const at = added % LAST_CALLS
      const line = lines[at] ?? noFigures()
      lines[at] = line
      write(line, summary, model)
      added++
    },
    figures() {
      const oldest = added % lines.length
      return [...lines.slice(oldest), ...lines.slice(0, oldest)].reverse().map(roundFigures)
    },
  }
}

function noFigures(): RawFigures {
  return {
    call: '',
    at: 0,
    model: null,
    provider: null,
    outcome: 'passthrough',
    status: 0,
    tokens_original: null,
    tokens_sent: null,
    tokens_saved: null,
    added_ms: 0,
    duration_ms: 0,
  }
}

function write(line: RawFigures, summary: CallSummary, model: string | undefined): void {
  const { outcome, effective } = summary.account
  const tokens = effective?.tokens
  line.call = summary.id
  line.at = Date.now()
  line.model = model ?? null
  line.provider = summary.provider?.name ?? null
  line.outcome = outcome
  line.status = summary.status
  line.tokens_original = tokens?.original ?? null
  line.tokens_sent = tokens?.sent ?? null
  line.tokens_saved = tokens?.saved ?? null
  line.added_ms = summary.addedMs
  line.duration_ms = summary.durationMs
}

function roundFigures(raw: RawFigures): CallFigures {
  return {
    ...raw,
    at: new Date(raw.at).toISOString(),
    added_ms: round(raw.added_ms, 3),
    duration_ms: round(raw.duration_ms, 1),
  }
}
