/** The totals of one group of sessions. */

import { createLabel } from '../labels.ts'
import { ratio, round } from '../rounding.ts'
import { addMember, changeMember, emptySample, type Sample } from './sample.ts'
import type { SessionCall } from './session-call.ts'

/** As `/stats` shows them. Unknown figures are null, never 0. */
export interface GroupFigures {
  /** Sessions with an answered call; those that have not ended yet are `live_sessions`. */
  readonly sessions: number
  readonly live_sessions: number
  /** Answered calls; failed ones add to no other figure. */
  readonly calls: number
  readonly failed_calls: number
  readonly tokens_original: number
  readonly tokens_sent: number
  /** List price of the calls whose usage and prices are known, and their number. */
  readonly cost_usd: number | null
  readonly priced_calls: number
  readonly turns_per_session: number | null
  readonly tool_errors: number
  readonly tool_errors_per_session: number | null
  readonly tool_errors_per_turn: number | null
  readonly finish_reasons: Readonly<Record<string, number>>
}

/** A session's state around one call. */
export interface SessionStep {
  readonly turnsBefore: number
  /** Failed tool results of the session, and those that the call added. */
  readonly errors: number
  readonly newErrors: number
}

const FINISH_REASONS = 20

export class GroupTotals {
  /** Per session: its answered calls, its failed tool results. */
  readonly turns: Sample = emptySample()
  readonly errors: Sample = emptySample()
  readonly #sums = { failed: 0, original: 0, sent: 0, cost: 0, priced: 0, errors: 0, ended: 0 }
  readonly #reasons = new Map<string, number>()
  readonly #label = createLabel(FINISH_REASONS)

  add(call: SessionCall, { turnsBefore, errors, newErrors }: SessionStep): void {
    this.#sums.errors += newErrors
    if (turnsBefore > 0) changeMember(this.errors, errors - newErrors, errors)
    if (!call.isAnswered) {
      this.#sums.failed++
      return
    }
    if (turnsBefore === 0) {
      addMember(this.turns, 1)
      addMember(this.errors, errors)
    } else {
      changeMember(this.turns, turnsBefore, turnsBefore + 1)
    }
    this.#addAnswer(call)
  }

  /** A session with an answered call is over. */
  endSession(): void {
    this.#sums.ended++
  }

  figures(): GroupFigures {
    const { failed, original, sent, cost, priced, errors, ended } = this.#sums
    const { count: sessions, sum: calls } = this.turns
    return {
      sessions,
      live_sessions: sessions - ended,
      calls,
      failed_calls: failed,
      tokens_original: original,
      tokens_sent: sent,
      cost_usd: priced === 0 ? null : round(cost, 6),
      priced_calls: priced,
      turns_per_session: round(ratio(calls, sessions), 2),
      tool_errors: errors,
      tool_errors_per_session: round(ratio(this.errors.sum, sessions), 3),
      tool_errors_per_turn: round(ratio(this.errors.sum, calls), 4),
      finish_reasons: Object.fromEntries(this.#reasons),
    }
  }

  #addAnswer({ tokens, costUsd, finishReasons }: SessionCall): void {
    const sums = this.#sums
    if (tokens !== undefined) {
      sums.original += tokens.original
      sums.sent += tokens.sent
    }
    if (costUsd !== undefined) {
      sums.cost += costUsd
      sums.priced++
    }
    for (const reason of finishReasons) {
      const label = this.#label(reason)
      this.#reasons.set(label, (this.#reasons.get(label) ?? 0) + 1)
    }
  }
}
